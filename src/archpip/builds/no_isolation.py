"""Builds without isolation: they use the backend that the user installed.

The build still has an environment of its own, so that the files of a cross build affect nothing
else; it can import the interpreter's packages and run its scripts.
"""

import os
from collections.abc import Iterable

from archpip.builds.environment import BuildEnvironment

_PTH_NAME = "archpip-shared.pth"

# Each folder is added the way the interpreter did it itself, so that its own .pth files count.
_WRITE_PTH = """
import sys
folders = [path for path in sys.path if path.endswith("-packages")]
with open(sys.argv[1], "w", encoding="utf-8") as file:
    file.writelines(f"import site; site.addsitedir({path!r})\\n" for path in folders)
"""


class SharingEnvironment(BuildEnvironment):
    """An environment that exposes its interpreter's packages, and installs nothing."""

    def make_extra_environ(self) -> dict[str, str]:
        """Return the base's variables; the interpreter's scripts come after the environment's."""
        variables = super().make_extra_environ()
        own, _, rest = variables["PATH"].partition(os.pathsep)
        variables["PATH"] = os.pathsep.join(filter(None, (own, str(self._python.parent), rest)))
        return variables

    def create(self) -> None:
        """Create the environment, and make the interpreter's packages importable in it.

        Raises:
            subprocess.CalledProcessError: The interpreter has no `venv`, or it failed.
        """
        super().create()
        command = [str(self._python), "-c", _WRITE_PTH, str(self.site_packages / _PTH_NAME)]
        self._runner.run(command, cwd=self._folder, environment=self._base)

    def install(self, requirements: Iterable[str]) -> None:
        """Install nothing: requirements are present, or the backend reports what is missing."""
