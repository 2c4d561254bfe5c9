"""Merge one member of the fused wheel from the two wheels' members at its path."""

from collections.abc import Mapping
from email.parser import Parser
from pathlib import PurePosixPath
from typing import TypeAlias

from msgspec import Struct

from archpip.architecture import Architecture
from archpip.binaries import (
    Binary,
    BinaryFormat,
    BinaryKind,
    ByteSource,
    BytesSource,
    Slice,
    looks_native,
    read_binary,
)
from archpip.errors import BinaryFormatError
from archpip.fusing.errors import Conflict, SliceUnusableError
from archpip.fusing.fat import CPU_TYPE_ARM64, CPU_TYPE_X86_64, join_slices
from archpip.fusing.joined_source import MemberPart, equal_bytes
from archpip.fusing.rules import Take, find_rule
from archpip.wheels import Member, ProblemKind, WheelSource, WheelUnreadableError

_HEAD_BYTES = 64
_LARGEST_TEXT_BYTES = 64 * 1024 * 1024

Merged: TypeAlias = Mapping[str, ByteSource]
"""A fused wheel's members for one path: contents by new path; empty if it is left out."""

CPU_TYPES = {Architecture.ARM64: CPU_TYPE_ARM64, Architecture.X86_64: CPU_TYPE_X86_64}


class Side(Struct, frozen=True, kw_only=True):
    """One of the two wheels."""

    wheel: WheelSource
    architecture: Architecture
    members: Mapping[str, Member]

    def part(self, path: str) -> MemberPart:
        """Return a member's bytes."""
        return MemberPart(self.wheel, path, size=self.members[path].size_bytes)

    def read_text(self, path: str) -> bytes:
        """Return all of a member.

        Raises:
            WheelUnreadableError: It is too large for a text.
        """
        part = self.part(path)
        if part.size > _LARGEST_TEXT_BYTES:
            raise WheelUnreadableError(
                filename=self.wheel.filename,
                member=path,
                reason=f"{part.size} bytes are more than a text has",
                kind=ProblemKind.TOO_LARGE,
            )
        return part.read_at(0, part.size)

    def read_binary(self, path: str) -> Binary | None:
        """Return a member's binary, if its format can have slices."""
        part = self.part(path)
        try:
            if not looks_native(part.read_at(0, _HEAD_BYTES)):
                return None
            binary = read_binary(part)
        except BinaryFormatError:
            return None
        finally:
            part.close()
        apple = {BinaryFormat.MACHO, BinaryFormat.ARCHIVE}
        return binary if binary is not None and binary.format in apple else None

    def slice_of(self, path: str, binary: Binary) -> MemberPart | None:
        """Return the part of a binary that is for this side's machine."""
        found = find_slice(binary, self.architecture)
        if found is None:
            return None
        whole = self.members[path].size_bytes
        return MemberPart(self.wheel, path, start=found.offset, size=found.size_bytes or whole)


def find_slice(binary: Binary, architecture: Architecture) -> Slice | None:
    """Return the slice for an architecture; the plain one beside arm64e or x86_64h."""
    found = [each for each in binary.slices if each.architecture is architecture]
    return min(found, key=lambda each: bool(each.subtype), default=None)


def merge_pair(path: str, arm: Side, intel: Side) -> Merged | Conflict:
    """Merge the members of a path that both wheels have."""
    if equal_bytes(arm.part(path), intel.part(path)):
        return {path: arm.part(path)}
    arm_binary, intel_binary = arm.read_binary(path), intel.read_binary(path)
    if arm_binary is not None and intel_binary is not None:
        fused = _fuse(path, arm, arm_binary, intel, intel_binary)
        return fused if isinstance(fused, Conflict) else {path: fused}
    rule = find_rule(path)
    take = rule.take if rule is not None else None
    if take is Take.DROP:
        return {}
    if take is Take.EACH:
        return {_path_of_one(path, side): side.part(path) for side in (arm, intel)}
    text = _merge_texts(path, take, arm, intel)
    return Conflict(path=path, reason="the two differ") if text is None else {path: text}


def _path_of_one(path: str, side: Side) -> str:
    """Add the architecture to a member's path: `x.json` becomes `x.arm64.json`."""
    pure = PurePosixPath(path)
    return str(pure.with_name(f"{pure.stem}.{side.architecture}{pure.suffix}"))


def _merge_texts(path: str, take: Take | None, arm: Side, intel: Side) -> ByteSource | None:
    """Merge two texts by a rule; `None` if the rule does not merge them."""
    if take is Take.ARM64 or (take is None and _is_same_metadata(path, arm, intel)):
        return arm.part(path)
    if take is Take.BOTH:
        return BytesSource(arm.read_text(path) + b"\n" + intel.read_text(path))
    if take is Take.GUARD:
        return BytesSource(_guard(arm.read_text(path), intel.read_text(path)))
    return None


def merge_single(path: str, side: Side) -> Merged | Conflict:
    """Merge a path that only one wheel has.

    A library that only this machine's modules link (OpenBLAS needs libquadmath only on x86_64) is
    copied thin: no slice of the other machine links it. A module that one side lacks is a conflict,
    since it would be found there and not load.
    """
    binary = side.read_binary(path)
    if binary is not None and _is_library(path, binary):
        return {path: side.part(path)}
    rule = find_rule(path)
    if rule is not None and rule.take is Take.DROP:
        return {}
    if rule is not None and rule.take in {Take.EITHER, Take.BOTH, Take.EACH}:
        return {path: side.part(path)}
    return Conflict(path=path, reason=f"only the {side.architecture} wheel has it")


def _is_library(path: str, binary: Binary) -> bool:
    kinds = {each.kind for each in binary.slices}
    return path.endswith(".dylib") or (kinds == {BinaryKind.LIBRARY} and "/.dylibs/" in f"/{path}")


def _fuse(
    path: str, arm: Side, arm_binary: Binary, intel: Side, intel_binary: Binary
) -> ByteSource | Conflict:
    slices: list[tuple[int, MemberPart]] = []
    for side, binary in ((arm, arm_binary), (intel, intel_binary)):
        part = side.slice_of(path, binary)
        if part is None:
            reason = f"the {side.architecture} wheel's holds no {side.architecture} slice"
            return Conflict(path=path, reason=reason)
        slices.append((CPU_TYPES[side.architecture], part))
    try:
        return join_slices(slices)
    except SliceUnusableError as error:
        return Conflict(path=path, reason=error.reason)
    finally:
        # Their headers were read; they are opened again when they are written.
        for _, part in slices:
            part.close()


def _guard(arm: bytes, intel: bytes) -> bytes:
    return b"\n".join(
        (b"#if defined(__arm64__) || defined(__aarch64__)", arm, b"#else", intel, b"#endif", b"")
    )


def _is_same_metadata(path: str, arm: Side, intel: Side) -> bool:
    """Return whether two METADATA files are equal in all that an installer reads.

    Old metadata holds the full licence text, which names the libraries that a wheel bundles.
    """
    folder, _, name = path.rpartition("/")
    if name != "METADATA" or not folder.endswith(".dist-info"):
        return False
    ours, theirs = (_fields(side.read_text(path)) for side in (arm, intel))
    return ours == theirs


def _fields(metadata: bytes) -> list[tuple[str, str]]:
    fields = Parser().parsestr(metadata.decode("utf-8", "replace")).items()
    return sorted((name.lower(), text) for name, text in fields if name.lower() != "license")
