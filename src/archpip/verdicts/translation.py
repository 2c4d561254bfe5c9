"""Which translator runs a binary's code on the target, in a process of its own."""

from archpip.architecture import Architecture, OperatingSystem
from archpip.verdicts.case import Case, Placed
from archpip.verdicts.rules.translators import TRANSLATORS, Translator


def find_translator(case: Case, one: Placed, architecture: Architecture) -> Translator | None:
    """Return the translator for an executable on the oldest system that the target must serve."""
    # A Windows target's floor is its Python's, which says nothing about emulation.
    floor = case.target.floor
    bounded = case.target.operating_system is OperatingSystem.MACOS
    for translator in TRANSLATORS:
        if (
            translator.system is case.target.operating_system
            and translator.on is architecture
            and not translator.runs.isdisjoint(one.member.binary.architectures)
            and not (bounded and translator.last is not None and floor > translator.last)
            and not (translator.static_only and _is_dynamic(one))
        ):
            return translator
    return None


def _is_dynamic(one: Placed) -> bool:
    return any(part.interpreter for part in one.member.binary.slices)
