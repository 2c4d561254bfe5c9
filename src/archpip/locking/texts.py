"""Parse texts and tables of a lockfile: a requirement's project, source and extras."""

from packaging.pylock import Package
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name


def project_of(text: str) -> NormalizedName | None:
    """Return the project that a requirement names, or `None`."""
    try:
        return canonicalize_name(Requirement(text).name)
    except InvalidRequirement:
        return None  # a path or URL: only its source names the project


def names_place(text: str) -> bool:
    """Return whether a requirement with a project's name also gives its source."""
    return project_of(text) is not None and Requirement(text).url is not None


def split_extras(text: str) -> tuple[str, frozenset[NormalizedName]]:
    """Split a requirement's text into its project, path or URL, and its extras."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        place, bracket, extras = text.removesuffix("]").rpartition("[")
        names = extras.split(",") if bracket and text.endswith("]") else []
        return place if names else text, frozenset(map(canonicalize_name, names))
    return canonicalize_name(requirement.name), frozenset(
        map(canonicalize_name, requirement.extras)
    )


def dependencies_of(package: Package) -> set[NormalizedName]:
    """Return the projects that a package depends on."""
    return {
        canonicalize_name(str(dependency["name"]))
        for dependency in package.dependencies or ()
        if "name" in dependency
    }
