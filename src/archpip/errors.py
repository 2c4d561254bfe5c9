"""The root of archpip's errors, their families, and the exit status of each.

Expected outcomes (a wrong architecture, no wheel for a target) are values, not errors: an error
means that this call cannot continue. The families are here; their leaves are in the `errors.py` of
the package that raises them, so that they can have that package's values as attributes.

```
ArchpipError
├─ UsageError
├─ BinaryFormatError
├─ WheelError
├─ IndexAccessError
├─ ResolutionError
├─ BuildError
├─ FuseError
├─ LockError
├─ InstallError
└─ StoreError
```
"""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """The exit status of the process. Documented in `docs/reference/exit-codes.md`."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    NO_SOLUTION = 3
    BUILD = 4
    INDEX = 5
    LOCKFILE = 6
    BUG = 70
    INTERRUPTED = 130
    """What shells say of Ctrl-C: 128 and the number of SIGINT."""


class ArchpipError(Exception):
    """The root: its message is one sentence that says what, where, then why.

    A leaf takes facts as keyword arguments, keeps them as attributes, and writes its sentence in
    `__str__`, without a full stop, as it may become part of another message.
    """

    code: ClassVar[str] = "archpip-error"
    """A stable, kebab-case name, for scripts and for the documentation."""

    exit_code: ClassVar[ExitCode] = ExitCode.BUG

    @property
    def hint(self) -> str | None:
        """What the user can do next, as one sentence, or `None`."""
        return None

    @property
    def details(self) -> tuple[str, ...]:
        """Lines of evidence for the message, such as those of a log; mostly none."""
        return ()


class UsageError(ArchpipError):
    """The command line, a setting or an input file is invalid."""

    code = "usage"
    exit_code = ExitCode.USAGE


class BinaryFormatError(ArchpipError):
    """A native binary cannot be read."""

    code = "binary-format"
    exit_code = ExitCode.FINDINGS


class WheelError(ArchpipError):
    """A wheel cannot be read or does not obey the wheel format."""

    code = "wheel"
    exit_code = ExitCode.FINDINGS


class IndexAccessError(ArchpipError):
    """An index, or a file that it offers, cannot be fetched."""

    code = "index-access"
    exit_code = ExitCode.INDEX


class ResolutionError(ArchpipError):
    """No set of candidates satisfies the requirements on the target."""

    code = "resolution"
    exit_code = ExitCode.NO_SOLUTION


class BuildError(ArchpipError):
    """A source distribution cannot be built for the target."""

    code = "build"
    exit_code = ExitCode.BUILD


class FuseError(ArchpipError):
    """Two thin wheels cannot become one fat wheel."""

    code = "fuse"
    exit_code = ExitCode.BUILD


class LockError(ArchpipError):
    """A lockfile cannot be read, written or trusted."""

    code = "lock"
    exit_code = ExitCode.LOCKFILE


class InstallError(ArchpipError):
    """Verified wheels cannot be installed to their destination."""

    code = "install"
    exit_code = ExitCode.FINDINGS


class StoreError(ArchpipError):
    """The store of inspections cannot be used."""

    code = "store"
    exit_code = ExitCode.USAGE
