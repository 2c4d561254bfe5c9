import pytest

from archpip.resolution.filenames import floor_of, is_loose, parse_wheel_name, tags_of

MANY = ".".join(f"a{number}" for number in range(100))


@pytest.mark.parametrize(
    ("platforms", "loose"),
    [
        ("any", True),
        ("macosx_11_0_arm64", False),
        ("macosx_10_9_x86_64", False),
        ("macosx_10_9_universal2", True),
        ("macosx_10_6_intel", True),
        ("macosx_10_6_intel.macosx_10_9_intel.macosx_10_9_x86_64", True),
        ("macosx_10_9_x86_64.macosx_11_0_arm64", True),
        ("manylinux_2_17_x86_64.manylinux2014_x86_64", False),
        ("manylinux1_i686.manylinux_2_5_i686", False),
        ("linux_x86_64.linux_aarch64", True),
        ("musllinux_1_2_armv7l", False),
        ("win32", False),
        ("win_amd64", False),
        ("win_amd64.win_arm64", True),
        ("android_21_arm64_v8a", False),
        ("ios_13_0_arm64_iphoneos", False),
    ],
)
def test_loose_tags_leave_the_architecture_open(platforms: str, *, loose: bool) -> None:
    assert is_loose(frozenset(platforms.split("."))) is loose


def test_compressed_tags_are_expanded() -> None:
    found = parse_wheel_name("x-1.0-2b-py2.py3-none-any.whl")

    assert found is not None
    assert found.build == (2, "b")
    assert found.tags == (("py2", "none", "any"), ("py3", "none", "any"))


@pytest.mark.parametrize(
    "filename",
    [
        "x-1.0.whl",
        "x-1.0-py3-none.whl",
        "x-1.0-a-b-py3-none-any.whl",
        "x-one-py3-none-any.whl",
        pytest.param(f"x-{'9' * 5000}-py3-none-any.whl", id="no end"),
        pytest.param(f"x-1.0-{MANY}-{MANY}-{MANY}.whl", id="a million tags"),
    ],
)
def test_names_that_break_the_rules(filename: str) -> None:
    assert parse_wheel_name(filename) is None


def test_numbers_without_end_are_no_matter() -> None:
    endless = "9" * 5000
    assert parse_wheel_name(f"x-1.0-{endless}-py3-none-any.whl") is not None
    assert floor_of(f"manylinux_{endless}_1_x86_64") is None


@pytest.mark.parametrize(
    ("filename", "tags"),
    [
        ("a-1-py3-none-any.whl", "py3-none-any.whl"),
        ("a-1-2-py3-none-any.whl", None),
        ("a-1.whl", None),
        ("a.whl", None),
    ],
)
def test_tags_as_spelt(filename: str, tags: str | None) -> None:
    assert tags_of(filename) == tags
