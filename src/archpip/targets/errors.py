"""Errors about names of targets, versions and floors, and about interpreters that are probed."""

from pathlib import Path

from archpip.errors import UsageError


class InvalidTargetError(UsageError):
    """The name of a target is unknown, or names a target that cannot exist."""

    code = "invalid-target"

    def __init__(
        self,
        *,
        text: str,
        reason: str | None = None,
        near: tuple[str, ...] = (),
        looks_like_folder: bool = False,
    ) -> None:
        super().__init__(text)
        self.text = text
        self.reason = reason
        self.near = near
        self.looks_like_folder = looks_like_folder

    def __str__(self) -> str:
        return f"{self.text!r} is not a target: {self.reason or 'it names no system and machine'}"

    @property
    def hint(self) -> str | None:
        """The near matches, or the flag for a folder."""
        if self.looks_like_folder:
            return f"A folder to install into is given with -t or --target: `--target {self.text}`."
        if "," in self.text:
            return "Give --target-platform once for each; a setting has blanks between its targets."
        if self.near:
            return f"Did you mean {' or '.join(self.near)}? `archpip target` lists the names."
        return "Write it like macos-arm64, linux-aarch64, linux-x86_64-musl or windows-amd64."


class InvalidPythonError(UsageError):
    """A text is not a Python version that archpip can resolve for."""

    code = "invalid-python-version"

    def __init__(self, *, text: str, reason: str = "it is not a version of Python") -> None:
        super().__init__(text)
        self.text = text
        self.reason = reason

    def __str__(self) -> str:
        return f"Cannot resolve for Python {self.text!r}: {self.reason}"

    @property
    def hint(self) -> str | None:
        """The forms that are understood."""
        return "Write it like 3.12, 3.12.4, 3.13t (free-threaded) or pypy3.10."


class InvalidFloorError(UsageError):
    """A text is not a version of an operating system or C library."""

    code = "invalid-floor"

    def __init__(self, *, subject: str, text: str) -> None:
        super().__init__(subject, text)
        self.subject = subject
        self.text = text

    def __str__(self) -> str:
        return f"{self.text!r} is not a version of {self.subject}"

    @property
    def hint(self) -> str | None:
        """The forms that are understood."""
        return "Write it as MAJOR.MINOR, like --macos 11.0, --glibc 2.28 or --musl 1.2."


class InterpreterUnusableError(UsageError):
    """The Python interpreter cannot be run or asked what it is."""

    code = "interpreter-unusable"

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"Cannot use {self.path} as a Python interpreter: {self.reason}"

    @property
    def hint(self) -> str | None:
        """What to give instead."""
        return (
            "--python takes the path of a Python 2.7 or 3.6+ executable; "
            "--python-version 3.12 says which Python the target has."
        )
