"""Is what a lockfile pins accepted now: its files, their evidence, and its builds?"""

from collections.abc import Iterable, Mapping, Sequence

from packaging.pylock import Package, PackageSdist, PackageWheel
from packaging.utils import NormalizedName

from archpip.fusing import RECIPE
from archpip.locking.checks.lockfile import Discrepancy, LockfileUnderCheck, describe_changes
from archpip.locking.evidence import Evidence, describe_config_settings
from archpip.locking.files import read_evidence
from archpip.resolution import RequestedRequirement, ResolveOptions, collect_config_settings
from archpip.verdicts import Policy
from archpip.wheels import READER_VERSION


def check_packages(lockfile: LockfileUnderCheck, policy: Policy) -> Iterable[Discrepancy]:
    """Every package is locked with its dependencies, and its evidence is accepted now."""
    for package in lockfile.packages.values():
        for dependency in package.dependencies or ():
            # It may be named by its version or place alone, which the standard allows.
            name = dependency.get("name")
            if not isinstance(name, str) or name not in lockfile.packages:
                message = f"it depends on {name}, which is not locked"
                yield Discrepancy(subject=package.name, message=message)
        evidence = read_evidence(package, path=lockfile.path) or Evidence(verdict=None)
        for message in _iter_refusals(package, evidence, policy):
            yield Discrepancy(subject=package.name, message=message)


def _iter_refusals(package: Package, evidence: Evidence, policy: Policy) -> Iterable[str]:
    """Yield the reasons to refuse a package's wheel now."""
    if not package.wheels:
        return
    if evidence.reader_version is None or evidence.verdict is None:
        yield "its wheel was never opened"
        return
    if evidence.reader_version != READER_VERSION:
        yield (
            f"its wheel was read by reader {evidence.reader_version}; "
            f"this archpip has reader {READER_VERSION}"
        )
    if evidence.fuse_recipe not in (None, RECIPE):
        yield (
            f"its wheels are to be fused by recipe {evidence.fuse_recipe}; "
            f"this archpip has recipe {RECIPE}"
        )
    if policy.refuses_status(evidence.verdict):
        codes = ", ".join(evidence.findings)
        yield f"its wheel is {evidence.verdict}{f' ({codes})' if codes else ''}"


def check_options(lockfile: LockfileUnderCheck, options: ResolveOptions) -> Iterable[Discrepancy]:
    """Every file and version is allowed now."""
    for package in lockfile.packages.values():
        for message in _iter_exclusions(package, options):
            yield Discrepancy(subject=package.name, message=message)


def _iter_exclusions(package: Package, options: ResolveOptions) -> Iterable[str]:
    """Yield the options that exclude a locked file; direct references are never excluded."""
    name, version = package.name, package.version
    if package.wheels and not options.allows_wheels(name):
        yield "a wheel is locked, and --no-binary leaves it only its sdists"
    if package.sdist and not package.wheels and not options.allows_sdists(name):
        yield "an sdist is locked, and --only-binary leaves it only its wheels"
    if version and version.is_prerelease and options.releases.answer(name) is False:
        yield f"{version} is a pre-release, and --only-final leaves those out"
    moment = options.moment_for(name)
    files: list[PackageWheel | PackageSdist] = [*(package.wheels or ())]
    files += [package.sdist] if package.sdist else []
    for file in files:
        if moment and file.upload_time and file.upload_time >= moment:
            yield (
                f"{file.filename} was uploaded {file.upload_time:%Y-%m-%d %H:%M}, "
                f"and only files before {moment:%Y-%m-%d %H:%M} count"
            )


def check_builds(
    lockfile: LockfileUnderCheck,
    settings: Mapping[NormalizedName, tuple[str, ...]],
    requirements: Sequence[RequestedRequirement],
) -> Iterable[Discrepancy]:
    """Builds from source use the settings recorded in the lockfile."""
    asked = collect_config_settings(each for each in requirements if lockfile.applies(each))
    # A folder that is required without a name may be any of the packages.
    nameless = any(each.name is None and each.config_settings for each in requirements)
    for package in lockfile.packages.values():
        if not _is_built(package):
            continue
        evidence = read_evidence(package, path=lockfile.path) or Evidence(verdict=None)
        changes = [*describe_changes(evidence.build_settings, settings.get(package.name, ()))]
        if requirements and not nameless:
            passed = describe_config_settings(asked.get(package.name, ()))
            changes += describe_changes(evidence.config_settings, passed)
        if changes:
            message = f"its build is not the one that was locked: {'; '.join(changes)}"
            yield Discrepancy(subject=package.name, message=message)


def _is_built(package: Package) -> bool:
    """Return whether a package is built from source; an archive may also be a wheel at a URL."""
    location = package.archive and (package.archive.url or package.archive.path)
    return not (package.wheels or (location and location.endswith(".whl")))
