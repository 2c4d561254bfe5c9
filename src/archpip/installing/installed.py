"""Read the installed distributions in folders from their metadata. Runs no interpreter."""

import json
from collections.abc import Iterable, Iterator
from email.parser import HeaderParser
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.installing.eggs import find_egg_infos, is_egg_info, read_egg_metadata
from archpip.installing.model import InstalledDistribution
from archpip.wheels import parse_wheel_file


def read_installed(folders: Iterable[Path]) -> tuple[InstalledDistribution, ...]:
    """Return the distributions of some folders, in the folders' order, then by name.

    Those without a readable name and version are skipped, as in pip: they cannot be compared.
    """
    return tuple(found for folder in folders for found in _read_folder(folder))


def _read_folder(folder: Path) -> Iterator[InstalledDistribution]:
    for info in [*_find_dist_infos(folder), *find_egg_infos(folder)]:
        distribution = _read_distribution(info)
        if distribution is not None:
            yield distribution


def read_metadata(info: Path) -> str:
    """Return the METADATA of a dist-info, or what an egg-info has in its place; empty if none."""
    if is_egg_info(info):
        return read_egg_metadata(info)
    return _read_text(info / "METADATA") or ""


def _find_dist_infos(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".dist-info")
    except OSError:
        return []


def _read_distribution(info: Path) -> InstalledDistribution | None:
    headers = HeaderParser().parsestr(read_metadata(info))
    try:
        version = Version(str(headers.get("Version", "")))
    except ValueError:  # also Python's, for a number of 5,000 digits
        return None
    name = str(headers.get("Name", ""))
    if not name:
        return None
    return InstalledDistribution(
        name=canonicalize_name(name),
        version=version,
        folder=info.parent,
        info=info,
        tags=frozenset(parse_wheel_file(_read_text(info / "WHEEL") or "").tags),
        requested=_read_text(info / "REQUESTED") is not None,
        direct_url=_parse_direct_url(_read_text(info / "direct_url.json")),
    )


def _read_text(path: Path) -> str | None:
    """Return a file's text, or `None` if there is none; any installer may have written it."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _parse_direct_url(text: str | None) -> str | None:
    """Return the URL; empty for an unreadable file, which still proves a direct reference."""
    if text is None:
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return str(document.get("url", "")) if isinstance(document, dict) else ""
