"""The binaries of a wheel: candidates opened in rounds, each read as deep as needed.

A head has the architectures, and of most thin Mach-O files all that is needed. More of a member is
read if its head is not enough: loadable fat files, whose slices are compared symbol by symbol; the
few headers that do not settle the architecture; and members that the caller wants read deeper.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from msgspec import Struct
from msgspec.structs import replace

from archpip.architecture import Architecture
from archpip.binaries import (
    Binary,
    BinaryFormat,
    BinaryKind,
    BytesNotHeldError,
    ByteSource,
    Depth,
    PrefixSource,
    looks_native,
    read_binary,
)
from archpip.errors import BinaryFormatError
from archpip.wheels.candidates import is_module_by_name
from archpip.wheels.errors import WheelUnreadableError
from archpip.wheels.folders import folders_above
from archpip.wheels.model import (
    BinaryMember,
    Member,
    MemberContent,
    Problem,
    ProblemKind,
    WheelSource,
)

HEAD_BYTES = 4 * 1024
"""Inflated bytes of each candidate that are read first: all formats' headers, and the load commands
of most thin Mach-O files."""

_MAX_HEAD_BYTES = 64 * 1024
"""How far a head is extended if a reader reports that a little more would settle it."""

MAX_DEEP_BYTES = 6 * 1024**3
"""No larger member is looked through; the largest known is a CUDA library of 2 GB."""

_BATCH_BYTES = 12 * 1024 * 1024
"""Compressed bytes of whole members fetched in one round, which the source then keeps; the rest of
a larger member is read as a stream."""

_MOST_LINKING_BYTES = 48 * 1024 * 1024
"""Limit for compressed bytes read to find the links of programs, or of machines' libraries."""

_MOST_FOLDERS = 100
"""With more folders, they are not compared pairwise."""

_REPAIR_FOLDER = re.compile(r"\.libs/[^/]*$")
"""Where auditwheel and delvewheel put copies of the libraries that modules link."""

_LOADABLE_NAME = re.compile(r"\.(?:so|dylib|bundle|jnilib|node)(?:\.[\w.]+)?$")
_LOADABLE = frozenset({BinaryKind.LIBRARY, BinaryKind.BUNDLE, None})
"""`None`: a fat file's head does not have it."""


class _Head(Struct, kw_only=True):
    """The facts from the first bytes of a candidate."""

    member: Member
    binary: Binary | None = None
    wanted_bytes: int = 0
    """How many bytes from the start would settle more; 0 if those at hand are enough."""
    compressed_bytes: int = 0
    """About how many of the archive's bytes inflate to them."""


class _Read(Struct, kw_only=True):
    """A candidate that is a binary, as far as it was read."""

    member: Member
    binary: Binary
    deeper: Depth
    """How deep it must be read; its present depth if that is deep enough."""


class BinariesReader:
    """Reads the binaries of one wheel, in rounds."""

    def __init__(
        self,
        source: WheelSource,
        *,
        depth: Depth,
        platforms: frozenset[str],
        problems: list[Problem],
    ) -> None:
        """Take the wheel, whose candidates' heads were requested already.

        Args:
            source: The wheel.
            depth: The least depth for every binary.
            platforms: The platforms of the tags: `win32`, `macosx_11_0_arm64`.
            problems: Members that cannot be read are added here.
        """
        self._source = source
        self._depth = depth
        self._is_32_bit_windows = platforms == {"win32"}
        self._is_for_any = "any" in platforms
        self._problems = problems
        self._told = {(problem.kind, problem.member) for problem in problems}

    def read(self, candidates: Sequence[Member]) -> tuple[BinaryMember, ...]:
        """Read those of the candidates that are binaries, in their order."""
        heads = [head for member in candidates if (head := self._read_head(member)) is not None]
        short = {h.member.path: h.compressed_bytes for h in heads if h.wanted_bytes}
        if short:
            self._source.prefetch(short)
        found = [read for head in heads if (read := self._settle(head)) is not None]
        _deepen_mixed(found)
        if self._is_for_any:
            _deepen_programs(found)
            _deepen_uneven(found)
        for batch in _batches([r for r in found if r.deeper > r.binary.depth]):
            self._source.prefetch({read.member.path: _BATCH_BYTES for read in batch})
            for read in batch:
                self._read_deeper(read)
        return tuple(
            BinaryMember(
                path=read.member.path,
                executable_bit=read.member.executable_bit,
                size_bytes=read.member.size_bytes,
                binary=read.binary,
            )
            for read in found
        )

    def _read_head(self, member: Member) -> _Head | None:
        """Read a candidate's first bytes; `None` if it is not a binary, or is unreadable."""
        try:
            with closing(self._source.open(member.path)) as content:
                start = content.read_head(HEAD_BYTES)
                if looks_native(start):
                    return self._look_at(member, content, start)
        except (WheelUnreadableError, BinaryFormatError) as error:
            self._note(member, error)
            return None
        self._note_no_binary(member)
        return None

    def _look_at(self, member: Member, content: MemberContent, start: bytes) -> _Head:
        """Read as much of a binary as is at hand; note whether a little more would settle it."""
        if content.at_hand:
            binary = _read_at_hand(content, self._depth)
            return _Head(member=member, binary=_with_kind(binary, member, content))
        prefix = PrefixSource(start, size=content.size)
        head = _Head(member=member)
        try:
            head.binary = _with_kind(_read_as_deep_as_held(prefix), member, content)
        except BytesNotHeldError:
            # No compiler writes a header that lies deeper than that.
            if prefix.wanted > _MAX_HEAD_BYTES:
                raise
            head.wanted_bytes = max(prefix.wanted, HEAD_BYTES)
        if head.binary is not None and _is_worth_extending(head.binary, prefix):
            head.wanted_bytes = prefix.wanted
        if head.wanted_bytes:
            head.compressed_bytes = content.estimate_compressed(head.wanted_bytes)
        return head

    def _settle(self, head: _Head) -> _Read | None:
        """Read on if the head was too short; `None` if it is not a binary, or is unreadable."""
        binary, member = head.binary, head.member
        if head.wanted_bytes:
            try:
                with closing(self._source.open(member.path)) as content:
                    longer = content.read_at(0, head.wanted_bytes)
                    prefix = PrefixSource(longer, size=content.size)
                    binary = _with_kind(_read_as_deep_as_held(prefix), member, content)
            except (WheelUnreadableError, BinaryFormatError) as error:
                self._note(member, error)
                return None
        if binary is None:
            self._note_no_binary(member)
            return None
        return _Read(member=member, binary=binary, deeper=self._find_depth_to_read(binary))

    def _read_deeper(self, read: _Read) -> None:
        """Read a member again, as deep as needed; if that fails, the head's facts are kept."""
        if read.member.size_bytes > MAX_DEEP_BYTES:
            detail = f"{read.member.size_bytes} bytes; archpip looks through {MAX_DEEP_BYTES}"
            self._add(Problem(kind=ProblemKind.TOO_LARGE, member=read.member.path, detail=detail))
            return
        try:
            with closing(self._source.open(read.member.path)) as content:
                read.binary = read_binary(content, depth=read.deeper) or read.binary
        except (WheelUnreadableError, BinaryFormatError) as error:
            self._note(read.member, error)

    def _find_depth_to_read(self, binary: Binary) -> Depth:
        """Return how deep a binary has to be read; its head may have been enough."""
        if _is_fat(binary) and binary.slices[0].kind in _LOADABLE:
            return Depth.SYMBOLS
        return max(self._depth, Depth.LINKS if self._is_unsettled(binary) else binary.depth)

    def _is_unsettled(self, binary: Binary) -> bool:
        """Return whether the real architecture may differ from that in the header."""
        match binary.format:
            case BinaryFormat.PE:
                # An IL-only .NET assembly says i386 and runs everywhere; if the wheel is for i386,
                # that makes no difference. (ARM64EC code says x86-64, and only processes that load
                # x86-64 load it.)
                return Architecture.I686 in binary.architectures and not self._is_32_bit_windows
            case BinaryFormat.ELF:
                # If the header's flags do not state how floats are passed, a section may.
                arm = (s for s in binary.slices if s.architecture is Architecture.ARMV7L)
                return any(s.subtype for s in arm)
            case _:
                return False

    def _note_no_binary(self, member: Member) -> None:
        if is_module_by_name(member.path):
            detail = "by its name it is an extension module, and it is no native binary"
            if not member.size_bytes:
                detail = "by its name it is an extension module, and it is empty"
            kind = ProblemKind.MALFORMED_BINARY
            self._add(Problem(kind=kind, member=member.path, detail=detail))

    def _note(self, member: Member, error: WheelUnreadableError | BinaryFormatError) -> None:
        if isinstance(error, WheelUnreadableError):
            kind, detail = error.kind, error.reason
        else:
            kind, detail = ProblemKind.MALFORMED_BINARY, str(error)
        self._add(Problem(kind=kind, member=member.path, detail=detail))

    def _add(self, problem: Problem) -> None:
        # The archive's directory may have led to the same problem already.
        key = problem.kind, problem.member
        if key not in self._told:
            self._told.add(key)
            self._problems.append(problem)


def _read_at_hand(content: ByteSource, depth: Depth) -> Binary | None:
    """Read a binary to the depth, or only its headers if its links are invalid."""
    try:
        return read_binary(content, depth=depth)
    except BinaryFormatError:
        return read_binary(content, depth=Depth.HEADERS)


def _read_as_deep_as_held(prefix: PrefixSource) -> Binary | None:
    """Read a binary's links if the prefix has them, and its headers at least.

    Links are not required yet, so invalid ones (`patchelf` leaves some) are not reported.
    """
    try:
        return read_binary(prefix, depth=Depth.LINKS)
    except BytesNotHeldError:
        raise
    except BinaryFormatError:
        return read_binary(prefix, depth=Depth.HEADERS)


def _deepen_mixed(found: Sequence[_Read]) -> None:
    """Require the links of all if repair tools' folders contain code for several machines.

    The names of such libraries have no architecture, so only links show which module needs them
    (aws-psycopg2 contains auditwheel's libraries of two architectures).
    """
    for binary_format in (BinaryFormat.ELF, BinaryFormat.PE):
        reads = [read for read in found if read.binary.format is binary_format]
        repaired = [read for read in reads if _REPAIR_FOLDER.search(read.member.path)]
        architectures = frozenset[Architecture]().union(*(r.binary.architectures for r in reads))
        if repaired and len(architectures) > 1:
            for read in reads:
                read.deeper = max(read.deeper, Depth.LINKS)


def _deepen_programs(found: Sequence[_Read]) -> None:
    """Require the links of programs and of libraries beside them, in a wheel for any platform.

    Only links distinguish libraries for a program, which a translator may run, from those that
    Python loads. (A wheel for one platform was tested there, with libraries beside its programs.)
    """
    for binary_format in (BinaryFormat.ELF, BinaryFormat.PE):
        reads = [read for read in found if read.binary.format is binary_format]
        programs = [read for read in reads if _is_program(read.binary)]
        prefixes = {_prefix_of(read.member.path) for read in programs}
        beside = [
            read
            for read in reads
            if not prefixes.isdisjoint(_starts_of(read.member.path))
            and not is_module_by_name(read.member.path)
        ]
        size_bytes = sum(read.member.compressed_bytes for read in beside)
        if len(beside) > len(programs) and size_bytes <= _MOST_LINKING_BYTES:
            for read in beside:
                read.deeper = max(read.deeper, Depth.LINKS)


def _deepen_uneven(found: Sequence[_Read]) -> None:
    """Require the links of libraries in several machines' folders, if one folder has more.

    A library in only one machine's folder may be a part of the wheel that the other machine lacks,
    or a dependency of that machine's build of the common library (`amd64/x.dll` and the CUDA part
    that it links, beside `arm64/x.dll`).
    """
    for binary_format in (BinaryFormat.ELF, BinaryFormat.PE):
        folders: dict[str, dict[str, _Read]] = {}
        for read in found:
            if read.binary.format is binary_format:
                folder, _, name = read.member.path.rpartition("/")
                folders.setdefault(folder, {})[name.lower()] = read
        if not 1 < len(folders) <= _MOST_FOLDERS:
            continue
        common = {
            read.member.path: read
            for own in folders.values()
            for theirs in folders.values()
            if not own.keys() <= theirs.keys()
            for name in own.keys() & theirs.keys()
            if (read := own[name]).binary.architectures != theirs[name].binary.architectures
        }
        if sum(read.member.compressed_bytes for read in common.values()) <= _MOST_LINKING_BYTES:
            for read in common.values():
                read.deeper = max(read.deeper, Depth.LINKS)


def _is_program(binary: Binary) -> bool:
    return any(part.kind is BinaryKind.EXECUTABLE or part.interpreter for part in binary.slices)


def _prefix_of(path: str) -> str:
    """Return a program's folder with its slash, or the parent of its `bin` folder."""
    folder, slash, _ = path.rpartition("/")
    return folder.removesuffix("bin") if folder.endswith("/bin") else folder + slash


def _starts_of(path: str) -> Iterator[str]:
    """Yield each folder above a member with its slash, and the empty one."""
    yield from (f"{folder}/" for folder in folders_above(path))
    yield ""


def _is_fat(binary: Binary) -> bool:
    return len(binary.slices) > 1


def _is_worth_extending(binary: Binary, prefix: PrefixSource) -> bool:
    """Return whether a little more than the head would give a reader what it needs.

    Only load commands of thin Mach-O files are contiguous at the start.
    """
    thin = binary.format is BinaryFormat.MACHO and not binary.fat
    return thin and binary.depth < Depth.LINKS and 0 < prefix.wanted <= _MAX_HEAD_BYTES


def _is_loadable_by_name(member: Member) -> bool:
    """Return whether a name is a library's; symbols of programs and objects are not needed."""
    return bool(_LOADABLE_NAME.search(member.path))


def _with_kind(binary: Binary | None, member: Member, content: ByteSource) -> Binary | None:
    """Add the kind of a fat file if its name does not show it: its table of slices has no kind.

    All slices are assumed to have the kind of the first, whose header is near the start.
    """
    if binary is None or not _is_fat(binary) or _is_loadable_by_name(member):
        return binary
    first = binary.slices[0]
    if first.offset > _MAX_HEAD_BYTES:
        return binary
    head = content.read_at(first.offset, HEAD_BYTES)
    thin = read_binary(PrefixSource(head, size=first.size_bytes), depth=Depth.HEADERS)
    if thin is None:
        return binary
    kind = thin.slices[0].kind
    return replace(binary, slices=tuple(replace(s, kind=kind) for s in binary.slices))


def _batches(reads: Sequence[_Read]) -> Iterable[list[_Read]]:
    """Split into rounds that fit in memory; a member that is larger gets a round of its own."""
    batch: list[_Read] = []
    filled = 0
    for read in reads:
        if batch and filled + read.member.compressed_bytes > _BATCH_BYTES:
            yield batch
            batch, filled = [], 0
        batch.append(read)
        filled += read.member.compressed_bytes
    if batch:
        yield batch
