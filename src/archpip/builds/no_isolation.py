"""Builds without isolation: the backend is found where the user installed it.

The environment is still one of its own, so that what a cross build puts into it reaches nobody
else; the interpreter's packages and scripts are only shown to it.
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
    """An environment that shows what its interpreter has, and installs nothing."""

    def make_extra_environ(self) -> dict[str, str]:
        """Return the base's variables; the interpreter's scripts come after the environment's."""
        variables = super().make_extra_environ()
        own, _, rest = variables["PATH"].partition(os.pathsep)
        variables["PATH"] = os.pathsep.join(filter(None, (own, str(self._python.parent), rest)))
        return variables

    def create(self) -> None:
        """Make the environment, and let it find the packages of the interpreter.

        Raises:
            subprocess.CalledProcessError: The interpreter has no `venv`, or it failed.
        """
        super().create()
        command = [str(self._python), "-c", _WRITE_PTH, str(self.site_packages / _PTH_NAME)]
        self._runner.run(command, cwd=self._folder, environment=self._base)

    def install(self, requirements: Iterable[str]) -> None:
        """Install nothing: what a build needs is there, or its backend says what is missing."""
