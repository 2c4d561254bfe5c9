"""Settings: what pip's files, a project's and variables say, and where each value was written.

What a value means to pip is in `archpip.integrations`; what one of archpip's own means, its users
parse.
"""

from typing import TYPE_CHECKING

from archpip.on_demand import offer

if TYPE_CHECKING:
    from archpip.settings.errors import (
        ConfigurationError,
        PolicyFileError,
        PolicyMissingError,
        SettingValueError,
        UnknownSettingError,
    )
    from archpip.settings.moments import parse_duration, parse_moment, parse_uv_moment
    from archpip.settings.numbers import parse_amount, parse_count
    from archpip.settings.own import CHOICES, OwnSetting, OwnSettings, OwnTable, read_own_settings
    from archpip.settings.pip_config import (
        Origin,
        PipConfig,
        Setting,
        parse_boolean,
        read_pip_config,
    )
    from archpip.settings.pip_files import Level, PipFile, find_pip_files
    from archpip.settings.policy_file import (
        PolicyFile,
        parse_policy,
        put_beneath,
        select_policy,
        split_policy_location,
    )
    from archpip.settings.surroundings import Surroundings
else:
    __getattr__ = offer(__name__, __file__)

__all__ = [
    "CHOICES",
    "ConfigurationError",
    "Level",
    "Origin",
    "OwnSetting",
    "OwnSettings",
    "OwnTable",
    "PipConfig",
    "PipFile",
    "PolicyFile",
    "PolicyFileError",
    "PolicyMissingError",
    "Setting",
    "SettingValueError",
    "Surroundings",
    "UnknownSettingError",
    "find_pip_files",
    "parse_amount",
    "parse_boolean",
    "parse_count",
    "parse_duration",
    "parse_moment",
    "parse_policy",
    "parse_uv_moment",
    "put_beneath",
    "read_own_settings",
    "read_pip_config",
    "select_policy",
    "split_policy_location",
]
