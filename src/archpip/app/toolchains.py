"""The operations behind `archpip toolchain`, one method each."""

from collections.abc import Callable

from archpip.app.parts import Parts, find_build_indexes
from archpip.builds import Check, Toolchain, Zig, examine_toolchain, examine_zig
from archpip.targets import Target


class Toolchains(Parts):
    """Installs, lists and tests compilers for other machines."""

    def add_toolchain(
        self, target: Target, *, more_packages: tuple[str, ...], on_step: Callable[[str], None]
    ) -> Toolchain:
        """Install a toolchain for a target from Debian's packages."""
        return self.shelf.add_debian(
            target, self._configuration.host, more_packages=more_packages, on_step=on_step
        )

    def add_zig(self) -> Zig:
        """Install zig from the package index."""
        return self.shelf.add_zig(indexes=find_build_indexes(self._configuration))

    def examine_toolchains(self) -> tuple[Check, ...]:
        """Test every toolchain."""
        environ = self._configuration.environ
        checks = [
            check
            for toolchain in self.toolchains
            for check in examine_toolchain(toolchain, environment=environ)
        ]
        zig = self.shelf.zig()
        return (*checks, *(examine_zig(zig, environment=environ) if zig else ()))
