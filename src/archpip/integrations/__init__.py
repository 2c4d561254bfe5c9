"""Integrations: interpret pip's and uv's settings, and run their commands behind archpip."""

from typing import TYPE_CHECKING

from archpip.on_demand import offer

if TYPE_CHECKING:
    from archpip.integrations.changes import FileChange
    from archpip.integrations.commands import (
        Client,
        UvCommand,
        find_client,
        find_metadata_script,
        find_own_sources,
        find_project_folder,
        find_python_of_pip,
        find_python_version,
        is_universal,
        read_uv_command,
        runs_pip,
    )
    from archpip.integrations.errors import (
        CommandNotFoundError,
        ExtraMissingError,
        IndexPinError,
    )
    from archpip.integrations.extras import require_extra
    from archpip.integrations.index_pins import read_index_pins
    from archpip.integrations.lockfiles import GatewayAddresses
    from archpip.integrations.pdm_config import PdmIndex, find_pdm_routes, read_pdm_indexes
    from archpip.integrations.pip_options import PipOptions, interpret
    from archpip.integrations.project_sources import find_project_sources
    from archpip.integrations.requirement_files import (
        find_listed_routes,
        find_listed_sources,
    )
    from archpip.integrations.routes import Route, find_routes, find_torch_routes
    from archpip.integrations.uv_config import (
        NO_TERMS,
        UvIndex,
        UvTable,
        read_uv_tables,
    )
    from archpip.integrations.uv_indexes import WAY_ROUND, UvIndexes, sort_uv_indexes
    from archpip.integrations.uv_scripts import read_script_tables
else:
    __getattr__ = offer(__name__, __file__)

__all__ = [
    "NO_TERMS",
    "WAY_ROUND",
    "Client",
    "CommandNotFoundError",
    "ExtraMissingError",
    "FileChange",
    "GatewayAddresses",
    "IndexPinError",
    "PdmIndex",
    "PipOptions",
    "Route",
    "UvCommand",
    "UvIndex",
    "UvIndexes",
    "UvTable",
    "find_client",
    "find_listed_routes",
    "find_listed_sources",
    "find_metadata_script",
    "find_own_sources",
    "find_pdm_routes",
    "find_project_folder",
    "find_project_sources",
    "find_python_of_pip",
    "find_python_version",
    "find_routes",
    "find_torch_routes",
    "interpret",
    "is_universal",
    "read_index_pins",
    "read_pdm_indexes",
    "read_script_tables",
    "read_uv_command",
    "read_uv_tables",
    "require_extra",
    "runs_pip",
    "sort_uv_indexes",
]
