"""What a command knows before its arguments are applied."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from archpip.settings import OwnSetting, OwnSettings, PipConfig, Surroundings
from archpip.targets import Target


class CommandContext(Struct, frozen=True, kw_only=True):
    """This machine and its settings."""

    surroundings: Surroundings
    pip_config: PipConfig
    own: OwnSettings
    host: Target
    """What `python` runs on, and what it is."""
    python: Path
    """The interpreter to install into: `--python`, or the one that runs archpip."""
    policy_text: str | None = None
    """The text of the shared policy, which the settings override."""
    named_policies: Mapping[str, tuple[OwnSetting, ...]] = field(default_factory=dict)
    """The policy's differing settings for a gateway's named views."""
