"""A build environment whose Python is the target's own, under an emulator.

It is a virtual environment written by archpip: a script named `python` starts the emulator with the
script's own path as the program name, so that the target's Python uses the `pyvenv.cfg` beside it.
No binfmt_misc, no root, no container.
"""

import shlex
from pathlib import Path

from archpip.builds.environment import BuildEnvironment

_SCRIPT = """\
#!/bin/sh
exec {emulator} -0 "$0" {python} "$@"
"""


class EmulatedEnvironment(BuildEnvironment):
    """A build environment that runs the target's Python."""

    def emulate(self, emulator: tuple[str, ...], python: Path) -> None:
        """Set the emulator and the Python that replace the native one. Called before `create`."""
        self._emulator = emulator
        self._emulated_python = python

    def create(self) -> None:
        """Write the environment."""
        version = self._emulated_python.name.removeprefix("python")
        scripts = self.folder / "bin"
        packages = self.folder / "lib" / f"python{version}" / "site-packages"
        for folder in (scripts, packages):
            folder.mkdir(parents=True)
        home = self._emulated_python.parent
        (self.folder / "pyvenv.cfg").write_text(
            f"home = {home}\ninclude-system-site-packages = false\n", encoding="utf-8"
        )
        script = scripts / "python"
        script.write_text(
            _SCRIPT.format(
                emulator=shlex.join(self._emulator), python=shlex.quote(str(self._emulated_python))
            ),
            encoding="utf-8",
        )
        script.chmod(0o755)
        (scripts / "python3").symlink_to("python")
