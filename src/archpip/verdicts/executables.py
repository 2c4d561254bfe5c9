"""Rule 5: executables run in a process of their own, so a translator may serve.

If there is none, the executable cannot run. Then the wheel is wrong if running it is the wheel's
sole purpose, and degraded if it is a helper beside code that works.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property

from archpip.architecture import Architecture
from archpip.verdicts.case import Case, Placed
from archpip.verdicts.families import group_families
from archpip.verdicts.family_members import is_namesake
from archpip.verdicts.findings import report
from archpip.verdicts.fitting import Fit
from archpip.verdicts.linking import Links
from archpip.verdicts.model import Finding
from archpip.verdicts.naming import above_machine
from archpip.verdicts.roles import Role
from archpip.verdicts.translation import find_translator

_Folders = tuple[str, ...]
_Family = tuple[str, ...]


def judge_executables(case: Case, links: Links) -> Iterator[Finding]:
    """Yield a finding per executable that the target runs through a translator, or not at all."""
    del links
    layouts = _Layouts(case)
    for family in group_families(case.with_role(Role.EXECUTABLE)):
        for architecture in case.target.architectures:
            served = any(case.fits(one, architecture) for one in family)
            if served or _is_variant(case, family, architecture):
                continue
            if not _is_of_other_layout(case, family, architecture, layouts):
                yield from _judge_unserved(case, family, architecture)


class _Layouts:
    """Which of this system's programs lie below folders that name machines."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._known: dict[tuple[_Folders, Architecture, frozenset[Architecture]], bool] = {}

    @cached_property
    def _families(self) -> Mapping[_Folders, Mapping[Architecture, AbstractSet[_Family]]]:
        """Their families by what lies above those folders, and by the architectures held."""
        case = self._case
        found: dict[_Folders, dict[Architecture, set[_Family]]] = {}
        for one in case.programs:
            above = above_machine(one.name)
            if above is not None and case.is_native(one) and not case.names_other_system(one):
                for architecture in one.member.binary.architectures:
                    families = found.setdefault(above, {}).setdefault(architecture, set())
                    families.add(one.name.family)
        return found

    def has_more(
        self, above: _Folders, architecture: Architecture, others: frozenset[Architecture]
    ) -> bool:
        """Return whether one architecture has a program that none of the others has."""
        key = above, architecture, others
        if key not in self._known:
            below = self._families.get(above, {})
            theirs = (below.get(other, ()) for other in others)
            self._known[key] = bool(set(below.get(architecture, ())).difference(*theirs))
        return self._known[key]


def _is_variant(case: Case, family: list[Placed], architecture: Architecture) -> bool:
    """Return whether the programs are variants, for another machine, of one for the target.

    `main-x86_64-oldsdk` is built for older systems of that machine, and `main-arm64` lies beside.
    """
    return _name_others(family, architecture) and any(
        case.fits(each, architecture) for each in case.iter_plainer(family[0], Role.EXECUTABLE)
    )


def _is_of_other_layout(
    case: Case, family: list[Placed], architecture: Architecture, layouts: _Layouts
) -> bool:
    """Return whether the target's folder has a program that the folder of these lacks.

    Builds for several machines need not consist of the same files: `linux-ia32/sass` is a script
    that runs `src/dart`, `linux-arm64/sass` the whole program.
    """
    own = [one for one in family if case.is_native(one) and not case.names_other_system(one)]
    above = above_machine(own[0].name) if own else None
    if above is None or not _name_others(own, architecture):
        return False
    return layouts.has_more(above, architecture, own[0].member.binary.architectures)


def _name_others(family: list[Placed], architecture: Architecture) -> bool:
    return all(
        one.name.architectures and architecture not in one.name.architectures for one in family
    )


def _judge_unserved(
    case: Case, family: list[Placed], architecture: Architecture
) -> Iterator[Finding]:
    wanted = [
        one
        for one in family
        if case.fit(one, architecture) is Fit.OTHER_ARCHITECTURE
        and not case.names_other_system(one)
    ]
    translated = [
        (one, found)
        for one in wanted
        if (found := find_translator(one.member, case.target, architecture))
    ]
    if translated:
        one, translator = translated[0]
        if not translator.seamless:
            text = (
                f"holds {case.describe(one)} only, and runs under {translator.name}"
                f"{translator.period} on {case.spell(architecture)}"
            )
            yield report(case, "AP501", one, text, architecture=architecture)
        return
    for one in wanted[:1]:
        sole = _is_sole_purpose(case, one, architecture) and not one.name.architectures
        # An app's program is judged here, too, so the words fit a wheel and an app.
        what = "the program itself" if sole else "a helper"
        held = f"holds {case.describe(one)} only"
        text = f"{held}, which nothing on {case.target.name} runs; it is {what}"
        yield report(case, "AP502" if sole else "AP503", one, text, architecture=architecture)


def _is_sole_purpose(case: Case, one: Placed, architecture: Architecture) -> bool:
    """Return whether running this program is the wheel's purpose, and nothing in it runs there."""
    return not (
        (case.is_any and not is_namesake(case, one)) or case.in_process or case.runs(architecture)
    )
