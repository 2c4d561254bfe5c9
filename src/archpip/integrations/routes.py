"""Every way by which pip and uv would reach an index, and which of them miss the gateway.

Source: https://docs.astral.sh/uv/concepts/configuration-files/ and `.../indexes/` for uv; pip's
are in `archpip.settings`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard
from urllib.parse import urlsplit

from archpip.architecture import OperatingSystem
from archpip.integrations.clients import Client
from archpip.redaction import redact
from archpip.settings import ConfigurationError, Origin, PipConfig, Surroundings
from archpip.targets import looks_like_target

_PIP_NAMES = ("index-url", "extra-index-url", "find-links")
_UV_NAMES = ("index-url", "extra-index-url", "find-links")
_UV_VARIABLES = (
    *("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One place where a client looks for files."""

    client: Client
    name: str
    """The setting's."""
    address: str
    """Redacted."""
    origin: Origin

    @property
    def is_gateway(self) -> bool:
        """Whether the address looks like a view of a gateway: `…/<target>/simple/`."""
        parts = urlsplit(self.address).path.rstrip("/").split("/")
        return len(parts) > 1 and parts[-1] == "simple" and looks_like_target(parts[-2])


def find_routes(surroundings: Surroundings, pip_config: PipConfig) -> tuple[Route, ...]:
    """Return the routes of both clients in a folder: pip's, then uv's.

    Raises:
        ConfigurationError: A file of uv's is not TOML.
    """
    return (*_pip_routes(pip_config), *_uv_routes(surroundings))


def _pip_routes(pip_config: PipConfig) -> Iterator[Route]:
    for setting in pip_config.effective():
        if setting.name in _PIP_NAMES:
            for address in setting.value.split():
                yield _route(Client.PIP, setting.name, address, setting.origin)


def _uv_routes(surroundings: Surroundings) -> Iterator[Route]:
    for file, section, table in _uv_tables(surroundings):
        origin = Origin(file=file, section=section)
        for name, address in _table_addresses(table):
            yield _route(Client.UV, name, address, origin)
    for variable in _UV_VARIABLES:
        for address in surroundings.environ.get(variable, "").split():
            yield _route(Client.UV, variable, address, Origin(variable=variable))


def _table_addresses(table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield (setting, address) for what one of uv's tables says."""
    pip_table = table.get("pip")
    for holder in (table, pip_table if _is_table(pip_table) else {}):
        for name in _UV_NAMES:
            yield from ((name, address) for address in _strings(holder.get(name)))
    for index in _tables(table.get("index")):
        yield "index", str(index.get("url", ""))
    sources = table.get("sources")
    for project, source in (sources if _is_table(sources) else {}).items():
        for each in _tables(source if isinstance(source, list) else [source]):
            if address := each.get("url") or each.get("git"):
                yield f"sources.{project}", str(address)


def _uv_tables(surroundings: Surroundings) -> Iterator[tuple[Path, str, Mapping[str, object]]]:
    """Yield uv's tables that hold in the working folder, with their file and section."""
    for file in _uv_files(surroundings):
        content = _read_toml(file)
        if content is not None:
            yield file, "uv", content
    for folder in (surroundings.working_folder, *surroundings.working_folder.parents):
        own = _read_toml(folder / "uv.toml")
        project = _read_toml(folder / "pyproject.toml") or {}
        tool = project.get("tool")
        table = tool.get("uv") if _is_table(tool) else None
        # uv reads the nearest of both, and a uv.toml hides the pyproject.toml beside it.
        if own is not None:
            yield folder / "uv.toml", "uv", own
            return
        if _is_table(table):
            yield folder / "pyproject.toml", "tool.uv", table
            return


def _uv_files(surroundings: Surroundings) -> tuple[Path, ...]:
    environ, home = surroundings.environ, surroundings.home
    if surroundings.operating_system is OperatingSystem.WINDOWS:
        roaming = environ.get("APPDATA")
        user = Path(roaming) if roaming else home / "AppData" / "Roaming"
        system = Path(environ.get("PROGRAMDATA", r"C:\ProgramData"))
        return system / "uv" / "uv.toml", user / "uv" / "uv.toml"
    config = environ.get("XDG_CONFIG_HOME")
    user = Path(config) if config else home / ".config"
    return surroundings.etc / "uv" / "uv.toml", user / "uv" / "uv.toml"


def _read_toml(file: Path) -> dict[str, object] | None:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(where=str(file), reason=f"not TOML: {error}") from error


def _route(client: Client, name: str, address: str, origin: Origin) -> Route:
    return Route(client=client, name=name, address=redact(address), origin=origin)


def _is_table(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def _tables(value: object) -> Iterator[dict[str, object]]:
    for each in value if isinstance(value, list) else ():
        if _is_table(each):
            yield each


def _strings(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value)) if isinstance(value, list) else ()
