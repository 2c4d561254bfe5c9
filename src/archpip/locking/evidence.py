"""Evidence: the verdicts and facts behind a lockfile, in its `tool.archpip` tables.

Each package records the facts from opening its wheel; the file as a whole records the target. pip
and uv ignore these tables; `archpip lock --check` judges from them without a network.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.binaries import Platform, Slice
from archpip.fusing import RECIPE
from archpip.redaction import redact
from archpip.resolution import LinkKind, Pin
from archpip.targets import FIRST_ARM64_MACOS, PythonTarget, Target
from archpip.verdicts import Status
from archpip.wheels import READER_VERSION, Inspection

SCHEMA = 1
"""The version of these tables; raised when an older reader would misread them."""

_GLIBC = re.compile(r"GLIBC_(?P<number>\d+(?:\.\d+)*)")
_APPLE_PLATFORMS = frozenset((Platform.MACOS, Platform.IOS, Platform.IOS_SIMULATOR))


class Evidence(Struct, frozen=True, kw_only=True):
    """The evidence about one package's file."""

    verdict: Status | None
    """`None` if nothing was judged: a source, or a wheel that was not opened."""
    slices: tuple[str, ...] = ()
    """The architectures of its binaries, sorted; empty if it has none."""
    binaries: int = 0
    minimum_macos: str | None = None
    """The newest macOS or iOS version that any slice for the target requires."""
    minimum_glibc: str | None = None
    """The newest glibc symbol version that any binary needs."""
    findings: tuple[str, ...] = ()
    """Their codes, sorted, no repeats."""
    reader_version: int | None = None
    overrides: tuple[str, ...] = ()
    """The reasons that users gave for accepting a finding."""
    source_reasons: tuple[str, ...] = ()
    """For a source: why no wheel was chosen."""
    bounds: tuple[str, ...] = ()
    """The version bounds that locked projects set on it: `botocore asks for <3,>=1.25`."""
    refused: tuple[str, ...] = ()
    """Files that were preferred but refused once opened, each with the reason."""
    requested: bool = False
    config_settings: tuple[str, ...] = ()
    """For a source: the config settings from its requirement, as `KEY=VALUE`."""
    build_settings: tuple[str, ...] = ()
    """For a source: its other build settings, as rendered by `describe_settings`."""
    fuse_recipe: int | None = None
    """If the package's two thin wheels are to be fused: the rules that its bytes depend on."""


Refusals = Mapping[tuple[NormalizedName, Version], tuple[str, ...]]
"""`Evidence.refused` of each project at its locked version."""


class LockedQuestion(Struct, frozen=True, kw_only=True):
    """The question that a lockfile answers, as users wrote it; each field sorted, no repeats."""

    requirements: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    without_dependencies: bool = False
    """`--no-deps`: whether dependencies are left out."""


def collect_evidence(
    pin: Pin,
    target: Target,
    build_settings: tuple[str, ...] = (),
    *,
    refused_before: Iterable[str] = (),
) -> Evidence:
    """Reduce a pin's inspection and verdict to the evidence for a lockfile.

    Args:
        pin: The pin.
        target: The target it was chosen for.
        build_settings: The project's build settings, as rendered by
            `archpip.builds.describe_settings`.
        refused_before: What was refused when the version was first chosen, if it is only kept now.
    """
    is_built = pin.kind is not LinkKind.WHEEL
    inspections = tuple(_inspections(pin))
    slices = tuple(part for inspection in inspections for part in _slices(inspection))
    mine = [s for s in slices if s.architecture in target.architectures]
    verdict = pin.verdict
    return Evidence(
        verdict=verdict.status if verdict else None,
        slices=tuple(sorted({s.architecture.value for s in slices if s.architecture})),
        binaries=sum(len(inspection.binaries) for inspection in inspections),
        minimum_macos=_newest(_macos_needs(mine, target)),
        minimum_glibc=_newest(_glibc_needs(mine)),
        findings=tuple(sorted({f.code for f in verdict.findings})) if verdict else (),
        reader_version=READER_VERSION if inspections else None,
        overrides=tuple(o.reason for o in verdict.overrides) if verdict else (),
        source_reasons=_source_reasons(pin),
        bounds=tuple(
            f"{a.name} asks for {a.specifier}" for a in pin.requirers if a.name and a.specifier
        ),
        refused=tuple(dict.fromkeys((*_describe_refused(pin), *refused_before))),
        requested=pin.requested,
        config_settings=describe_config_settings(pin.config_settings) if is_built else (),
        build_settings=build_settings if is_built else (),
        fuse_recipe=RECIPE if pin.fused_with else None,
    )


def describe_config_settings(settings: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Render the config settings of a requirement as a lockfile records them."""
    return tuple(redact(f"{key}={value}") for key, value in settings)


def _inspections(pin: Pin) -> Iterable[Inspection]:
    if pin.inspection:
        yield pin.inspection
    if pin.fused_with and pin.fused_with.inspection:
        yield pin.fused_with.inspection


def _slices(inspection: Inspection) -> Iterable[Slice]:
    for member in inspection.binaries:
        yield from member.binary.slices


def _macos_needs(slices: Iterable[Slice], target: Target) -> Iterable[tuple[int, ...]]:
    for part in slices:
        if part.minimum_os is None or part.platform not in _APPLE_PLATFORMS:
            continue
        need = part.minimum_os[:2]
        # Every arm64 Mac has at least 11.0: beside an Intel slice it raises no floor.
        is_bounding = part.architecture is not Architecture.ARM64 or need > FIRST_ARM64_MACOS
        if is_bounding or not target.is_universal:
            yield need


def _glibc_needs(slices: Iterable[Slice]) -> Iterable[tuple[int, ...]]:
    for part in slices:
        for need in part.version_needs:
            match = _GLIBC.fullmatch(need.version)
            if match and not need.weak:
                yield tuple(map(int, match["number"].split(".")))


def _newest(versions: Iterable[tuple[int, ...]]) -> str | None:
    newest = max(versions, default=None)
    return ".".join(map(str, newest)) if newest else None


def _describe_refused(pin: Pin) -> tuple[str, ...]:
    """Name the files refused once opened, unless `built-from-source-because` already does."""
    if pin.kind is LinkKind.SDIST:
        return ()
    return tuple(rejection.described for rejection in pin.rejections if rejection.verdict)


def _source_reasons(pin: Pin) -> tuple[str, ...]:
    """Return why a source was chosen although an index could have a wheel."""
    if pin.kind is not LinkKind.SDIST or pin.direct:
        return ()
    reasons = tuple(rejection.described for rejection in pin.rejections)
    return reasons or (f"{pin.name} {pin.version} has no wheel",)


def evidence_to_table(evidence: Evidence) -> dict[str, Any]:
    """Return the table of one package; empty values are left out."""
    table: dict[str, Any] = {}
    if evidence.requested:
        table["requested"] = True
    if evidence.verdict is not None:
        table["verdict"] = evidence.verdict.value
    table |= {
        "slices": list(evidence.slices),
        "binaries": evidence.binaries,
        "minimum-macos": evidence.minimum_macos,
        "minimum-glibc": evidence.minimum_glibc,
        "findings": list(evidence.findings),
        "overrides": list(evidence.overrides),
        "built-from-source-because": list(evidence.source_reasons),
        "bounds": list(evidence.bounds),
        "refused": list(evidence.refused),
        "config-settings": list(evidence.config_settings),
        "build-settings": list(evidence.build_settings),
        "reader-version": evidence.reader_version,
        "fuse-recipe": evidence.fuse_recipe,
    }
    return {key: value for key, value in table.items() if value}


def evidence_from_table(table: Mapping[str, Any]) -> Evidence:
    """Parse one package's table.

    Raises:
        ValueError: A value does not follow the schema.
    """
    verdict = table.get("verdict")
    return Evidence(
        verdict=Status(verdict) if verdict is not None else None,
        slices=_texts(table, "slices"),
        binaries=_number(table, "binaries") or 0,
        minimum_macos=_version(table, "minimum-macos"),
        minimum_glibc=_version(table, "minimum-glibc"),
        findings=_texts(table, "findings"),
        reader_version=_number(table, "reader-version"),
        overrides=_texts(table, "overrides"),
        source_reasons=_texts(table, "built-from-source-because"),
        bounds=_texts(table, "bounds"),
        refused=_texts(table, "refused"),
        config_settings=_texts(table, "config-settings"),
        build_settings=_texts(table, "build-settings"),
        requested=bool(table.get("requested", False)),
        fuse_recipe=_number(table, "fuse-recipe"),
    )


def question_from_table(table: Mapping[str, Any]) -> LockedQuestion:
    """Parse a lockfile's own table.

    Raises:
        ValueError: A value does not follow the schema.
    """
    return LockedQuestion(
        requirements=_texts(table, "requirements"),
        overrides=_texts(table, "overrides"),
        without_dependencies=bool(table.get("without-dependencies")),
    )


def target_to_table(target: Target) -> dict[str, Any]:
    """Return a table of the whole target, from which an equal one can be parsed."""
    python = target.python
    table: dict[str, Any] = {
        "name": target.name,
        "operating-system": target.operating_system.value,
        "architectures": [architecture.value for architecture in target.architectures],
        "libc": target.libc.value if target.libc else None,
        "floor": ".".join(map(str, target.floor)),
        "simulator": target.simulator or None,
        "python": python.stated_version,
        "implementation": python.implementation,
        "implementation-version": (
            ".".join(map(str, python.implementation_version))
            if python.implementation_version
            else None
        ),
        "free-threaded": python.free_threaded or None,
    }
    return {key: value for key, value in table.items() if value is not None}


def target_from_table(table: Mapping[str, Any]) -> Target:
    """Parse a target.

    Raises:
        ValueError: A key is missing, or a value does not follow the schema.
    """
    architectures = tuple(Architecture(name) for name in _texts(table, "architectures"))
    if not architectures:
        raise ValueError("architectures is empty")
    libc = _text(table, "libc")
    implementation_version = _text(table, "implementation-version")
    numbers, prerelease = _split_version(_require(table, "python"))
    patch_known = numbers.count(".") != 1
    major, minor = _numbers(_require(table, "floor"))
    return Target(
        operating_system=OperatingSystem(_require(table, "operating-system")),
        architectures=architectures,
        libc=Libc(libc) if libc else None,
        floor=(major, minor),
        simulator=bool(table.get("simulator", False)),
        python=PythonTarget(
            implementation=_require(table, "implementation"),
            version=_triple(numbers if patch_known else f"{numbers}.0"),
            patch_known=patch_known,
            prerelease=prerelease,
            free_threaded=bool(table.get("free-threaded", False)),
            implementation_version=(
                _triple(implementation_version) if implementation_version else None
            ),
        ),
    )


def _split_version(text: str) -> tuple[str, str]:
    """Split `3.15.0b1` into its numbers and its suffix."""
    end = next((i for i, c in enumerate(text) if not (c.isdigit() or c == ".")), len(text))
    return text[:end], text[end:]


def _triple(text: str) -> tuple[int, int, int]:
    major, minor, patch = _numbers(text)
    return major, minor, patch


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _require(table: Mapping[str, Any], key: str) -> str:
    value = _text(table, key)
    if value is None:
        raise ValueError(f"{key} is missing")
    return value


def _text(table: Mapping[str, Any], key: str) -> str | None:
    value = table.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{key} is not a string")
    return value


def _version(table: Mapping[str, Any], key: str) -> str | None:
    value = _text(table, key)
    if value is not None and not all(part.isdecimal() for part in value.split(".")):
        raise ValueError(f"{key} is no version: {value!r}")
    return value


def _number(table: Mapping[str, Any], key: str) -> int | None:
    value = table.get(key)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise ValueError(f"{key} is not a whole number")
    return value


def _texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{key} is not an array of strings")
    return tuple(value)
