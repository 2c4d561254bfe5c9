"""What a built module asks of the target's C library."""

from archpip.binaries import Slice


def glibc_needs(part: Slice) -> list[tuple[int, ...]]:
    """Return the versions of glibc whose symbols a slice binds."""
    words = [need.version for need in part.version_needs]
    numbers = [word.removeprefix("GLIBC_") for word in words if word.startswith("GLIBC_")]
    return [tuple(map(int, number.split("."))) for number in numbers]
