"""The honest wheel, ways to change it, and a register of what was made of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from fake_index.binaries import native_binary, write_binary
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, wheel_entries
from fake_index.zips import ZipArchive, ZipEntry, write_zip

MODULE = "hostile/native.cpython-311-x86_64-linux-gnu.so"
SOURCE = "hostile/__init__.py"

WHEEL = Wheel(
    metadata=CoreMetadata(name="hostile", version="1.0"),
    tag="cp311-cp311-manylinux_2_17_x86_64",
    files=(
        WheelFile(path=SOURCE, content=b"honest = True\n"),
        WheelFile(path=MODULE, content=write_binary(native_binary("linux-x86_64", init="native"))),
    ),
)
"""The honest wheel: one module in Python, one native."""

FOREIGN = write_binary(native_binary("linux-aarch64", init="native"))
"""What a reader that believes the wrong copy would take for the native module."""

ARCHIVE = ZipArchive(entries=wheel_entries(WHEEL))
"""The honest wheel as an archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostileWheel:
    """One bent wheel."""

    name: str
    what: str
    """What is bent, in a sentence."""
    content: bytes
    honest: bool


_BENT: dict[str, Callable[[], bytes]] = {}
_HONEST: set[str] = set()


def bent(*, honest: bool = False) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Register a function under its own name; its docstring says what is bent."""

    def register(function: Callable[[], bytes]) -> Callable[[], bytes]:
        name = function.__name__.lstrip("_").replace("_", "-")
        _BENT[name] = function
        if honest:
            _HONEST.add(name)
        return function

    return register


def hostile_names() -> tuple[str, ...]:
    """Return the names that `hostile_wheel` knows, sorted."""
    return tuple(sorted(_BENT))


@cache
def hostile_wheel(name: str) -> HostileWheel:
    """Write one bent wheel. All bear the file name of `WHEEL`."""
    function = _BENT[name]
    what = (function.__doc__ or "").strip()
    return HostileWheel(name=name, what=what, content=function(), honest=name in _HONEST)


def with_entries(*extra: ZipEntry) -> bytes:
    """Return the wheel with further entries behind its files."""
    return write_zip(ZipArchive(entries=wheel_entries(replace(WHEEL, entries=extra))))


def with_changed(path: str, change: Callable[[ZipEntry], ZipEntry]) -> bytes:
    """Return the wheel with one entry changed."""
    entries = wheel_entries(WHEEL)
    return write_zip(ZipArchive(entries=tuple(change(e) if e.name == path else e for e in entries)))


def with_every(change: Callable[[ZipEntry], ZipEntry]) -> bytes:
    """Return the wheel with every entry changed."""
    return write_zip(ZipArchive(entries=tuple(change(e) for e in wheel_entries(WHEEL))))


def native_entry() -> ZipEntry:
    """Return the entry of the native module, as `ARCHIVE` has it."""
    return next(entry for entry in ARCHIVE.entries if entry.name == MODULE)
