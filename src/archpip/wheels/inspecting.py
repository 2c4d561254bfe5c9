"""The inspection of a wheel: which members are binaries, and what each of them is.

Reading is done in rounds, so that a far wheel costs few round trips: the directory and dist-info,
then the heads of all candidates at once, then, where a head is not enough, whole members.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from packaging.tags import InvalidTag, Tag, TooManyTagsError, parse_tag

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
from archpip.wheels.candidates import Likelihood, estimate_likelihood
from archpip.wheels.errors import InvalidWheelError, WheelUnreadableError
from archpip.wheels.metadata import (
    MAX_TAGS,
    WheelFile,
    find_metadata_problems,
    metadata_paths,
    read_wheel_file,
)
from archpip.wheels.model import (
    BinaryMember,
    Inspection,
    Member,
    MemberContent,
    Problem,
    ProblemKind,
    ReadingCost,
    WheelSource,
)

HEAD_BYTES = 4 * 1024
"""Inflated bytes of each candidate that are looked at first: all formats' headers, and the load
commands of most thin Mach-O files."""

_FETCHED_BYTES = 1024
"""Compressed bytes of a candidate asked for at first: its headers, and more."""

_FETCHED_MACHO_BYTES = 2048
"""The same where load commands are expected: they are full of zeros, so this gives some 6 KB."""

_MAX_HEAD_BYTES = 64 * 1024
"""How far a head is extended when a reader says that it would be settled by a little more."""

_EXTENSION_MODULE = re.compile(r"\.(?:pyd|(?:cpython|pypy|graalpy)[^./]*\.so|abi3t?\.so)$")
"""Names that say plainly that an interpreter is to load the file. (A bare `.so` may be a script of
the linker's.)"""

_BATCH_BYTES = 12 * 1024 * 1024
"""Compressed bytes of whole members fetched in one round, which the source then keeps; the rest of
a larger member is read as a stream."""


def inspect_wheel(
    source: WheelSource, *, sha256: str | None, depth: Depth = Depth.HEADERS
) -> tuple[Inspection, ReadingCost]:
    """Read all facts of a wheel.

    Every binary is read as deep as its head allows, and at least as deep as `depth`. Whatever the
    depth, all slices' architectures are known, and the symbols of those fat Mach-O files that can
    be loaded: only they show a hollow slice. Below `LINKS`, only members whose names make it
    plausible are looked at; from `LINKS` on, all but those with a suffix of text or data.

    Args:
        source: The wheel; the caller closes it.
        sha256: The file's hash, where it is known.
        depth: How deep to look.

    Raises:
        InvalidWheelError: The file is no zip archive, or its name is no wheel's.
        WheelUnreadableError: WHEEL cannot be read.
        RangesUnsupportedError: A far wheel cannot be read in parts, and there is no download.
    """
    tags = parse_filename_tags(source.filename)
    members = source.members()
    candidates = _select_candidates(members, depth)
    _prefetch_heads(source, candidates, tags)
    problems = [*source.problems(), *find_metadata_problems(source)]
    wheel_file = _read_wheel_file(source, problems)
    reader = _BinariesReader(source, depth=depth, problems=problems)
    binaries = reader.read(candidates)
    inspection = Inspection(
        filename=source.filename,
        sha256=sha256,
        size_bytes=source.size_bytes,
        tags=tuple(sorted(map(str, tags))),
        declared_tags=wheel_file.tags,
        root_is_purelib=wheel_file.root_is_purelib,
        binaries=binaries,
        import_roots=_find_import_roots(members, binaries),
        problems=tuple(problems),
        depth=depth,
    )
    return inspection, source.cost()


def parse_filename_tags(filename: str) -> frozenset[Tag]:
    """Return the tags of a wheel's file name; its project and version may be of any age and form.

    Raises:
        InvalidWheelError: It is not a wheel's name.
    """
    stem, _, suffix = filename.rpartition(".")
    parts = stem.split("-")
    if suffix.lower() != "whl" or len(parts) not in {5, 6} or not all(parts):
        reason = "its name is not project-version-python-abi-platform.whl"
        raise InvalidWheelError(filename=filename, reason=reason)
    try:
        return parse_tag("-".join(parts[-3:]), limit=MAX_TAGS)
    except (InvalidTag, TooManyTagsError) as error:
        raise InvalidWheelError(filename=filename, reason=str(error)) from error


def _prefetch_heads(
    source: WheelSource, candidates: Sequence[Member], tags: frozenset[Tag]
) -> None:
    """Ask for all heads at once, and for METADATA and WHEEL, which the caller mostly reads too."""
    macos = any("macosx" in tag.platform or tag.platform == "any" for tag in tags)
    head_bytes = _FETCHED_MACHO_BYTES if macos else _FETCHED_BYTES
    wanted: dict[str, int | None] = dict.fromkeys(metadata_paths(source))
    wanted.update({member.path: head_bytes for member in candidates})
    source.prefetch(wanted)


def _read_wheel_file(source: WheelSource, problems: list[Problem]) -> WheelFile:
    try:
        return read_wheel_file(source)
    except InvalidWheelError as error:
        if not any(p.kind is ProblemKind.NO_DIST_INFO for p in problems):
            problems.append(
                Problem(kind=ProblemKind.NO_DIST_INFO, member=None, detail=error.reason)
            )
    except WheelUnreadableError as error:
        problems.append(Problem(kind=error.kind, member=error.member, detail=error.reason))
    return WheelFile(tags=(), root_is_purelib=False)


def _select_candidates(members: Sequence[Member], depth: Depth) -> list[Member]:
    wanted = {Likelihood.LIKELY, Likelihood.POSSIBLE}
    if depth >= Depth.LINKS:
        wanted.add(Likelihood.UNLIKELY)
    # An archive may hold a path twice, which is a problem of its own.
    unique = {member.path: member for member in members}
    return [m for m in unique.values() if estimate_likelihood(m) in wanted]


def _find_import_roots(
    members: Sequence[Member], binaries: Sequence[BinaryMember]
) -> tuple[str, ...]:
    """Return the members that decide how binaries are imported."""
    wanted: set[str] = set()
    for binary in binaries:
        folder, slash, name = binary.path.rpartition("/")
        module = folder + slash + name.partition(".")[0]
        wanted.update((f"{module}.py", f"{module}/__init__.py"))
        while folder:
            wanted.add(f"{folder}/__init__.py")
            folder = folder.rpartition("/")[0]
    return tuple(m.path for m in members if m.path in wanted or m.path.endswith(".pth"))


@dataclass(slots=True, kw_only=True)
class _Read:
    """A candidate that is a binary, as far as it was read."""

    member: Member
    binary: Binary
    deeper: Depth
    """How deep it must be read; its present depth where that is deep enough."""


class _BinariesReader:
    """Reads the binaries of one wheel, in rounds."""

    def __init__(
        self,
        source: WheelSource,
        *,
        depth: Depth,
        problems: list[Problem],
    ) -> None:
        """Take the wheel; what cannot be read is added to `problems`."""
        self._source = source
        self._depth = depth
        self._problems = problems

    def read(self, candidates: Sequence[Member]) -> tuple[BinaryMember, ...]:
        """Read those of the candidates that are binaries, in their order."""
        found = [read for member in candidates if (read := self._read_head(member)) is not None]
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

    def _read_head(self, member: Member) -> _Read | None:
        """Read what a candidate's first bytes tell; `None` where it is no binary, or unreadable."""
        try:
            with closing(self._source.open(member.path)) as content:
                binary = self._read_prefix(content)
                if binary is not None and _may_be_program(binary, member):
                    binary = _with_kind(binary, content)
        except (WheelUnreadableError, BinaryFormatError) as error:
            self._note(member, error)
            return None
        if binary is None:
            if _EXTENSION_MODULE.search(member.path):
                self._problems.append(_no_binary(member))
            return None
        return _Read(member=member, binary=binary, deeper=self._find_depth_to_read(binary))

    def _read_prefix(self, content: MemberContent) -> Binary | None:
        """Read what is at hand of a member's head, and a little more where that settles it."""
        head = content.read_head(HEAD_BYTES)
        if not looks_native(head):
            return None
        prefix = PrefixSource(head, size=content.size)
        try:
            binary = read_binary(prefix, depth=Depth.LINKS)
        except BytesNotHeldError:
            binary = None
        if prefix.wanted and (binary is None or _is_worth_extending(binary, prefix)):
            longer = content.read_at(0, max(prefix.wanted, HEAD_BYTES))
            binary = read_binary(PrefixSource(longer, size=content.size), depth=Depth.LINKS)
        return binary

    def _read_deeper(self, read: _Read) -> None:
        """Read a member again, as deep as is wanted; what the head said stands if that fails."""
        try:
            with closing(self._source.open(read.member.path)) as content:
                read.binary = read_binary(content, depth=read.deeper) or read.binary
        except (WheelUnreadableError, BinaryFormatError) as error:
            self._note(read.member, error)

    def _find_depth_to_read(self, binary: Binary) -> Depth:
        """Say how deep a binary has to be read; its head may have told as much."""
        if _is_fat(binary) and binary.slices[0].kind is not BinaryKind.EXECUTABLE:
            return Depth.SYMBOLS
        return max(self._depth, Depth.LINKS if _is_unsettled(binary) else binary.depth)

    def _note(self, member: Member, error: WheelUnreadableError | BinaryFormatError) -> None:
        if isinstance(error, WheelUnreadableError):
            kind, detail = error.kind, error.reason
        else:
            kind, detail = ProblemKind.MALFORMED_BINARY, str(error)
        # The archive's directory may have told as much already.
        if (kind, member.path) not in {(p.kind, p.member) for p in self._problems}:
            self._problems.append(Problem(kind=kind, member=member.path, detail=detail))


def _no_binary(member: Member) -> Problem:
    detail = "by its name it is an extension module, and it is no native binary"
    return Problem(kind=ProblemKind.MALFORMED_BINARY, member=member.path, detail=detail)


def _is_fat(binary: Binary) -> bool:
    return len(binary.slices) > 1


def _is_unsettled(binary: Binary) -> bool:
    """Tell whether the architecture that the header names may not be the true one."""
    match binary.format:
        case BinaryFormat.PE:
            # An IL-only .NET assembly says i386 and runs everywhere. (ARM64EC code says x86-64, and
            # no process loads it that would not load x86-64.)
            return Architecture.I686 in binary.architectures
        case BinaryFormat.ELF:
            # Where the header's flags do not state how floats are passed, a section may.
            return any(s.architecture is Architecture.ARMV7L and s.subtype for s in binary.slices)
        case _:
            return False


def _is_worth_extending(binary: Binary, prefix: PrefixSource) -> bool:
    """Tell whether a little more than the head would settle what a reader looked for.

    Only load commands of thin Mach-O files stand together at the start.
    """
    thin = binary.format is BinaryFormat.MACHO and not binary.fat
    return thin and binary.depth < Depth.LINKS and 0 < prefix.wanted <= _MAX_HEAD_BYTES


def _may_be_program(binary: Binary, member: Member) -> bool:
    """Tell whether a fat file may be an executable, whose symbols nobody needs."""
    return _is_fat(binary) and estimate_likelihood(member) is not Likelihood.LIKELY


def _with_kind(binary: Binary, content: ByteSource) -> Binary:
    """Give all slices the kind that the first one's own header says: it lies near the start."""
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
    """Cut into rounds that fit in memory; a member that alone is larger is a round of its own."""
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
