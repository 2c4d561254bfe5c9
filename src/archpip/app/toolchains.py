"""The operations behind `archpip toolchain`, one method each."""

from collections.abc import Callable

from archpip.app.parts import Parts, find_build_indexes
from archpip.builds import (
    Check,
    ShelvedToolchain,
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

    def list_toolchains(self, name: str | None = None) -> tuple[ShelvedToolchain, ...]:
        """Return every toolchain that archpip installed, or those of one name.

        Raises:
            UnknownToolchainError: There is none of that name.
        """
        entries = self.shelf.entries(name)
        if name and not entries:
            raise UnknownToolchainError(name=name, known=self.shelf.names())
        return entries

    def examine_toolchains(self, name: str | None = None) -> tuple[Check, ...]:
        """Test every toolchain, or those of one name.

        Raises:
            UnknownToolchainError: There is none of that name.
        """
        environ = self._configuration.environ
        zig = self.shelf.zig()
        own = [each for each in self._configuration.toolchains if name in {None, each.name}]
        named = [*own, *self.shelf.toolchains(name)]
        if name and not named and not (zig and name == ZIG):
            known = [each.name for each in self._configuration.toolchains]
            raise UnknownToolchainError(name=name, known=(*known, *self.shelf.names()))
        checks = [
            check
            for toolchain in named
            for check in examine_toolchain(toolchain, environment=environ)
        ]
        if zig and name in {None, ZIG}:
            checks += examine_zig(zig, environment=environ)
        return tuple(checks)
