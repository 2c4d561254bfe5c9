"""One architecture, many words."""

import pytest

from archpip.architecture import (
    ARCHITECTURE_WORDS,
    Architecture,
    OperatingSystem,
    find_architecture,
    spelled,
    target_architectures,
)


@pytest.mark.parametrize(
    ("word", "architecture"),
    [
        ("arm64", Architecture.ARM64),
        ("aarch64", Architecture.ARM64),
        ("arm64-v8a", Architecture.ARM64),
        ("arm64v8", Architecture.ARM64),
        ("arm64/v8", Architecture.ARM64),
        ("ARM64", Architecture.ARM64),
        ("AMD64", Architecture.X86_64),
        ("x64", Architecture.X86_64),
        ("x86-64", Architecture.X86_64),
        ("i686", Architecture.I686),
        ("i386", Architecture.I686),
        ("x86", Architecture.I686),
        ("386", Architecture.I686),
        ("armhf", Architecture.ARMV7L),
        ("arm/v7", Architecture.ARMV7L),
        ("armeabi-v7a", Architecture.ARMV7L),
        ("ppc64el", Architecture.PPC64LE),
        ("powerpc64le", Architecture.PPC64LE),
        ("riscv64gc", Architecture.RISCV64),
    ],
)
def test_a_word_names_its_architecture_in_any_spelling(
    word: str, architecture: Architecture
) -> None:
    assert find_architecture(word) is architecture


@pytest.mark.parametrize("word", ["", "universal2", "any", "arm", "64", "arm65"])
def test_a_word_of_no_single_architecture_names_none(word: str) -> None:
    assert find_architecture(word) is None


@pytest.mark.parametrize("architecture", list(Architecture))
def test_every_architecture_is_found_by_its_own_name(architecture: Architecture) -> None:
    assert find_architecture(architecture.value) is architecture


def test_words_are_written_as_they_are_looked_up() -> None:
    assert all(find_architecture(word) is found for word, found in ARCHITECTURE_WORDS.items())


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        (OperatingSystem.MACOS, "arm64"),
        (OperatingSystem.LINUX, "aarch64"),
        (OperatingSystem.WINDOWS, "arm64"),
        (OperatingSystem.ANDROID, "arm64_v8a"),
        (OperatingSystem.IOS, "arm64"),
    ],
)
def test_arm64_is_spelled_as_each_system_spells_it(system: OperatingSystem, expected: str) -> None:
    assert spelled(Architecture.ARM64, system) == expected


def test_an_architecture_foreign_to_a_system_keeps_its_own_name() -> None:
    assert spelled(Architecture.SPARC64, OperatingSystem.WINDOWS) == "sparc64"


def test_what_a_system_spells_can_be_read_back() -> None:
    for system in OperatingSystem:
        for architecture in target_architectures(system):
            assert find_architecture(spelled(architecture, system)) is architecture
