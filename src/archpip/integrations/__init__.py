"""Integrations: what pip's and uv's settings mean, and the commands run under archpip."""

from archpip.integrations.behind import run_behind
from archpip.integrations.clients import (
    Client,
    UvLocations,
    find_client,
    find_python_version,
    read_uv_locations,
)
from archpip.integrations.errors import (
    CommandNotFoundError,
    ExtraMissingError,
)
from archpip.integrations.extras import require_extra
from archpip.integrations.pip_options import PipOptions, interpret
from archpip.integrations.routes import Route, find_routes
from archpip.integrations.uv_lock import GatewayAddresses

__all__ = [
    "Client",
    "CommandNotFoundError",
    "ExtraMissingError",
    "GatewayAddresses",
    "PipOptions",
    "Route",
    "UvLocations",
    "find_client",
    "find_python_version",
    "find_routes",
    "interpret",
    "read_uv_locations",
    "require_extra",
    "run_behind",
]
