"""The indexes in pdm's own settings, which `pdm config` writes.

Source: https://pdm-project.org/en/latest/usage/config/ and pdm 2.29.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from archpip.architecture import OperatingSystem
from archpip.index import with_credentials
from archpip.integrations.commands import Client
from archpip.integrations.routes import Route
from archpip.integrations.uv_config import is_table, read_toml
from archpip.integrations.uv_workspaces import find_project_file
from archpip.redaction import redact
from archpip.settings import Origin, Surroundings

_SECTION = "pypi"
_DEFAULT = "pypi"
"""The name of the index that pdm asks where a project names none."""
_KEYS = ("url", "username", "password")
_NO = frozenset({"", "0", "false", "no"})


class PdmIndex(Struct, frozen=True, kw_only=True):
    """One index."""

    name: str
    url: str
    """May hold credentials."""
    origin: Origin

    @property
    def is_default(self) -> bool:
        """Whether it stands in for PyPI."""
        return self.name == _DEFAULT


def read_pdm_indexes(surroundings: Surroundings) -> tuple[PdmIndex, ...]:
    """Return the indexes of pdm's settings in the working folder, each as its strongest place says.

    Raises:
        ConfigurationError: A file is not TOML.
    """
    environ = surroundings.environ
    places = tuple(_iter_places(surroundings))
    given = environ.get("PDM_IGNORE_STORED_INDEX")
    stored = (place[1].get("ignore_stored_index") for place in places)
    ignored = (
        given if given is not None else next((each for each in stored if each is not None), "")
    )
    if str(ignored).lower() not in _NO:
        return ()  # pdm then asks only the project's sources
    entries: dict[str, dict[str, str]] = {}
    origins: dict[str, Origin] = {}
    for origin, table in places:
        for name, entry in ((_DEFAULT, table), *table.items()):
            texts = _texts(entry)
            if "url" in texts:
                origins.setdefault(name, origin)
            # As in pdm, a weaker place may have the credentials.
            entries[name] = {**texts, **entries.get(name, {})}
    return tuple(
        PdmIndex(name=name, url=_locate(entries[name]), origin=origin)
        for name, origin in origins.items()
    )


def find_pdm_routes(surroundings: Surroundings, *, with_default: bool = True) -> tuple[Route, ...]:
    """Return the same as routes, with the default one or without.

    Raises:
        ConfigurationError: A file is not TOML.
    """
    return tuple(
        Route(
            client=Client.PDM,
            name=f"{_SECTION}.url" if index.is_default else f"{_SECTION}.{index.name}.url",
            address=redact(index.url),
            origin=index.origin,
        )
        for index in read_pdm_indexes(surroundings)
        if with_default or not index.is_default
    )


def _iter_places(surroundings: Surroundings) -> Iterator[tuple[Origin, Mapping[str, object]]]:
    """Yield where the settings stand, strongest first, each with its table `pypi`."""
    environ = surroundings.environ
    given = {key: environ.get(f"PDM_PYPI_{key.upper()}", "") for key in _KEYS}
    yield Origin(variable="PDM_PYPI_URL"), {key: text for key, text in given.items() if text}
    project = find_project_file(surroundings.working_folder)
    own = [project.with_name("pdm.toml"), project.with_name(".pdm.toml")] if project else []
    for file in (*own, *_find_files(surroundings)):
        table = (read_toml(file) or {}).get(_SECTION)
        if is_table(table):
            yield Origin(file=file, section=_SECTION), table


def _find_files(surroundings: Surroundings) -> tuple[Path, Path]:
    """Return the user's file and the machine's, where platformdirs has them."""
    environ, home = surroundings.environ, surroundings.home
    if surroundings.operating_system is OperatingSystem.WINDOWS:
        local = environ.get("LOCALAPPDATA")
        user = (Path(local) if local else home / "AppData" / "Local") / "pdm" / "pdm"
        machine = Path(environ.get("PROGRAMDATA", r"C:\ProgramData")) / "pdm" / "pdm"
    elif surroundings.operating_system is OperatingSystem.MACOS:
        user = home / "Library" / "Application Support" / "pdm"
        machine = Path("/Library/Application Support/pdm")
    else:
        config = environ.get("XDG_CONFIG_HOME")
        user = (Path(config) if config else home / ".config") / "pdm"
        shared = environ.get("XDG_CONFIG_DIRS", "").partition(":")[0]
        machine = (Path(shared) if shared else surroundings.etc / "xdg") / "pdm"
    named = environ.get("PDM_CONFIG_FILE")
    own = surroundings.working_folder / named if named else user / "config.toml"
    return own, machine / "config.toml"


def _texts(entry: object) -> dict[str, str]:
    said = entry if is_table(entry) else {}
    return {key: value for key in _KEYS if isinstance(value := said.get(key), str)}


def _locate(entry: Mapping[str, str]) -> str:
    return with_credentials(entry["url"], entry.get("username", ""), entry.get("password", ""))
