"""Resolution: resolvelib, asked only about candidates that would run on the target.

`parse_requirement` and `read_requirements_file` turn what users write into values; `resolve` turns
those, a target and a `World` into a `Resolution`. `IndexWorld` is the real world.
"""

from archpip.resolution.errors import (
    HashesRequiredError,
    InvalidMetadataError,
    InvalidRequirementError,
    NoSolutionError,
    RequirementsFileError,
    ResolutionTooDeepError,
    WheelNotFoundError,
)
from archpip.resolution.metadata import CoreMetadata, parse_metadata
from archpip.resolution.model import Half, LinkKind, Pin, Rejection, RejectionReason, Resolution
from archpip.resolution.options import Fallback, InspectScope, ProjectSelection, ResolveOptions
from archpip.resolution.ports import (
    Releases,
    ResolutionReporter,
    SourceFacts,
    SourceReference,
    WheelFacts,
    World,
)
from archpip.resolution.requirements import (
    DirectReference,
    RequestedRequirement,
    parse_requirement,
)
from archpip.resolution.requirements_file import (
    IndexOptions,
    RequirementSet,
    read_requirements_file,
)
from archpip.resolution.siblings import SiblingComparison
from archpip.resolution.solving import collect_config_settings, resolve
from archpip.resolution.subjects import adapt_python, find_links, find_wheels
from archpip.resolution.together import Difference, JointResolution, resolve_together
from archpip.resolution.world import IndexWorld

__all__ = [
    "CoreMetadata",
    "Difference",
    "DirectReference",
    "Fallback",
    "Half",
    "HashesRequiredError",
    "IndexOptions",
    "IndexWorld",
    "InspectScope",
    "InvalidMetadataError",
    "InvalidRequirementError",
    "JointResolution",
    "LinkKind",
    "NoSolutionError",
    "Pin",
    "ProjectSelection",
    "Rejection",
    "RejectionReason",
    "Releases",
    "RequestedRequirement",
    "RequirementSet",
    "RequirementsFileError",
    "Resolution",
    "ResolutionReporter",
    "ResolutionTooDeepError",
    "ResolveOptions",
    "SiblingComparison",
    "SourceFacts",
    "SourceReference",
    "WheelFacts",
    "WheelNotFoundError",
    "World",
    "adapt_python",
    "collect_config_settings",
    "find_links",
    "find_wheels",
    "parse_metadata",
    "parse_requirement",
    "read_requirements_file",
    "resolve",
    "resolve_together",
]
