"""What clients write down behind a gateway: the real indexes and addresses must stand there.

uv keeps a `uv.lock` only if it names an index that it is given. So before the command it is made
to name the gateway, and afterwards the real index again, whatever the command did. Other lockfiles,
files of requirements (uv's `# from URL` too) and CycloneDX's are put right afterwards alone.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from archpip.index import PYPI_URL
from archpip.reachable import is_file
from archpip.whole_files import write_whole

_HEADING = re.compile(r"""(?m)^(?=\[\[packages?\]\]$|[\w.-]+(?:\[[^\]]*\])?==|\s*"purl": )""")
"""Where a project begins: in a lockfile, in a file of requirements, and in CycloneDX's JSON."""
_PROJECT = re.compile(
    r"""(?m)^(?:name = "|(?=[\w.-]+(?:\[[^\]]*\])?==)|\s*"purl": "pkg:pypi/)(?P<name>[\w.-]+)"""
)
_NAME_OR_INDEX = re.compile(
    r'''(?m)(?:^|\{ )name = "(?P<project>[^"]+)"|(?P<key>(?:registry|index) = )"(?P<url>[^"]+)"'''
)
"""A project of uv's lockfile, and its source, or what a requirement of it is pinned to."""


class GatewayAddresses(Struct, frozen=True, kw_only=True):
    """How addresses of the gateway's and of the indexes' belong together."""

    index_url: str
    """The gateway's view, as the client was given it."""
    files_url: str
    """What the addresses of the gateway's own files begin with."""
    real_indexes: tuple[str, ...]
    """Without credentials."""
    find_links: tuple[str, ...]
    """What the gateway folds in beside them, without credentials."""
    find_index: Callable[[str], str | None]
    """Returns the real index of a project."""
    find_file: Callable[[str], str | None]
    """Returns the real address of a file, given what follows `files_url`."""
    name: str | None = None
    """What uv knows the index by, where it has a name."""
    projects: frozenset[str] = frozenset()
    """What is pinned to it alone, by normalized names."""
    is_extra: bool = False
    """Whether the client asks it for every project, beside that of the default index."""


def find_uv_lock(folder: Path) -> Path | None:
    """Return the lockfile that uv would use in a folder, if it is there: the nearest, upward."""
    return next(
        (path for parent in (folder, *folder.parents) if is_file(path := parent / "uv.lock")),
        None,
    )


def name_gateways(path: Path, gateways: Sequence[GatewayAddresses]) -> None:
    """Make a lockfile of uv's name the gateways wherever it names one of the real indexes."""
    project = None

    def replace(match: re.Match[str]) -> str:
        nonlocal project
        project = match["project"] or project
        url = match["url"]
        view = _find_view(url, project, gateways) if url else None
        return f'{match["key"]}"{view}"' if view else match[0]

    rewrite(path, lambda text: _NAME_OR_INDEX.sub(replace, text))


def _find_view(url: str, project: str | None, gateways: Sequence[GatewayAddresses]) -> str | None:
    """Return the view that stands before an index.

    Of several before the same index it is the one that a project is pinned to, else the one that
    uv asks first: it asks the default index last.
    """
    before = [
        each
        for each in gateways
        if any(
            url.rstrip("/") == real.rstrip("/") for real in (*each.real_indexes, *each.find_links)
        )
    ]
    before.sort(key=lambda each: (project not in each.projects, not each.is_extra))
    return before[0].index_url if before else None


def name_indexes(path: Path, gateways: Sequence[GatewayAddresses]) -> None:
    """Make a file name the real indexes and addresses wherever it names one of the gateways."""
    rewrite(path, lambda text: to_real(text, gateways))


def to_real(text: str, gateways: Sequence[GatewayAddresses]) -> str:
    """Return a file's text with the gateways' addresses replaced by the real ones."""
    for gateway in gateways:
        text = _gateway_to_real(text, gateway)
    return text


def _gateway_to_real(text: str, gateway: GatewayAddresses) -> str:
    view = gateway.index_url.rstrip("/")
    if view not in text and gateway.files_url not in text:
        return text
    text = _options_to_real(text, view, gateway)
    return "".join(_package_to_real(part, view, gateway) for part in _HEADING.split(text))


def _options_to_real(text: str, view: str, gateway: GatewayAddresses) -> str:
    """Replace the options of a requirements file: there it takes all indexes to say the same."""
    first, others = gateway.real_indexes[:1], gateway.real_indexes[1:]
    if gateway.is_extra:
        first, others = (), gateway.real_indexes
    default = "".join(f"--index-url {url}\n" for url in first)
    extra = "".join(f"--extra-index-url {url}\n" for url in others)
    option = re.compile(rf"^(?:--index-url|-i) {re.escape(view)}/?\n", re.MULTILINE)
    again = re.compile(rf"^--extra-index-url {re.escape(view)}/?\n", re.MULTILINE)
    text = again.sub(lambda _: extra if gateway.is_extra else "", text)
    return option.sub(lambda _: default + extra, text)


def _package_to_real(part: str, view: str, gateway: GatewayAddresses) -> str:
    project = _PROJECT.search(part)
    found = gateway.find_index(project["name"]) if project and view in part else None
    index = _as_written(found or next(iter(gateway.real_indexes), view), gateway)

    def file(match: re.Match[str]) -> str:
        return gateway.find_file(match[1]) or match[0]

    if index == PYPI_URL:
        # Only of another index does CycloneDX say where a project comes from.
        part = re.sub(rf'\?repository_url={re.escape(view)}/?(?=")', "", part)
    part = re.sub(rf'{re.escape(view)}/?(?=["\s])', lambda _: index, part)
    return re.sub(re.escape(gateway.files_url) + r'([^"\s]+)', file, part)


def _as_written(index: str, gateway: GatewayAddresses) -> str:
    """Return an index's address with a slash at the end only where its user wrote one.

    uv takes a lockfile for stale whose index is not letter by letter one of those it is given.
    """
    bare = index.rstrip("/")
    places = (*gateway.real_indexes, *gateway.find_links)
    return next((url for url in places if url.rstrip("/") == bare), bare)


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    """Replace a file's text, whole or not at all; untouched where nothing changes."""
    with suppress(FileNotFoundError, UnicodeDecodeError):
        before = path.read_text("utf-8")
        after = change(before)
        if after != before:
            write_whole(path, after)
