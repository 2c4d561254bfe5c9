"""Restore the real index and file URLs in what clients write behind a gateway.

uv keeps a `uv.lock` only if it names a configured index. So it is rewritten to name the gateway
before the command, and the real index again afterwards, whatever the command did. Other lockfiles,
requirements files (uv's `# from URL` too) and CycloneDX files are only rewritten afterwards.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from archpip.index import PYPI_URL
from archpip.reachable import is_file
from archpip.whole_files import write_whole

_HEADING = re.compile(r"""(?m)^(?=\[\[packages?\]\]$|[\w.-]+(?:\[[^\]]*\])?==|\s*"purl": )""")
"""The start of a project's entry: in a lockfile, a requirements file, and CycloneDX's JSON."""
_PROJECT = re.compile(
    r"""(?m)^(?:name = "|(?=[\w.-]+(?:\[[^\]]*\])?==)|\s*"purl": "pkg:pypi/)(?P<name>[\w.-]+)"""
)
_NAME_OR_INDEX = re.compile(
    r'''(?m)(?:^|\{ )name = "(?P<project>[^"]+)"|(?P<key>(?:registry|index) = )"(?P<url>[^"]+)"'''
)
"""A project of uv's lockfile, and its source, or what a requirement of it is pinned to."""


class GatewayAddresses(Struct, frozen=True, kw_only=True):
    """The mapping between a gateway's URLs and the real ones."""

    index_url: str
    """The URL of the gateway's view, as given to the client."""
    files_url: str
    """The prefix of the gateway's file URLs."""
    real_indexes: tuple[str, ...]
    """Without credentials."""
    find_links: tuple[str, ...]
    """The find-links that the gateway includes, without credentials."""
    find_index: Callable[[str], str | None]
    """Returns the real index of a project."""
    find_file: Callable[[str], str | None]
    """Returns the real URL of a file, given what follows `files_url`."""
    name: str | None = None
    """uv's name of the index, if it has one."""
    entry: Mapping[str, object] | None = None
    """What uv reads in a file on this gateway, beside the URL; `None` if a variable names it."""
    projects: frozenset[str] = frozenset()
    """The projects pinned to it, by normalized names."""
    is_extra: bool = False
    """Whether the client queries it for every project, besides the default index."""


def find_uv_lock(folder: Path) -> Path | None:
    """Return the existing lockfile that uv would use in a folder: the nearest, upward."""
    return next(
        (path for parent in (folder, *folder.parents) if is_file(path := parent / "uv.lock")),
        None,
    )


def name_gateways(path: Path, gateways: Sequence[GatewayAddresses]) -> None:
    """Replace the real indexes in a uv lockfile by the gateways."""
    project = None

    def replace(match: re.Match[str]) -> str:
        nonlocal project
        project = match["project"] or project
        url = match["url"]
        view = _find_view(url, project, gateways) if url else None
        return f'{match["key"]}"{view}"' if view else match[0]

    rewrite(path, lambda text: _NAME_OR_INDEX.sub(replace, text))


def _find_view(url: str, project: str | None, gateways: Sequence[GatewayAddresses]) -> str | None:
    """Return the URL of the view in front of an index.

    If several are in front of the same index, it is the one that the project is pinned to, else
    the one that uv queries first: the default index comes last.
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
    """Replace the gateways' URLs in a file by the real indexes and file URLs."""
    rewrite(path, lambda text: to_real(text, gateways))


def to_real(text: str, gateways: Sequence[GatewayAddresses]) -> str:
    """Return a file's text with the gateways' URLs replaced by the real ones."""
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
    """Replace the index options of a requirements file, which has to list all real indexes."""
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
        # CycloneDX records a project's index only if it is not PyPI.
        part = re.sub(rf'\?repository_url={re.escape(view)}/?(?=")', "", part)
    part = re.sub(rf'{re.escape(view)}/?(?=["\s])', lambda _: index, part)
    return re.sub(re.escape(gateway.files_url) + r'([^"\s]+)', file, part)


def _as_written(index: str, gateway: GatewayAddresses) -> str:
    """Return an index's URL with a trailing slash only if the user wrote one.

    uv treats a lockfile as stale if its index is not exactly one of the configured ones.
    """
    bare = index.rstrip("/")
    places = (*gateway.real_indexes, *gateway.find_links)
    return next((url for url in places if url.rstrip("/") == bare), bare)


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    """Replace a file's text atomically; do not write it if nothing changes."""
    with suppress(FileNotFoundError, UnicodeDecodeError):
        before = path.read_text("utf-8")
        after = change(before)
        if after != before:
            write_whole(path, after)
