"""What an application takes from outside, and what it is asked, as values."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.index import (
    IndexLocations,
    SessionOptions,
)
from archpip.resolution import (
    Align,
    RequestedRequirement,
    RequirementSet,
    ResolveOptions,
)
from archpip.targets import Target
from archpip.verdicts import Policy

if TYPE_CHECKING:
    from archpip.builds import BuildSettings, Toolchain


class Configuration(Struct, frozen=True, kw_only=True):
    """Everything that `Parts` take from outside."""

    host: Target
    python: Path
    """The interpreter that builds are run with."""
    environ: Mapping[str, str]
    cache_folder: Path
    store_url: str | None = None
    """A database in place of the file in the cache folder; may hold a password."""
    data_folder: Path
    """Where toolchains are kept."""
    locations: IndexLocations = field(default_factory=IndexLocations)
    session: SessionOptions = field(default_factory=SessionOptions)
    build_settings: Mapping[NormalizedName, "BuildSettings"] = field(default_factory=dict)
    require_build_approval: bool = False
    build_pythons: tuple[Path, ...] = ()
    """Interpreters to build with for targets whose Python `python` is not."""
    toolchains: "tuple[Toolchain, ...]" = ()
    """The user's own; they go before those that archpip made."""
    build_isolation: bool = True
    keep_build_folder: Path | None = None
    built_before: datetime | None = None
    """Build requirements are those of before this moment (aware)."""
    built_before_of: tuple[tuple[NormalizedName, datetime], ...] = ()
    """The moments that count for single projects in its place; the last of a name holds."""
    build_constraints: tuple[RequestedRequirement, ...] = ()
    """Bounds on build requirements."""
    build_seconds: float | None = None
    """The most that one build may take."""
    builder: str = "auto"
    """A value of `archpip.builds.BuilderChoice`."""

    @property
    def build_bounds(self) -> tuple[str, ...]:
        """The bounds on build requirements as they were written."""
        return tuple(bound.text for bound in self.build_constraints)

    @property
    def described_build_settings(self) -> dict[NormalizedName, tuple[str, ...]]:
        """What is said about building single projects, in the words of a lockfile."""
        return describe_build_settings(self.build_settings)


def describe_build_settings(
    settings: Mapping[NormalizedName, "BuildSettings"],
) -> dict[NormalizedName, tuple[str, ...]]:
    """Write what is said about building single projects as a lockfile keeps it."""
    if not settings:
        return {}  # Most say nothing, and need not load what builds.
    from archpip.builds import describe_settings

    return {name: describe_settings(said) for name, said in settings.items()}


class Question(Struct, frozen=True, kw_only=True):
    """What is to be resolved."""

    asked: RequirementSet
    targets: tuple[Target, ...]
    options: ResolveOptions = field(default_factory=ResolveOptions)
    policy: Policy = field(default_factory=Policy)
    preferences: Mapping[NormalizedName, Version] = field(default_factory=dict)
    """Versions to keep for every target, where nothing speaks against them."""
    locked: Mapping[str, Mapping[NormalizedName, Version]] = field(default_factory=dict)
    """Those that a target had before, by the target's name; `preferences` go first."""
    align: Align = Align.PREFER
    """Whether the targets share versions."""
    only_dependencies: bool = False
    """`--only-deps`: what is asked for is resolved, and not taken."""

    @property
    def preferences_by_target(self) -> dict[str, Mapping[NormalizedName, Version]]:
        """Join what is to be kept for all targets with what each had."""
        return {
            target.name: {**self.locked.get(target.name, {}), **self.preferences}
            for target in self.targets
        }
