"""Which translator runs a binary's code on the target, in a process of its own."""

from archpip.architecture import Architecture, OperatingSystem
from archpip.targets import Target
from archpip.verdicts.rules.translators import TRANSLATORS, Translator
from archpip.wheels import BinaryMember


def find_translator(
    member: BinaryMember, target: Target, architecture: Architecture
) -> Translator | None:
    """Return the translator for an executable on the oldest system that the target must serve."""
    # A Windows target's floor is its Python's, which says nothing about emulation.
    floor = target.floor
    bounded = target.operating_system is OperatingSystem.MACOS
    for translator in TRANSLATORS:
        if (
            translator.system is target.operating_system
            and translator.on is architecture
            and not translator.runs.isdisjoint(member.binary.architectures)
            and not (bounded and translator.last is not None and floor > translator.last)
            and not (translator.static_only and _is_dynamic(member))
        ):
            return translator
    return None


def _is_dynamic(member: BinaryMember) -> bool:
    return any(part.interpreter for part in member.binary.slices)
