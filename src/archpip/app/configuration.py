"""The application's configuration, and the questions it resolves, as values."""

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
    """Everything that `Parts` need from outside."""

    host: Target
    python: Path
    """The interpreter that builds are run with."""
    environ: Mapping[str, str]
    cache_folder: Path
    store_url: str | None = None
    """A database in place of the file in the cache folder; may hold a password."""
    data_folder: Path
    """The folder of installed toolchains."""
    applies_uv_sources: bool = True
    """Whether uv's sources of projects in repositories count."""
    locations: IndexLocations = field(default_factory=IndexLocations)
    session: SessionOptions = field(default_factory=SessionOptions)
    build_settings: Mapping[NormalizedName, "BuildSettings"] = field(default_factory=dict)
    require_build_approval: bool = False
    build_pythons: tuple[Path, ...] = ()
    """Interpreters to build with for targets of another Python version than `python`."""
    toolchains: "tuple[Toolchain, ...]" = ()
    """The user's own; they take precedence over those that archpip installed."""
    build_isolation: bool = True
    keep_build_folder: Path | None = None
    built_before: datetime | None = None
    """Build requirements must be uploaded before this moment (timezone-aware)."""
    built_before_of: tuple[tuple[NormalizedName, datetime | None], ...] = ()
    """Moments that replace it for single projects; the last one of a name counts."""
    build_constraints: tuple[RequestedRequirement, ...] = ()
    """Constraints on build requirements."""
    build_seconds: float | None = None
    """The time limit of one build."""
    builder: str = "auto"
    """A value of `archpip.builds.BuilderChoice`."""

    @property
    def build_bounds(self) -> tuple[str, ...]:
        """The constraints on build requirements, as written."""
        return tuple(bound.text for bound in self.build_constraints)

    @property
    def described_build_settings(self) -> dict[NormalizedName, tuple[str, ...]]:
        """The build settings of single projects, as a lockfile records them."""
        return describe_build_settings(self.build_settings)


def describe_build_settings(
    settings: Mapping[NormalizedName, "BuildSettings"],
) -> dict[NormalizedName, tuple[str, ...]]:
    """Render the build settings of single projects as a lockfile records them."""
    if not settings:
        return {}  # Most say nothing, and need not load what builds.
    from archpip.builds import describe_settings

    return {name: describe_settings(said) for name, said in settings.items()}


class Question(Struct, frozen=True, kw_only=True):
    """What to resolve."""

    asked: RequirementSet
    targets: tuple[Target, ...]
    options: ResolveOptions = field(default_factory=ResolveOptions)
    policy: Policy = field(default_factory=Policy)
    preferences: Mapping[NormalizedName, Version] = field(default_factory=dict)
    """Versions to keep for every target, where possible."""
    locked: Mapping[str, Mapping[NormalizedName, Version]] = field(default_factory=dict)
    """Versions to keep for one target, by the target's name; `preferences` take precedence."""
    align: Align = Align.PREFER
    """Whether all targets get the same versions."""
    only_dependencies: bool = False
    """`--only-deps`: the requested projects are resolved, but left out of the result."""

    @property
    def preferences_by_target(self) -> dict[str, Mapping[NormalizedName, Version]]:
        """Join the versions to keep for all targets with those for each."""
        return {
            target.name: {**self.locked.get(target.name, {}), **self.preferences}
            for target in self.targets
        }
