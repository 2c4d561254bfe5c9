"""The operations behind `archpip toolchain`, one method each."""

from collections.abc import Callable

from archpip.app.parts import Parts, find_build_indexes
from archpip.builds import (
    Check,
    Toolchain,
    UnknownToolchainError,
    Zig,
    examine_toolchain,
    examine_zig,
)
from archpip.targets import Target

ZIG = "zig"
"""The name of the zig compiler among the toolchains."""


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

    def examine_toolchains(self, name: str | None = None) -> tuple[Check, ...]:
        """Test every toolchain, or those of one name.

        Raises:
            UnknownToolchainError: There is none of that name.
        """
        environ = self._configuration.environ
        zig = self.shelf.zig()
        known = [*(each.name for each in self.toolchains), *([ZIG] if zig else [])]
        if name and name not in known:
            raise UnknownToolchainError(name=name, known=tuple(known))
        checks = [
            check
            for toolchain in self.toolchains
            if name in {None, toolchain.name}
            for check in examine_toolchain(toolchain, environment=environ)
        ]
        if zig and name in {None, ZIG}:
            checks += examine_zig(zig, environment=environ)
        return tuple(checks)
