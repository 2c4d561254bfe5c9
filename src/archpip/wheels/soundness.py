"""Problems of an archive as a whole: every reader must see the same files in it.

Names and sizes are checked here, the positions of members in `layout.py`. A member's checksum is
checked when it is read (`member.py`).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from archpip.binaries import ByteSource
from archpip.wheels.directory import (
    FLAG_UTF8,
    FLAGS_KNOWN,
    MAX_DIRECTORY_BYTES,
    MAX_MEMBERS,
    Directory,
    Entry,
    decode_name,
)
from archpip.wheels.layout import find_leading_bytes, iter_layout_problems
from archpip.wheels.member import (
    DEFLATED,
    ENCRYPTION_FLAGS,
    MAX_MEMBER_BYTES,
    STORED,
)
from archpip.wheels.model import Problem, ProblemKind

MAX_INFLATED_BYTES = 64 * 1024**3
"""Limit for all members together. CUDA wheels reach 5 GB."""

MAX_RATIO = 250
"""Inflated to archive size, for a whole wheel above `_RATIO_FLOOR`; ordinary ones stay below 20."""

_RATIO_FLOOR = 512 * 1024**2
"""Less than this does no harm, whatever its ratio."""

_MAX_PROBLEMS_OF_A_KIND = 20
"""A hostile archive has thousands, and a few are enough to report."""

_MEMBER_RATIO_FLOOR = 128 * 1024**2
"""The same for one member: small ones reach 600:1, being padded with zeros."""

_DEFLATE_LIMIT = 1032
"""Deflate cannot do better than 1032:1 (https://zlib.net/zlib_tech.html)."""

_UNSAFE_CHARACTERS = {
    "\\": "a backslash is a folder on Windows and a letter elsewhere",
    "\0": "some readers end the name at its zero byte",
}
_SUSPICIOUS = ("\\", "\0", ":", "//", "/.", "\n/", "\n.", "\n\n")
"""Any path that `find_unsafe_reason` refuses has one of these; paths are between line ends."""

_ROOT = "./"
"""The root folder itself, which some tools list as an entry."""

_DRIVE = re.compile(r"^[A-Za-z]:")


def find_problems(
    directory: Directory,
    *,
    archive_bytes: int,
    content: ByteSource | None,
    are_equal: Callable[[Entry, Entry], bool],
    filename: str,
) -> tuple[Problem, ...]:
    """Return the problems of the archive; at most `_MAX_PROBLEMS_OF_A_KIND` of one kind.

    Args:
        directory: The archive's directory.
        archive_bytes: The archive's size.
        content: Its bytes, if short reads of each member are cheap.
        are_equal: Compares the bytes of two members.
        filename: The wheel's, for messages.
    """
    if len(directory.entries) != directory.declared_count:
        detail = (
            f"{directory.declared_count} members; archpip reads up to {MAX_MEMBERS}, "
            f"in a directory of up to {MAX_DIRECTORY_BYTES} bytes"
        )
        return (Problem(kind=ProblemKind.TOO_MANY_MEMBERS, member=None, detail=detail),)
    found = (
        *_iter_surroundings(directory),
        *iter_layout_problems(directory, content=content, filename=filename),
        *_iter_sizes(directory.entries, archive_bytes),
        *_iter_names(directory.entries),
        *_iter_collisions(directory.entries, are_equal),
    )
    return tuple(_limit(found))


def _limit(problems: Iterable[Problem]) -> Iterator[Problem]:
    seen: Counter[ProblemKind] = Counter()
    for problem in problems:
        seen[problem.kind] += 1
        if seen[problem.kind] <= _MAX_PROBLEMS_OF_A_KIND:
            yield problem


def _iter_surroundings(directory: Directory) -> Iterator[Problem]:
    """Find bytes before and after the archive."""
    leading = find_leading_bytes(directory)
    if leading:
        detail = f"{leading} bytes stand before the archive"
        yield Problem(kind=ProblemKind.LEADING_BYTES, member=None, detail=detail)
    if directory.trailing_bytes:
        detail = f"{directory.trailing_bytes} bytes stand behind the archive"
        yield Problem(kind=ProblemKind.TRAILING_BYTES, member=None, detail=detail)


def _iter_sizes(entries: Iterable[Entry], archive_bytes: int) -> Iterator[Problem]:
    """Find members that are encrypted, too large, or inflate too much."""
    total = 0
    for path, _, flags, method, _, compressed_bytes, size_bytes, _, _, _ in entries:
        total += size_bytes
        if flags & ENCRYPTION_FLAGS:
            yield Problem(kind=ProblemKind.ENCRYPTED, member=path, detail="it is encrypted")
        elif flags & ~FLAGS_KNOWN:
            detail = f"its flags {flags:#06x} mean nothing that every installer knows"
            yield Problem(kind=ProblemKind.UNREADABLE_MEMBER, member=path, detail=detail)
        if method not in {STORED, DEFLATED}:
            detail = f"it is compressed by method {method}, which not every installer knows"
            yield Problem(kind=ProblemKind.UNREADABLE_MEMBER, member=path, detail=detail)
        if size_bytes > MAX_MEMBER_BYTES:
            detail = f"{size_bytes} bytes; archpip reads up to {MAX_MEMBER_BYTES}"
            yield Problem(kind=ProblemKind.TOO_LARGE, member=path, detail=detail)
        elif (
            size_bytes > compressed_bytes * MAX_RATIO  # no real member goes on from here
            and size_bytes > _most_inflated(compressed_bytes)
        ):
            detail = f"{compressed_bytes} bytes inflate to {size_bytes}"
            yield Problem(kind=ProblemKind.RATIO, member=path, detail=detail)
    if total > MAX_INFLATED_BYTES:
        detail = f"{total} bytes in all; archpip reads up to {MAX_INFLATED_BYTES}"
        yield Problem(kind=ProblemKind.TOO_LARGE, member=None, detail=detail)
    elif total > max(_RATIO_FLOOR, archive_bytes * MAX_RATIO):
        detail = f"{archive_bytes} bytes inflate to {total}"
        yield Problem(kind=ProblemKind.RATIO, member=None, detail=detail)


def _most_inflated(compressed_bytes: int) -> int:
    """Return the most bytes that a member can have: more is a false size or a zip bomb."""
    possible = (compressed_bytes + 1) * _DEFLATE_LIMIT
    return min(possible, max(_MEMBER_RATIO_FLOOR, compressed_bytes * MAX_RATIO))


def _iter_names(entries: Sequence[Entry]) -> Iterator[Problem]:
    """Find names that lead out of the folder, or that readers decode differently."""
    names = "\n".join(("", *(entry.path for entry in entries), ""))
    # Checked all at once, as there are thousands, and nearly no archive has a suspicious one.
    suspicious = not names.isascii() or any(mark in names for mark in _SUSPICIOUS)
    if not suspicious and {entry.second_name for entry in entries} <= {None}:
        return
    for entry in entries:
        checked = suspicious and entry.path != _ROOT
        reason = find_unsafe_reason(entry.path) if checked else None
        written = decode_name(entry.raw_name, entry.flags)
        if entry.flags & FLAG_UTF8 and written.encode() != entry.raw_name:
            detail = "the name is no UTF-8 although it says so"
            yield Problem(kind=ProblemKind.UNSAFE_PATH, member=_printable(entry), detail=detail)
        elif reason is not None:
            is_windows_path = find_unsafe_reason(_with_slashes(entry.path)) is None
            kind = ProblemKind.BACKSLASH if is_windows_path else ProblemKind.UNSAFE_PATH
            yield Problem(kind=kind, member=_printable(entry), detail=reason)
        if entry.second_name is not None and entry.second_name != written:
            detail = f"a second name says {entry.second_name!a}"
            yield Problem(kind=ProblemKind.HEADER_MISMATCH, member=_printable(entry), detail=detail)


def find_unsafe_reason(path: str) -> str | None:
    """Return why a member's path cannot be trusted; `None` if it can."""
    if not path or path.startswith("/") or _DRIVE.match(path):
        return "the path is not relative"
    for character, reason in _UNSAFE_CHARACTERS.items():
        if character in path:
            return reason
    if "/." in path or "//" in path or path.startswith("."):
        parts = path.split("/")
        if ".." in parts:
            return "the path leads out of its folder"
        if "." in parts or "" in parts[:-1]:
            return "the path is another spelling of a shorter one"
    return None


def _printable(entry: Entry) -> str:
    """Return the name with its zero bytes spelled out."""
    return entry.path.replace("\0", "\\x00")


def _iter_collisions(
    entries: Iterable[Entry], are_equal: Callable[[Entry, Entry], bool]
) -> Iterator[Problem]:
    """Find names that occur twice, or become one on some file system.

    A file that occurs twice with the same bytes is one file to every installer: pip takes the last
    one, and so does uv, which refuses such a wheel only if they differ.
    """
    files = [entry for entry in entries if not entry.path.endswith("/")]
    folded = _fold_together([entry.path for entry in files])
    names = set(folded)
    if len(names) == len(folded) and names.isdisjoint(path.rpartition("/")[0] for path in folded):
        return
    seen: dict[str, Entry] = {}
    for entry in files:
        other = seen.setdefault(_fold(entry.path), entry)
        if other is entry:
            continue
        if other.path != entry.path:
            detail = f"on some file systems it is the same file as {other.path!a}"
            yield Problem(kind=ProblemKind.NAME_COLLISION, member=_printable(entry), detail=detail)
        elif not are_equal(other, entry):
            detail = "the archive holds it twice, with different content"
            yield Problem(kind=ProblemKind.DUPLICATE, member=_printable(entry), detail=detail)
    folders = set(map(_fold, {entry.path.rpartition("/")[0] for entry in files}))
    for folded in seen.keys() & folders:
        detail = "it is a file and a folder"
        yield Problem(kind=ProblemKind.NAME_COLLISION, member=seen[folded].path, detail=detail)


def _fold_together(paths: Sequence[str]) -> Sequence[str]:
    """Return `_fold` of each; nearly all archives' paths are plain, and are folded as one text."""
    together = "\n".join(paths)
    if together.isascii() and "\\" not in together and together.count("\n") == len(paths) - 1:
        return together.lower().split("\n")
    return [_fold(path) for path in paths]


def _with_slashes(path: str) -> str:
    """Return the path as Windows, and `zipfile` on Windows, interprets it."""
    return path.replace("\\", "/")


def _fold(path: str) -> str:
    """Return the name as a file system that ignores case and Unicode forms compares it."""
    path = _with_slashes(path)
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFKC", path).casefold()
