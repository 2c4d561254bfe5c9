"""Write wheels reproducibly: the same members give the same bytes at any time on any machine.

Source: https://packaging.python.org/specifications/binary-distribution-format/ (RECORD, and
dist-info at the archive's end) and /specifications/recording-installed-packages/ (RECORD's rows).
"""

import base64
import csv
import hashlib
import io
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from archpip.binaries import ByteSource
from archpip.wheels import InvalidWheelError, find_unsafe_reason

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest date in the zip format."""

_CHUNK = 1024 * 1024
_UNIX = 3
_FILE_MODE = 0o100644
_PROGRAM_MODE = 0o100755
_SIGNATURES = frozenset({"RECORD.jws", "RECORD.p7s"})


class NewMember(Struct, frozen=True, kw_only=True):
    """One member of a wheel to write."""

    path: str
    content: ByteSource
    executable_bit: bool = False


def write_wheel(
    path: Path,
    members: Sequence[NewMember],
    *,
    date: tuple[int, ...] = _FIRST_DAY,
    compress: bool = True,
) -> None:
    """Write a wheel atomically.

    Members are written in the order of their paths, dist-info last. RECORD is generated; a member
    of that name is left out, as are its signatures, which would be invalid.

    Args:
        path: The file; its name must be the wheel's. An existing file is replaced.
        members: The members; no path may repeat.
        date: Year, month, day, hour, minute, second, the timestamp of every member.
        compress: Deflate the members. Storing them is many times as fast, and gives the same bytes
            with any version of zlib.

    Raises:
        InvalidWheelError: A path repeats or leads out of the wheel, or there is not exactly one
            dist-info folder.
        OSError: The file cannot be written.
    """
    dist_info = _find_dist_info(path.name, members)
    made = {f"{dist_info}/{name}" for name in ("RECORD", *_SIGNATURES)}
    kept = [member for member in members if member.path not in made]
    kept.sort(key=lambda member: (member.path.startswith(f"{dist_info}/"), member.path))
    # Not `tempfile`, whose files only their owner can read: a wheel is for sharing.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("xb") as file, zipfile.ZipFile(file, "w") as archive:
            method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
            rows = [_write_member(archive, member, date, method) for member in kept]
            rows.append((f"{dist_info}/RECORD", "", ""))
            archive.writestr(_info(f"{dist_info}/RECORD", date, method), _render_record(rows))
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _find_dist_info(filename: str, members: Sequence[NewMember]) -> str:
    paths = [member.path for member in members]
    if len(set(paths)) != len(paths):
        raise InvalidWheelError(filename=filename, reason="a path would be in it twice")
    for path in paths:
        reason = find_unsafe_reason(path)
        if reason is not None:
            raise InvalidWheelError(filename=filename, reason=f"{path!r}: {reason}")
    tops = {path.partition("/")[0] for path in paths if "/" in path}
    folders = sorted(top for top in tops if top.endswith(".dist-info"))
    if len(folders) != 1:
        found = ", ".join(folders) or "none"
        raise InvalidWheelError(filename=filename, reason=f"one dist-info is due; found: {found}")
    return folders[0]


def _write_member(
    archive: zipfile.ZipFile, member: NewMember, date: tuple[int, ...], method: int
) -> tuple[str, str, str]:
    """Write a member, and return its row of RECORD."""
    size = member.content.size
    info = _info(member.path, date, method, executable=member.executable_bit)
    info.file_size = size  # so that zipfile knows whether to use zip64
    digest = hashlib.sha256()
    with archive.open(info, "w") as file:
        for start in range(0, size, _CHUNK):
            chunk = member.content.read_at(start, _CHUNK)
            digest.update(chunk)
            file.write(chunk)
    encoded = base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
    return member.path, f"sha256={encoded}", str(size)


def _info(
    path: str, date: tuple[int, ...], method: int, *, executable: bool = False
) -> zipfile.ZipInfo:
    year, month, day, hour, minute, second = date
    info = zipfile.ZipInfo(path, (year, month, day, hour, minute, second))
    info.create_system = _UNIX  # zipfile writes the system it runs on
    info.external_attr = (_PROGRAM_MODE if executable else _FILE_MODE) << 16
    info.compress_type = method
    return info


def _render_record(rows: Sequence[tuple[str, str, str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
