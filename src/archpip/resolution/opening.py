"""Opening a wheel in place: METADATA first, then the headers of its binaries."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from pathlib import Path

from archpip.binaries import UnboundSymbols
from archpip.index import HashMismatchError, IndexUnavailableError, Link, path_of
from archpip.owned_folders import owned_folder
from archpip.reachable import is_file
from archpip.resolution.ports import WheelFacts
from archpip.wheels import (
    Inspection,
    RangeReader,
    ReadingCost,
    RemoteWheel,
    compare_siblings,
    inspect_wheel,
    may_have_binaries,
    read_metadata,
)


class Opener:
    """Opens wheels without caching. As thread-safe as the parts that it is given."""

    def __init__(
        self, ranges: RangeReader, download: Callable[[Link, Path], Path] | None = None
    ) -> None:
        """Join the parts.

        Args:
            ranges: Reads parts of files.
            download: Downloads a file into a folder and checks its hash. If `None`, only wheels
                that have a hash and whose server serves ranges can be opened.
        """
        self._ranges = ranges
        self._download = download

    def open(
        self, link: Link, *, inspect: bool, on_metadata: Callable[[bytes], None]
    ) -> WheelFacts:
        """Read a wheel by ranges, or as a whole if it has no hash or its server has no ranges.

        Args:
            link: The wheel.
            inspect: Read its binaries, too. A wheel without any is inspected in any case, since
                what that takes was read for METADATA.
            on_metadata: Called with METADATA once it has been read, before the slower inspection.

        Raises:
            WheelError: The file is not a wheel or cannot be read.
            IndexAccessError: The file cannot be fetched.
            RangesUnsupportedError: It cannot be read by ranges, and there is no `download`.
        """
        with ExitStack() as opened:
            wheel = self._open_parts(link, opened, with_metadata=True)
            sha256 = link.sha256
            local = local_path(link)
            if sha256 is None:
                sha256 = sha256_of(local or self._download_aside(link, opened))
            metadata = read_metadata(wheel)
            on_metadata(metadata)
            inspection: Inspection | None = None
            cost: ReadingCost | None = None
            if inspect or not may_have_binaries(wheel):
                inspection, cost = inspect_wheel(wheel, sha256=sha256)
            return WheelFacts(metadata=metadata, inspection=inspection, sha256=sha256, cost=cost)

    def compare(
        self, link: Link, sibling: Link, paths: Collection[str]
    ) -> Mapping[str, UnboundSymbols]:
        """Read the same members of two thin wheels, and return what the first's leave unbound."""
        with ExitStack() as opened:
            own, other = (self._open_parts(each, opened) for each in (link, sibling))
            return compare_siblings(own, other, paths)

    def _open_parts(
        self, link: Link, opened: ExitStack, *, with_metadata: bool = False
    ) -> RemoteWheel:
        """Open a wheel that is read in parts, until `opened` is closed."""
        wheel = RemoteWheel(
            url=link.url,
            filename=link.filename,
            ranges=self._ranges,
            download=self._download and (lambda _url: self._download_aside(link, opened)),
            with_metadata=with_metadata,
        )
        opened.callback(wheel.close)
        return wheel

    def _download_aside(self, link: Link, opened: ExitStack) -> Path:
        # Made only when needed: most wheels are read by ranges.
        folder = opened.enter_context(owned_folder())
        if self._download is None:
            raise ValueError(f"{link.filename} has no hash")
        return self._download(link, folder)


def local_path(link: Link) -> Path | None:
    """Return the path of a link's local file after checking its hash; `None` if it is not local.

    Fetched files are checked while they are downloaded; local ones are checked here.

    Raises:
        IndexUnavailableError: There is no such file: a source of uv's may name one that is gone.
        HashMismatchError: The file does not have the link's hash.
    """
    if not link.url.startswith("file:"):
        return None
    path = path_of(link.url)
    if not is_file(path):
        raise IndexUnavailableError(url=link.url, reason="there is no such file")
    for algorithm, promised in link.hashes:
        actual = _digest_of(path, algorithm)
        if actual != promised:
            raise HashMismatchError(
                url=link.url, algorithm=algorithm, expected=promised, actual=actual
            )
    return path


def sha256_of(path: Path) -> str:
    """Return a file's sha256, in hex."""
    return _digest_of(path, "sha256")


def _digest_of(path: Path, algorithm: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()
