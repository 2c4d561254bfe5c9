"""Resolution: one version of each project, out of those that would run on the target.

`parse_requirement` and `read_requirements_file` parse what users write; `resolve` takes the
parsed requirements, a target and a `World`, and returns a `Resolution`. `IndexWorld` is the `World`
that reads real indexes.
"""

from typing import TYPE_CHECKING

from archpip.on_demand import offer

if TYPE_CHECKING:
    from archpip.resolution.conditional_pins import decide_pins
    from archpip.resolution.demands import extra_of
    from archpip.resolution.direct_references import HASH_ALGORITHMS, DirectReference
    from archpip.resolution.errors import (
        HashesRequiredError,
        IndirectReferenceError,
        InvalidMetadataError,
        InvalidRequirementError,
        NoSolutionError,
        NotAlignedError,
        ProjectFileError,
        PythonRefusedError,
        RequirementsFileError,
        ResolutionTooDeepError,
        UnknownExtraError,
        UnknownGroupError,
        UvSourceError,
        WheelNotFoundError,
    )
    from archpip.resolution.metadata import CoreMetadata, parse_metadata
    from archpip.resolution.misfits import describe_misfit
    from archpip.resolution.model import (
        Difference,
        Half,
        JointResolution,
        LinkKind,
        Pin,
        Rejection,
        RejectionReason,
        Requirer,
        Resolution,
    )
    from archpip.resolution.named_wheels import (
        adapt_python,
        find_wheels,
    )
    from archpip.resolution.opening import Opener
    from archpip.resolution.options import (
        Align,
        Fallback,
        InspectScope,
        ProjectSelection,
        ResolveOptions,
        VersionOrder,
    )
    from archpip.resolution.overrides import apply_overrides
    from archpip.resolution.ports import (
        Releases,
        ResolutionReporter,
        SourceFacts,
        SourceReference,
        WheelFacts,
        WheelOpener,
        World,
        ignore,
    )
    from archpip.resolution.project_file import (
        PROJECT_FILES,
        ExtraChoice,
        FolderProject,
        check_pythons,
        read_folders,
        read_group,
        read_project,
        read_project_file,
    )
    from archpip.resolution.requirement_set import IndexOptions, RequirementSet, earliest
    from archpip.resolution.requirements import (
        RequestedRequirement,
        collect_config_settings,
        parse_requirement,
    )
    from archpip.resolution.requirements_file import read_requirements_file
    from archpip.resolution.requires_python import admits_python
    from archpip.resolution.script import find_script_blocks, read_script, uncomment
    from archpip.resolution.siblings import GONE, SiblingComparison, may_have_sibling
    from archpip.resolution.solving import resolve
    from archpip.resolution.together import resolve_together
    from archpip.resolution.uv_bounds import add_bounds_of_folder
    from archpip.resolution.uv_sources import add_sources_of_folders
    from archpip.resolution.uv_workspaces import find_workspace, iter_members
    from archpip.resolution.watched_world import WatchedWorld
    from archpip.resolution.world import IndexWorld
else:
    __getattr__ = offer(__name__, __file__)

__all__ = [
    "GONE",
    "HASH_ALGORITHMS",
    "PROJECT_FILES",
    "Align",
    "CoreMetadata",
    "Difference",
    "DirectReference",
    "ExtraChoice",
    "Fallback",
    "FolderProject",
    "Half",
    "HashesRequiredError",
    "IndexOptions",
    "IndexWorld",
    "IndirectReferenceError",
    "InspectScope",
    "InvalidMetadataError",
    "InvalidRequirementError",
    "JointResolution",
    "LinkKind",
    "NoSolutionError",
    "NotAlignedError",
    "Opener",
    "Pin",
    "ProjectFileError",
    "ProjectSelection",
    "PythonRefusedError",
    "Rejection",
    "RejectionReason",
    "Releases",
    "RequestedRequirement",
    "RequirementSet",
    "RequirementsFileError",
    "Requirer",
    "Resolution",
    "ResolutionReporter",
    "ResolutionTooDeepError",
    "ResolveOptions",
    "SiblingComparison",
    "SourceFacts",
    "SourceReference",
    "UnknownExtraError",
    "UnknownGroupError",
    "UvSourceError",
    "VersionOrder",
    "WatchedWorld",
    "WheelFacts",
    "WheelNotFoundError",
    "WheelOpener",
    "World",
    "adapt_python",
    "add_bounds_of_folder",
    "add_sources_of_folders",
    "admits_python",
    "apply_overrides",
    "check_pythons",
    "collect_config_settings",
    "decide_pins",
    "describe_misfit",
    "earliest",
    "extra_of",
    "find_script_blocks",
    "find_wheels",
    "find_workspace",
    "ignore",
    "iter_members",
    "may_have_sibling",
    "parse_metadata",
    "parse_requirement",
    "read_folders",
    "read_group",
    "read_project",
    "read_project_file",
    "read_requirements_file",
    "read_script",
    "resolve",
    "resolve_together",
    "uncomment",
]
