"""uv.lock behind a gateway: uv records the index it was given, and that must be the real one.

uv keeps a lockfile only if it names an index that it is given. So before the command the lockfile
is made to name the gateway, and afterwards the real index again, whatever the command did.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

_PACKAGE = re.compile(r'^name = "(?P<name>[^"]+)"$', re.MULTILINE)
_REGISTRY = re.compile(r'(?P<key>registry = )"(?P<url>[^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayAddresses:
    """How addresses of the gateway's and of the indexes' belong together."""

    index_url: str
    """The gateway's view, as the client was given it."""
    files_url: str
    """What the addresses of the gateway's own files begin with."""
    real_indexes: tuple[str, ...]
    """Without credentials."""
    find_links: tuple[str, ...]
    """What the gateway folds in beside them."""
    find_index: Callable[[str], str | None]
    """Returns the real index of a project."""
    find_file: Callable[[str], str | None]
    """Returns the real address of a file, given what follows `files_url`."""


def find_uv_lock(folder: Path) -> Path | None:
    """Return the lockfile that uv would use in a folder, if it is there: the nearest, upward."""
    return next(
        (path for parent in (folder, *folder.parents) if (path := parent / "uv.lock").is_file()),
        None,
    )


def name_gateway(path: Path, addresses: GatewayAddresses) -> None:
    """Make a lockfile name the gateway wherever it names one of the real indexes."""
    real = {url.rstrip("/") for url in addresses.real_indexes}

    def replace(match: re.Match[str]) -> str:
        if match["url"].rstrip("/") not in real:
            return match[0]
        return f'{match["key"]}"{addresses.index_url}"'

    _rewrite(path, lambda text: _REGISTRY.sub(replace, text))


def name_indexes(path: Path, addresses: GatewayAddresses) -> None:
    """Make a lockfile name the real indexes and addresses wherever it names the gateway."""
    _rewrite(path, lambda text: to_real(text, addresses))


def to_real(text: str, addresses: GatewayAddresses) -> str:
    """Return a lockfile's text with the gateway's addresses replaced by the real ones."""
    gateway = addresses.index_url.rstrip("/")
    parts = re.split(r"(?m)^(?=\[\[package\]\]$)", text)
    return "".join(_package_to_real(part, gateway, addresses) for part in parts)


def _package_to_real(part: str, gateway: str, addresses: GatewayAddresses) -> str:
    named = _PACKAGE.search(part)
    found = addresses.find_index(named["name"]) if named and gateway in part else None
    indexes: Mapping[str, str] = {
        gateway: (found or next(iter(addresses.real_indexes), gateway)).rstrip("/")
    }

    def registry(match: re.Match[str]) -> str:
        url = match["url"].rstrip("/")
        return f'{match["key"]}"{indexes.get(url, match["url"])}"'

    def file(match: re.Match[str]) -> str:
        return addresses.find_file(match[1]) or match[0]

    part = _REGISTRY.sub(registry, part)
    return re.sub(re.escape(addresses.files_url) + r'([^"\s]+)', file, part)


def _rewrite(path: Path, change: Callable[[str], str]) -> None:
    """Replace a file's text, whole or not at all; untouched where nothing changes."""
    with suppress(FileNotFoundError):
        before = path.read_text("utf-8")
        after = change(before)
        if after == before:
            return
        with NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as written:
            written.write(after)
        new = Path(written.name)
        new.chmod(path.stat().st_mode)
        new.replace(path)
