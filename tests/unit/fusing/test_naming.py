"""Names and tags of wheels that are fused or made thin."""

import pytest

from archpip.architecture import Architecture
from archpip.fusing import FuseMismatchError, ThinError, fused_filename, thin_filename
from archpip.fusing.naming import rewrite_wheel_file


@pytest.mark.parametrize(
    ("arm", "intel", "fused"),
    [
        ("macosx_11_0_arm64", "macosx_10_9_x86_64", "macosx_10_9_universal2"),
        ("macosx_11_0_arm64", "macosx_12_0_x86_64", "macosx_12_0_universal2"),
        ("macosx_12_3_arm64", "macosx_10_9_x86_64", "macosx_12_3_universal2"),
        ("macosx_14_0_arm64", "macosx_14_0_x86_64", "macosx_14_0_universal2"),
        (
            "macosx_11_0_arm64",
            "macosx_10_10_x86_64.macosx_10_9_x86_64",
            "macosx_10_9_universal2",
        ),
    ],
)
def test_the_floor_is_the_newer_of_the_two(arm: str, intel: str, fused: str) -> None:
    names = [f"alpha-1.0-cp311-cp311-{platform}.whl" for platform in (arm, intel)]
    assert fused_filename(*names) == f"alpha-1.0-cp311-cp311-{fused}.whl"
    assert fused_filename(*reversed(names)) == fused_filename(*names)


def test_build_numbers_and_compressed_tags_stay() -> None:
    assert (
        fused_filename(
            "alpha-1.0-2-cp38.cp39-abi3-macosx_11_0_arm64.whl",
            "alpha-1.0-2-cp38.cp39-abi3-macosx_10_9_x86_64.whl",
        )
        == "alpha-1.0-2-cp38.cp39-abi3-macosx_10_9_universal2.whl"
    )


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("alpha-1.0-cp311-cp311-macosx_11_0_arm64.whl", "one wheel for arm64 and one for x86_64"),
        ("alpha-1.0-py3-none-any.whl", "one wheel for arm64 and one for x86_64"),
        ("alpha-1.0-cp311-cp311-linux_x86_64.whl", "one wheel for arm64 and one for x86_64"),
        ("alpha-1.0-cp311-cp311-macosx_10_9_universal2.whl", "one wheel for arm64 and one"),
        ("alpha.zip", "one wheel for arm64 and one for x86_64"),
        ("alpha-1.1-cp311-cp311-macosx_11_0_x86_64.whl", "version or build differs"),
        ("alpha-1.0-1-cp311-cp311-macosx_11_0_x86_64.whl", "version or build differs"),
        ("alpha-1.0-cp312-cp312-macosx_11_0_x86_64.whl", "Python tag or ABI differs"),
    ],
)
def test_what_does_not_belong_together_is_refused(other: str, reason: str) -> None:
    with pytest.raises(FuseMismatchError, match=reason):
        fused_filename("alpha-1.0-cp311-cp311-macosx_11_0_arm64.whl", other)


@pytest.mark.parametrize(
    ("architecture", "platform"),
    [
        (Architecture.X86_64, "macosx_10_9_x86_64"),
        (Architecture.ARM64, "macosx_11_0_arm64"),
    ],
)
def test_a_thin_name_has_the_floor_of_its_machine(
    architecture: Architecture, platform: str
) -> None:
    name = thin_filename("alpha-1.0-cp311-cp311-macosx_10_9_universal2.whl", architecture)
    assert name == f"alpha-1.0-cp311-cp311-{platform}.whl"


@pytest.mark.parametrize("name", ["a-1-py3-none-any.whl", "a-1-py3-none-macosx_11_0_arm64.whl"])
def test_only_universal2_is_made_thin(name: str) -> None:
    with pytest.raises(ThinError, match="not a macOS universal2 wheel"):
        thin_filename(name, Architecture.ARM64)


def test_wheel_file() -> None:
    text = (
        "Wheel-Version: 1.0\nGenerator: meson\nRoot-Is-Purelib: false\n"
        "Tag: cp39-abi3-macosx_11_0_arm64\nBuild: 2\n"
    )
    name = "alpha-1.0-2-cp39.cp310-abi3-macosx_10_9_universal2.whl"
    assert rewrite_wheel_file(text, name).decode().splitlines() == [
        "Wheel-Version: 1.0",
        "Generator: archpip (recipe 1)",
        "Root-Is-Purelib: false",
        "Build: 2",
        "Tag: cp39-abi3-macosx_10_9_universal2",
        "Tag: cp310-abi3-macosx_10_9_universal2",
    ]
