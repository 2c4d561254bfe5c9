"""Fuse two thin macOS wheels to a fat one, or thin a fat one, on any system."""

from contextlib import closing
from pathlib import Path

from archpip.architecture import Architecture
from archpip.binaries import BinaryFormat, BinaryKind, ByteSource, BytesSource
from archpip.fusing.errors import Conflict, FuseConflictError, FuseMismatchError
from archpip.fusing.merging import Merged, Side, find_slice, merge_pair, merge_single
from archpip.fusing.naming import fused_filename, in_order, rewrite_wheel_file, thin_filename
from archpip.fusing.writing import NewMember, write_wheel
from archpip.wheels import WheelSource, open_wheel


def fuse_wheels(first: Path, second: Path, folder: Path, *, compress: bool = False) -> Path:
    """Fuse an arm64 and an x86_64 wheel, in either order, to a universal2 wheel.

    Binaries get both slices, each with unchanged bytes and so a valid signature; libraries that
    only one machine links are copied thin; everything else must be equal, except for differences
    that `rules.toml` lists as harmless. The same two wheels give the same file at any time on any
    machine. Memory use is bounded by the largest text file; binaries are streamed.

    Args:
        first: A wheel.
        second: The other.
        folder: The folder for the new wheel; one of its name is replaced.
        compress: Deflate it, for an upload. It takes several times as long, and the bytes then
            depend on the zlib that is used.

    Returns:
        The new wheel's path.

    Raises:
        FuseMismatchError: They are not the two halves of one wheel.
        FuseConflictError: Members that both machines need differ; names all of them.
        WheelError: A wheel cannot be read.
        OSError: The new wheel cannot be written.
    """
    filename = fused_filename(first.name, second.name)
    paths = {path.name: path for path in (first, second)}
    arm_path, intel_path = (paths[name] for name in in_order(first.name, second.name))
    with closing(open_wheel(arm_path)) as arm_wheel, closing(open_wheel(intel_path)) as intel_wheel:
        arm = _side(arm_wheel, Architecture.ARM64)
        intel = _side(intel_wheel, Architecture.X86_64)
        members, conflicts = _merge(arm, intel, filename)
        if conflicts:
            raise FuseConflictError(
                first=arm_path.name, second=intel_path.name, conflicts=tuple(conflicts)
            )
        path = folder / filename
        write_wheel(path, members, compress=compress)
    return path


def thin_wheel(
    wheel: Path, architecture: Architecture, folder: Path, *, compress: bool = False
) -> Path:
    """Reduce a universal2 wheel to one architecture.

    Every binary keeps only the slice of that architecture. Libraries and modules without one are
    left out; executables are kept, since they may run under a translator.

    Args:
        wheel: A universal2 wheel.
        architecture: arm64 or x86_64.
        folder: The folder for the new wheel; one of its name is replaced.
        compress: As `fuse_wheels`.

    Raises:
        ThinError: It is not a universal2 wheel.
        WheelError: The wheel cannot be read.
        OSError: The new wheel cannot be written.
    """
    filename = thin_filename(wheel.name, architecture)
    with closing(open_wheel(wheel)) as source:
        side = _side(source, architecture)
        members = [
            NewMember(path=path, content=content, executable_bit=_is_executable(path, side))
            for path in side.members
            if (content := _thin(path, side, filename)) is not None
        ]
        path = folder / filename
        write_wheel(path, members, compress=compress)
    return path


def _side(wheel: WheelSource, architecture: Architecture) -> Side:
    members = {member.path: member for member in wheel.members()}
    return Side(wheel=wheel, architecture=architecture, members=members)


def _merge(arm: Side, intel: Side, filename: str) -> tuple[list[NewMember], list[Conflict]]:
    members: list[NewMember] = []
    conflicts: list[Conflict] = []
    for path in sorted({*arm.members, *intel.members}):
        if _is_made_anew(path):
            continue
        side = arm if path in arm.members else intel
        merged: Merged | Conflict
        if _is_wheel_file(path):
            merged = {path: _merge_wheel_file(path, arm, intel, filename)}
        elif path in arm.members and path in intel.members:
            merged = merge_pair(path, arm, intel)
        else:
            merged = merge_single(path, side)
        if isinstance(merged, Conflict):
            conflicts.append(merged)
        else:
            executable = _is_executable(path, arm, intel)
            members += [
                NewMember(path=new, content=content, executable_bit=executable)
                for new, content in merged.items()
            ]
    return members, conflicts


def _is_executable(path: str, *sides: Side) -> bool:
    return any(side.members[path].executable_bit for side in sides if path in side.members)


def _is_wheel_file(path: str) -> bool:
    return path.endswith(".dist-info/WHEEL") and path.count("/") == 1


def _is_made_anew(path: str) -> bool:
    """Return whether a member is RECORD, or a signature of it that becomes invalid."""
    folder, _, name = path.partition("/")
    return folder.endswith(".dist-info") and name in {"RECORD", "RECORD.jws", "RECORD.p7s"}


def _merge_wheel_file(path: str, arm: Side, intel: Side, filename: str) -> ByteSource:
    """Return WHEEL with the fused wheel's tags.

    Raises:
        FuseMismatchError: The two wheels install into different folders.
    """
    texts = [
        side.read_text(path).decode("utf-8", "replace") if path in side.members else ""
        for side in (arm, intel)
    ]
    roots = [
        [line for line in text.splitlines() if line.lower().startswith("root-is-purelib")]
        for text in texts
    ]
    if roots[0] != roots[1]:
        raise FuseMismatchError(
            first=arm.wheel.filename,
            second=intel.wheel.filename,
            reason="their Root-Is-Purelib differs",
        )
    return BytesSource(rewrite_wheel_file(texts[0], filename))


def _thin(path: str, side: Side, filename: str) -> ByteSource | None:
    """Return a member reduced to one architecture; `None` if nothing is left."""
    if _is_wheel_file(path):
        text = side.read_text(path).decode("utf-8", "replace")
        return BytesSource(rewrite_wheel_file(text, filename))
    binary = side.read_binary(path)
    if binary is None:
        return side.part(path)
    if find_slice(binary, side.architecture) is not None:
        return side.slice_of(path, binary)
    kinds = {each.kind for each in binary.slices}
    if kinds <= {BinaryKind.EXECUTABLE, BinaryKind.OTHER} or binary.format is BinaryFormat.ARCHIVE:
        return side.part(path)
    return None
