"""Every route by which pip and uv reach an index, and which of them bypass the gateway.

Their configuration is read in `archpip.settings` and `uv_config.py`.
"""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from archpip.integrations.commands import Client
from archpip.integrations.uv_config import is_table, iter_tables, read_uv_tables, strings
from archpip.redaction import redact
from archpip.settings import Origin, PipConfig, Surroundings
from archpip.targets import looks_like_target

_PIP_NAMES = ("index-url", "extra-index-url", "find-links")
_UV_NAMES = ("index-url", "extra-index-url", "find-links")
_UV_VARIABLES = (
    *("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"),
)

_TORCH_INDEX = "https://download.pytorch.org/whl/"
"""What uv asks for PyTorch's projects, whatever else is set.

Source: https://docs.astral.sh/uv/guides/integration/pytorch/#automatic-backend-selection
"""


class Route(Struct, frozen=True, kw_only=True):
    """One source that a client uses for files."""

    client: Client
    name: str
    """The setting's."""
    address: str
    """Redacted."""
    origin: Origin

    @property
    def is_gateway(self) -> bool:
        """Whether the URL looks like a view of a gateway: `…/<target>/simple/`."""
        parts = urlsplit(self.address).path.rstrip("/").split("/")
        return len(parts) > 1 and parts[-1] == "simple" and looks_like_target(parts[-2])


def find_routes(surroundings: Surroundings, pip_config: PipConfig) -> tuple[Route, ...]:
    """Return the routes of both clients in a folder: pip's, then uv's.

    Raises:
        ConfigurationError: A file of uv's is not TOML.
    """
    return (
        *_pip_routes(pip_config),
        *_uv_routes(surroundings),
        *find_torch_routes(surroundings),
    )


def find_torch_routes(surroundings: Surroundings) -> tuple[Route, ...]:
    """Return the routes to PyTorch's own indexes, which no other setting of uv's can replace."""
    origins = [
        table.origin for table in read_uv_tables(surroundings) if _has_backend(table.content)
    ]
    if surroundings.environ.get("UV_TORCH_BACKEND"):
        origins.append(Origin(variable="UV_TORCH_BACKEND"))
    return tuple(_route(Client.UV, "torch-backend", _TORCH_INDEX, origin) for origin in origins)


def _has_backend(table: Mapping[str, object]) -> bool:
    pip_table = table.get("pip")
    return bool(is_table(pip_table) and pip_table.get("torch-backend"))


def _pip_routes(pip_config: PipConfig) -> Iterator[Route]:
    for setting in pip_config.effective():
        if setting.name in _PIP_NAMES:
            for address in setting.value.split():
                yield _route(Client.PIP, setting.name, address, setting.origin)


def _uv_routes(surroundings: Surroundings) -> Iterator[Route]:
    for table in read_uv_tables(surroundings):
        for name, address in _table_addresses(table.content):
            yield _route(Client.UV, name, address, table.origin)
    for variable in _UV_VARIABLES:
        for address in surroundings.environ.get(variable, "").split():
            yield _route(Client.UV, variable, address, Origin(variable=variable))


def _table_addresses(table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield (setting, URL) for each source in one of uv's tables."""
    pip_table = table.get("pip")
    for holder in (table, pip_table if is_table(pip_table) else {}):
        for name in _UV_NAMES:
            yield from ((name, address) for address in strings(holder.get(name)))
    for index in iter_tables(table.get("index")):
        yield "index", str(index.get("url", ""))
    sources = table.get("sources")
    for project, source in (sources if is_table(sources) else {}).items():
        for each in iter_tables(source if isinstance(source, list) else [source]):
            if address := each.get("url") or each.get("git"):
                yield f"sources.{project}", str(address)


def _route(client: Client, name: str, address: str, origin: Origin) -> Route:
    return Route(client=client, name=name, address=redact(address), origin=origin)
