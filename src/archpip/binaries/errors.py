"""Errors for bytes that begin like a native binary and cannot be read as one.

Offsets are bytes from the start of the file. Only the caller knows the path: wheels and audits add
the member when they report one of these.
"""

from archpip.errors import BinaryFormatError


class TruncatedBinaryError(BinaryFormatError):
    """A structure of the format runs past the end of the file or of its slice."""

    code = "truncated-binary"

    def __init__(self, *, what: str, offset: int, wanted: int, got: int) -> None:
        super().__init__(what, offset, wanted, got)
        self.what = what
        self.offset = offset
        self.wanted = wanted
        self.got = got

    def __str__(self) -> str:
        return (
            f"{self.what} at +{self.offset:#x} is {self.wanted} bytes long, "
            f"but only {self.got} are left: the file is cut short or its header lies"
        )

    @property
    def hint(self) -> str:
        """Say what usually helps."""
        return "Download the file again; if it stays like this, it was published broken."


class MalformedBinaryError(BinaryFormatError):
    """A field has a value that the format forbids, or that contradicts another field."""

    code = "malformed-binary"

    def __init__(self, *, what: str, offset: int, reason: str) -> None:
        super().__init__(what, offset, reason)
        self.what = what
        self.offset = offset
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.what} at +{self.offset:#x} {self.reason}"


class UnsupportedBinaryError(BinaryFormatError):
    """The file may be valid, but goes beyond a limit that keeps hostile files harmless."""

    code = "unsupported-binary"

    def __init__(self, *, what: str, found: int, limit: int) -> None:
        super().__init__(what, found, limit)
        self.what = what
        self.found = found
        self.limit = limit

    def __str__(self) -> str:
        return f"{self.what}: {self.found} is more than the {self.limit} that archpip reads"


class BytesNotHeldError(BinaryFormatError):
    """A read needs a part of a file that the source does not have.

    Raised by a `ByteSource`; readers catch it and return what they know so far, unless not even the
    start of the header was available.
    """

    code = "bytes-not-held"

    def __init__(self, *, offset: int, wanted: int, held: int) -> None:
        super().__init__(offset, wanted, held)
        self.offset = offset
        self.wanted = wanted
        self.held = held

    def __str__(self) -> str:
        return (
            f"{self.wanted} bytes at +{self.offset:#x} were not fetched: "
            f"only the first {self.held} bytes are at hand"
        )
