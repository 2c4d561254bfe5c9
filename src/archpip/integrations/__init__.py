"""Integrations: the configuration of pip and uv, and the commands run under archpip."""

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
    ConfigurationError,
    ExtraMissingError,
    SettingValueError,
    UnknownSettingError,
)
from archpip.integrations.extras import require_extra
from archpip.integrations.pip_config import (
    INSTALL_SECTIONS,
    Origin,
    PipConfig,
    Setting,
    read_pip_config,
)
from archpip.integrations.pip_files import Level, PipFile, find_pip_files
from archpip.integrations.pip_options import PipOptions, interpret
from archpip.integrations.routes import Route, find_routes
from archpip.integrations.settings import (
    KINDS,
    OwnSetting,
    OwnSettings,
    OwnTable,
    read_own_settings,
)
from archpip.integrations.surroundings import Surroundings
from archpip.integrations.uv_lock import GatewayAddresses

__all__ = [
    "INSTALL_SECTIONS",
    "KINDS",
    "Client",
    "CommandNotFoundError",
    "ConfigurationError",
    "ExtraMissingError",
    "GatewayAddresses",
    "Level",
    "Origin",
    "OwnSetting",
    "OwnSettings",
    "OwnTable",
    "PipConfig",
    "PipFile",
    "PipOptions",
    "Route",
    "Setting",
    "SettingValueError",
    "Surroundings",
    "UnknownSettingError",
    "UvLocations",
    "find_client",
    "find_pip_files",
    "find_python_version",
    "find_routes",
    "interpret",
    "read_own_settings",
    "read_pip_config",
    "read_uv_locations",
    "require_extra",
    "run_behind",
]
