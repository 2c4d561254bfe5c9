"""Writes the pages that the code knows best: commands, findings, errors, targets."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import archpip
from archpip.architecture import OperatingSystem
from archpip.cli.main import COMMANDS, HelpFormatter, build_parser
from archpip.errors import ArchpipError
from archpip.targets import KNOWN_NAMES, OTHER_NAMES
from archpip.verdicts import read_catalogue


def write_reference(folder: Path) -> None:
    """Write every generated page beneath a folder."""
    _write(folder / "cli.md", _commands())
    _write(folder / "targets.md", _targets())
    _write(folder / "errors.md", _errors())
    entries = read_catalogue()
    _write(folder / "findings" / "index.md", _findings_index())
    for entry in entries.values():
        _write(folder / "findings" / f"{entry.page}.md", _finding(entry.code))


def _write(path: Path, lines: Iterator[str]) -> None:
    text = "\n".join(lines) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    # An unchanged page keeps its time, so that Sphinx does not read it again.
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def _commands() -> Iterator[str]:
    yield "# Commands"
    for name, summary in COMMANDS.items():
        parser = build_parser(name)
        parser.formatter_class = lambda prog: HelpFormatter(prog, width=90)
        yield from ("", f"## archpip {name}", "", f"{summary}.", "")
        yield from ("```text", parser.format_help().rstrip(), "```")


def _targets() -> Iterator[str]:
    yield from ("# Targets", "", "`archpip target NAME` prints what a name means.", "")
    yield from ("## Names", "", *(f"- `{name}`" for name in KNOWN_NAMES), "")
    yield from ("## Also understood", "", *(f"- {name}" for name in OTHER_NAMES), "")
    systems = ", ".join(system.value for system in OperatingSystem)
    yield f"Systems: {systems}."


def _errors() -> Iterator[str]:
    for module in pkgutil.walk_packages(archpip.__path__, "archpip."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    yield from ("# Errors", "", "| code | exit status | meaning |", "|---|---|---|")
    for error in sorted(_subclasses(ArchpipError), key=lambda one: (one.exit_code, one.code)):
        summary = (error.__doc__ or "").strip().splitlines()[0]
        yield f"| `{error.code}` | {error.exit_code.value} | {summary} |"


def _subclasses(root: type[ArchpipError]) -> Iterator[type[ArchpipError]]:
    for child in root.__subclasses__():
        yield child
        yield from _subclasses(child)


def _findings_index() -> Iterator[str]:
    yield from ("# Findings", "", "| code | usual severity | what was found |", "|---|---|---|")
    for entry in read_catalogue().values():
        yield f"| [{entry.code}]({entry.page}.md) | {entry.severity} | {entry.title} |"
    yield from ("", "```{toctree}", ":hidden:", *(e.page for e in read_catalogue().values()), "```")


def _finding(code: str) -> Iterator[str]:
    entry = read_catalogue()[code]
    yield from (f"# {entry.code}: {entry.title}", "", f"Usual severity: **{entry.severity}**.", "")
    yield from (entry.summary, "", "## Why it happens", "", entry.why, "")
    yield from ("## If you install the wheel", "", entry.users, "")
    yield from ("## If you publish the wheel", "", entry.publishers)
    if entry.example is not None:
        seen = entry.example
        yield from ("", "## An example of the public index", "", "```sh")
        yield f"archpip inspect {seen.wheel} \\"
        yield f"  --target-platform {seen.target} --python-version {seen.python}"
        yield "```"
