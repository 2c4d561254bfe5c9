"""Integrations: the configuration of pip and uv, and the commands run under archpip."""

from archpip.integrations.errors import (
    ConfigurationError,
    SettingValueError,
    UnknownSettingError,
)
from archpip.integrations.pip_config import (
    INSTALL_SECTIONS,
    Origin,
    PipConfig,
    Setting,
    read_pip_config,
)
from archpip.integrations.pip_files import Level, PipFile, find_pip_files
from archpip.integrations.pip_options import PipOptions, interpret
from archpip.integrations.settings import (
    KINDS,
    OwnSetting,
    OwnSettings,
    OwnTable,
    read_own_settings,
)
from archpip.integrations.surroundings import Surroundings

__all__ = [
    "INSTALL_SECTIONS",
    "KINDS",
    "ConfigurationError",
    "Level",
    "Origin",
    "OwnSetting",
    "OwnSettings",
    "OwnTable",
    "PipConfig",
    "PipFile",
    "PipOptions",
    "Setting",
    "SettingValueError",
    "Surroundings",
    "UnknownSettingError",
    "find_pip_files",
    "interpret",
    "read_own_settings",
    "read_pip_config",
]
