"""Fuzz one surface with atheris: `python -m tests.fuzz.run SURFACE CORPUS [libFuzzer options]`."""

import importlib
import os
import sys
from pathlib import Path

_INSTRUMENTED = ["archpip", "packaging", "tomllib", "html.parser"]
_DEFAULTS = (
    "-timeout=10",  # seconds for one input
    "-rss_limit_mb=1024",
    "-max_len=16384",
)


def main() -> None:
    """Write the seeds into the corpus folder, then fuzz until something is found."""
    surface, corpus, *options = sys.argv[1:]
    # Found by name: atheris is no requirement of the tests, and has no types.
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=_INSTRUMENTED):
        surfaces = importlib.import_module("tests.fuzz.surfaces")
        seeds = importlib.import_module("tests.fuzz.seeds")
    dictionaries = importlib.import_module("tests.fuzz.dictionaries")
    folder = Path(corpus)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in seeds.make_seeds(surface).items():
        (folder / f"seed-{name}").write_bytes(content)
    if words := dictionaries.render_dictionary(surface):  # libFuzzer takes no empty file
        path = folder.with_name(f"{folder.name}.dict")
        path.write_text(words)
        options.append(f"-dict={path}")
    if not any(map(os.path.isfile, options)):  # of inputs to read again, libFuzzer wants no folder
        options.append(corpus)
    atheris.Setup([sys.argv[0], *_DEFAULTS, *options], surfaces.SURFACES[surface])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
