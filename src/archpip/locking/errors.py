"""What can go wrong with lockfiles."""

from collections.abc import Mapping
from pathlib import Path

from archpip.errors import LockError


class InvalidLockfileError(LockError):
    """A lockfile cannot be read."""

    code = "invalid-lockfile"

    def __init__(self, *, path: Path, reason: str, where: str | None = None) -> None:
        super().__init__(path, reason, where)
        self.path = path
        self.reason = reason
        self.where = where
        """The key inside the file, such as `packages[3].wheels[0]`."""

    def __str__(self) -> str:
        where = f"{self.path}: {self.where}" if self.where else str(self.path)
        return f"{where}: {self.reason}"

    @property
    def hint(self) -> str:
        """What makes a good one."""
        return "`archpip lock --upgrade` writes a new one."


class UnfitLockfileError(LockError):
    """A lockfile is for another machine, or has no files for this one."""

    code = "unfit-lockfile"

    def __init__(self, *, path: Path, target: str, reason: str, locked_for: str | None) -> None:
        super().__init__(path, target, reason, locked_for)
        self.path = path
        self.target = target
        self.reason = reason
        self.locked_for = locked_for
        """The target that archpip locked for; `None` where another tool wrote the file."""

    def __str__(self) -> str:
        meant = f" (it is locked for {self.locked_for})" if self.locked_for else ""
        return f"{self.path} does not fit {self.target}{meant}: {self.reason}"

    @property
    def hint(self) -> str:
        """Name what writes one that does."""
        return f"`archpip lock --target-platform {self.target}` writes one for that machine."


class PreferencesError(LockError):
    """The file given to `--prefer` cannot be read, or holds no versions."""

    code = "preferences"

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"

    @property
    def hint(self) -> str:
        """Name what can be read."""
        return "--prefer takes a pylock.toml, uv.lock, poetry.lock, pdm.lock or requirements.txt."


class LockfileNameError(LockError):
    """PEP 751 does not allow this file name for a lockfile."""

    code = "lockfile-name"

    def __init__(self, *, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return (
            f"{self.path} cannot be a lockfile's name: it must be pylock.toml or pylock.NAME.toml"
        )

    @property
    def hint(self) -> str:
        """A name that works."""
        shown = self.path.with_name("pylock.toml")
        return f"For example {shown}. NAME holds no dot; - is standard output."


class LockWriteError(LockError):
    """A lockfile cannot be written; what was there before is still there."""

    code = "lock-write"

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path} cannot be written: {self.reason}; nothing was changed"

    @property
    def hint(self) -> str:
        """Name the option."""
        return "--output names another file or folder; - is standard output."


class LockfileMismatchError(LockError):
    """A lockfile does not match the requirements and options any more."""

    code = "lockfile-mismatch"

    def __init__(self, *, reasons: Mapping[Path, tuple[str, ...]]) -> None:
        super().__init__(reasons)
        self.reasons = reasons
        """By lockfile, every difference found, one sentence each."""

    def __str__(self) -> str:
        return "\n".join(
            "\n  ".join((f"{path} is out of date:", *found)) for path, found in self.reasons.items()
        )

    @property
    def hint(self) -> str:
        """How to renew them."""
        renewed = "it" if len(self.reasons) == 1 else "them"
        return f"`archpip lock` renews {renewed} and keeps every pin that still fits."


class NotLockedError(LockError):
    """The project is not in the lockfile, or there is no lockfile."""

    code = "not-locked"

    def __init__(self, *, name: str, paths: tuple[Path, ...], locked: tuple[str, ...]) -> None:
        super().__init__(name, paths)
        self.name = name
        self.paths = paths
        self.locked = locked
        """The projects that are locked."""

    def __str__(self) -> str:
        if not self.paths:
            return "There is no lockfile here"
        return f"{self.name} is not locked in {', '.join(map(str, self.paths))}"

    @property
    def hint(self) -> str:
        """Name what looks like it."""
        if not self.paths:
            return "`archpip lock` writes one; -l PATH names one elsewhere."
        from difflib import get_close_matches  # only for who errs

        near = get_close_matches(self.name, self.locked, n=3)
        return f"There is {', '.join(near)}." if near else "`archpip tree` shows what is locked."


class UnhashedFileError(LockError):
    """A file that would be locked has no hash."""

    code = "unhashed-file"

    def __init__(self, *, name: str, filename: str) -> None:
        super().__init__(name, filename)
        self.name = name
        self.filename = filename

    def __str__(self) -> str:
        return f"{self.filename} of {self.name} has no hash, and a lockfile needs one"

    @property
    def hint(self) -> str:
        """Where one can come from."""
        return "The index gives none; download the file and lock it with --find-links."
