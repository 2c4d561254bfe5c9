"""Write `REQUESTED` and `direct_url.json` of an installed distribution, and update its RECORD.

Source: https://packaging.python.org/en/latest/specifications/recording-installed-packages/ and
https://packaging.python.org/en/latest/specifications/direct-url/.
"""

import base64
import csv
import hashlib
import io
import json
from pathlib import Path

from packaging.direct_url import ArchiveInfo, DirectUrl, DirInfo, VcsInfo

from archpip.index import without_credentials
from archpip.installing.model import VerifiedWheel
from archpip.resolution import LinkKind, Pin


def direct_url_of(pin: Pin, *, sha256: str) -> DirectUrl | None:
    """Return the `direct_url.json` content of a pin; `None` for one from an index.

    Args:
        pin: The pin.
        sha256: The hash of the file that its link names, if it is a file.
    """
    if not pin.direct:
        return None
    url = without_credentials(pin.link.url)
    if pin.kind is LinkKind.DIRECTORY:
        return DirectUrl(
            url=url, dir_info=DirInfo(editable=pin.editable or None), subdirectory=pin.subdirectory
        )
    if pin.kind is LinkKind.VCS:
        system, _, repository = url.partition("+")
        return DirectUrl(
            url=repository,
            vcs_info=VcsInfo(
                vcs=system, commit_id=pin.commit or "", requested_revision=pin.revision
            ),
            subdirectory=pin.subdirectory,
        )
    known = pin.link.sha256 or (sha256 if pin.kind is LinkKind.WHEEL else None)
    hashes = {"sha256": known} if known else None
    return DirectUrl(
        url=url, archive_info=ArchiveInfo(hashes=hashes), subdirectory=pin.subdirectory
    )


def direct_url_json(wheel: VerifiedWheel) -> bytes | None:
    """Return the text of `direct_url.json`; `None` for a wheel from an index."""
    direct_url = direct_url_of(wheel.pin, sha256=wheel.sha256)
    if direct_url is None:
        return None
    return json.dumps(direct_url.to_dict(), sort_keys=True).encode()


def write_marks(dist_info: Path, *, requested: bool, direct_url: bytes | None) -> None:
    """Write or remove `REQUESTED` and `direct_url.json`, and update RECORD.

    A missing RECORD (of a distribution that pip did not install) is not created.
    """
    marks: dict[str, bytes | None] = {
        "REQUESTED": b"" if requested else None,
        "direct_url.json": direct_url,
    }
    for name, content in marks.items():
        if content is None:
            (dist_info / name).unlink(missing_ok=True)
        else:
            (dist_info / name).write_bytes(content)
    record = dist_info / "RECORD"
    if record.is_file():
        text = _with_marks(record.read_text(encoding="utf-8"), dist_info.name, marks)
        record.write_text(text, encoding="utf-8", newline="")


def _with_marks(record: str, folder: str, marks: dict[str, bytes | None]) -> str:
    paths = {f"{folder}/{name}": content for name, content in marks.items()}
    rows = [row for row in csv.reader(record.splitlines()) if row and row[0] not in paths]
    rows += [
        [path, f"sha256={encode_digest(hashlib.sha256(content).digest())}", str(len(content))]
        for path, content in sorted(paths.items())
        if content is not None
    ]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()


def encode_digest(digest: bytes) -> str:
    """Return a digest as RECORD writes it: urlsafe base64 without padding."""
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
