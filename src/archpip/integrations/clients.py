"""Commands run behind a gateway: which client it is, and the variables that send it there. Pure.

Source: pip's `PIP_*` (every option has one; an empty value does not undo a file's), uv's `UV_*`
(https://docs.astral.sh/uv/reference/environment/).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath


class Client(StrEnum):
    """Who resolves in a command."""

    PIP = "pip"
    UV = "uv"
    UV_PROJECT = "uv project"
    """uv with a lockfile, which is for every Python that the project allows."""
    OTHER = "other"


_PROJECT_COMMANDS = frozenset({"add", "export", "lock", "remove", "run", "sync", "tree", "version"})
_LOOPBACK = "127.0.0.1"

_SET_ASIDE = (
    *("PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"),
    *("UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_NO_INDEX"),
)
"""What would go round the gateway: all of it stands behind it instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UvLocations:
    """Where uv's variables send uv. URLs may hold credentials."""

    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()


def find_client(command: Sequence[str]) -> Client:
    """Tell which client a command line runs."""
    words = list(command)
    program = PurePath(words[0]).stem.lower()
    if program.startswith("python") and words[1:2] == ["-m"]:
        program, words = words[2] if len(words) > 2 else "", words[2:]  # noqa: PLR2004  # -m MODULE
    if program.startswith("pip"):
        return Client.PIP
    if program in {"uv", "uvx"}:
        subcommand = next((word for word in words[1:] if not word.startswith("-")), "")
        return Client.UV_PROJECT if subcommand in _PROJECT_COMMANDS else Client.UV
    return Client.OTHER


def find_python_version(command: Sequence[str]) -> str | None:
    """Return what a command says after `--python-version`, which pip and uv share."""
    for position, word in enumerate(command):
        name, equals, value = word.partition("=")
        if name == "--python-version":
            return value if equals else next(iter(command[position + 1 :]), None)
    return None


def read_uv_locations(environ: Mapping[str, str]) -> UvLocations:
    """Read where uv's variables say that files come from."""
    extra = [*environ.get("UV_INDEX", "").split(), *environ.get("UV_EXTRA_INDEX_URL", "").split()]
    default = environ.get("UV_DEFAULT_INDEX") or environ.get("UV_INDEX_URL")
    return UvLocations(
        index_url=_without_name(default) if default else None,
        extra_index_urls=tuple(_without_name(each) for each in extra),
        find_links=tuple(environ.get("UV_FIND_LINKS", "").replace(",", " ").split()),
    )


def client_environment(
    environ: Mapping[str, str],
    *,
    index_url: str,
    hide_extra: bool = False,
    hide_find_links: Path | None = None,
) -> dict[str, str]:
    """Return the variables for a command whose only index is `index_url`, on loopback.

    Args:
        environ: The variables that hold now.
        index_url: The gateway's view, with a slash at the end.
        hide_extra: pip's files may name an extra index. No variable can undo that, but one can
            name the same index again.
        hide_find_links: pip's files may name find-links: an empty folder to name instead.
    """
    variables = {name: value for name, value in environ.items() if name not in _SET_ASIDE}
    direct = ",".join(filter(None, (_no_proxy(environ), _LOOPBACK)))
    variables |= {
        "PIP_INDEX_URL": index_url,
        "PIP_NO_INDEX": "0",
        "PIP_NO_INPUT": "1",
        "UV_DEFAULT_INDEX": index_url,
        "NO_PROXY": direct,
        "no_proxy": direct,
    }
    if hide_extra:
        variables["PIP_EXTRA_INDEX_URL"] = index_url
    if hide_find_links is not None:
        variables["PIP_FIND_LINKS"] = str(hide_find_links)
    return variables


def _no_proxy(environ: Mapping[str, str]) -> str:
    return environ.get("no_proxy") or environ.get("NO_PROXY") or ""


def _without_name(index: str) -> str:
    """Return the URL of `name=https://…`; a URL itself may hold an equals sign later on."""
    name, equals, url = index.partition("=")
    return url if equals and "://" not in name and "://" in url else index
