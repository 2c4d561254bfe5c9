"""Why two thin wheels cannot become one fat wheel, or a fat one thin."""

from msgspec import Struct

from archpip.errors import FuseError


class Conflict(Struct, frozen=True, kw_only=True):
    """One member that cannot be fused."""

    path: str
    reason: str


class FuseMismatchError(FuseError):
    """Two wheels are not the two halves of one."""

    code = "fuse-mismatch"

    def __init__(self, *, first: str, second: str, reason: str) -> None:
        super().__init__(first, second)
        self.first = first
        self.second = second
        self.reason = reason

    def __str__(self) -> str:
        return f"Cannot fuse {self.first} with {self.second}: {self.reason}"

    @property
    def hint(self) -> str | None:
        """What belongs together."""
        return "Give the arm64 and the x86_64 macOS wheel of one version, for one Python."


class FuseConflictError(FuseError):
    """Members of two wheels differ, and no rule says which of them both machines can use."""

    code = "fuse-conflict"

    def __init__(self, *, first: str, second: str, conflicts: tuple[Conflict, ...]) -> None:
        super().__init__(first, second)
        self.first = first
        self.second = second
        self.conflicts = conflicts

    def __str__(self) -> str:
        named = "; ".join(f"{each.path} ({each.reason})" for each in self.conflicts)
        return f"Cannot fuse {self.first} with {self.second}: {named}"

    @property
    def hint(self) -> str | None:
        """What else serves both machines."""
        return "Build the project from source for both machines, or install each wheel by itself."


class ThinError(FuseError):
    """A wheel cannot be reduced to one architecture."""

    code = "thin"

    def __init__(self, *, filename: str, reason: str) -> None:
        super().__init__(filename)
        self.filename = filename
        self.reason = reason

    def __str__(self) -> str:
        return f"Cannot make {self.filename} thin: {self.reason}"


class SliceUnusableError(FuseError):
    """Slices cannot stand in one fat file."""

    code = "slice-unusable"

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"Cannot write a fat file: {self.reason}"
