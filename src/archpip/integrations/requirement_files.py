"""The index options in the requirements files that a command names, or that lie in a folder.

pip and uv obey `--index-url`, `--extra-index-url` and `--find-links` in such a file over any
variable. Source: https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from archpip.errors import ArchpipError
from archpip.integrations.commands import OUTPUT_OPTIONS, Client, find_client, iter_arguments
from archpip.integrations.routes import Route
from archpip.redaction import redact
from archpip.resolution import read_requirements_file
from archpip.settings import Origin

_OPTIONS = (
    *("--requirement", "--requirements", "-r", "--constraint", "--constraints", "-c"),
    *("--with-requirements", "--override", "--overrides"),
)
_SUFFIXES = (".txt", ".in")
_OF_UV_PIP = ("compile", "sync")
"""The commands of `uv pip` that take such files without an option."""


def find_listed_sources(
    command: Sequence[str], folder: Path, environ: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the options for indexes and find-links in a command's requirements files.

    Each is as in the file, with its URL redacted; no repeats. Files on a server are not read, and
    unreadable ones are left to the client to report.
    """
    if find_client(command) not in {Client.PIP, Client.PIP_TOOLS, Client.UV, Client.UV_PROJECT}:
        return ()
    found = dict.fromkeys(
        f"{option} {address}"
        for location in _iter_files(command, folder)
        for option, address in _iter_sources(location, folder, environ)
    )
    return tuple(found)


def find_listed_routes(folder: Path, environ: Mapping[str, str]) -> tuple[Route, ...]:
    """Return the sources in a folder's files of requirements, by the names that are usual."""
    files = (path for suffix in _SUFFIXES for path in folder.glob(f"requirements*{suffix}"))
    return tuple(
        Route(client=Client.PIP, name=option, address=address, origin=Origin(file=path))
        for path in sorted(files)
        for option, address in _iter_sources(path.name, folder, environ)
    )


def _iter_files(command: Sequence[str], folder: Path) -> Iterator[str]:
    yield from iter_arguments(command, _OPTIONS)
    client = find_client(command)
    of_uv_pip = client is Client.UV and any(name in command for name in _OF_UV_PIP)
    if of_uv_pip or client is Client.PIP_TOOLS:
        yield from (
            word
            for before, word in pairwise(command)
            # Of what they wrote the last time they take only the versions.
            if before not in OUTPUT_OPTIONS
            and word.endswith(_SUFFIXES)
            and (folder / word).is_file()
        )


def _iter_sources(
    location: str, folder: Path, environ: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield each option and its URL, redacted."""
    try:
        read = read_requirements_file(
            location, base=folder, environ=environ, fetch=lambda _url: b""
        )
    except ArchpipError:
        return
    said = read.index
    if said.index_url:
        yield "--index-url", redact(said.index_url)
    yield from (("--extra-index-url", redact(url)) for url in said.extra_index_urls)
    yield from (("--find-links", redact(link)) for link in said.find_links)
