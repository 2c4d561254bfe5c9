"""Which versions a specifier allows, found by halving, is what asking each of them says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, Specifier
from packaging.version import Version

from archpip.resolution.version_bits import find_gaps, find_within

RELEASES = st.lists(st.integers(0, 3), min_size=1, max_size=3).map(
    lambda parts: ".".join(map(str, parts))
)
EPOCHS = st.sampled_from(["", "", "", "1!"])
SUFFIXES = st.sampled_from(["", "a1", "b2", "rc1", ".post1", ".post2", ".dev1", "rc1.post2.dev3"])
LOCALS = st.sampled_from(["", "", "+cpu", "+cu121", "+1"])
PUBLIC = st.builds("{}{}{}".format, EPOCHS, RELEASES, SUFFIXES)
VERSIONS = st.builds("{}{}".format, PUBLIC, LOCALS).map(Version)


def make_specifier(operator: str, version: str) -> Specifier | None:
    try:
        return Specifier(operator + version)
    except InvalidSpecifier:
        return None


SPECIFIERS = st.one_of(
    st.builds(make_specifier, st.sampled_from([">", ">=", "<", "<=", "==", "!=", "~="]), PUBLIC),
    st.builds(make_specifier, st.sampled_from(["==", "!="]), RELEASES.map("{}.*".format)),
    st.builds(make_specifier, st.sampled_from(["==", "!=", "==="]), VERSIONS.map(str)),
).filter(bool)


@given(specifier=SPECIFIERS, versions=st.lists(VERSIONS, unique=True, max_size=30))
def test_what_is_found_is_what_each_version_says(
    specifier: Specifier, versions: list[Version]
) -> None:
    versions.sort(reverse=True)
    found = find_within(specifier, versions)
    assert [bool(found >> place & 1) for place in range(len(versions))] == [
        specifier.contains(each, prereleases=True) for each in versions
    ]
    assert not found >> len(versions)


@given(specifier=SPECIFIERS, versions=st.lists(VERSIONS, unique=True, max_size=30), other=PUBLIC)
def test_a_gap_holds_what_satisfies_a_specifier_and_is_not_there(
    specifier: Specifier, versions: list[Version], other: str
) -> None:
    missing = Version(other)
    versions = sorted({*versions} - {missing}, reverse=True)
    if specifier.contains(missing, prereleases=True):
        newer = sum(version > missing for version in versions)
        assert find_gaps(specifier, versions) >> newer & 1


@pytest.mark.parametrize(
    ("specifier", "gaps"),
    [
        (">=1.0", "##.."),
        (">0.5", "###."),
        ("<2.0", ".###"),
        ("<=1.5", ".###"),
        ("==1.0", "...."),
        ("==1.5", ".#.."),
        ("==1.*", ".##."),
        ("==3.*", "#..."),
        ("~=1.0", ".#.."),
        ("~=1.1", ".#.."),
        ("~=0.1", "..#."),
        ("!=1.0", "####"),
        ("===none", "...."),
    ],
)
def test_a_gap_is_open_to_what_could_lie_in_it(specifier: str, gaps: str) -> None:
    """Versions 2.0, 1.0 and 0.1; the newest gap first."""
    found = find_gaps(Specifier(specifier), [Version("2.0"), Version("1.0"), Version("0.1")])
    assert "".join(".#"[found >> place & 1] for place in range(4)) == gaps
    assert not found >> 4


def test_a_bound_asks_few_of_many_versions() -> None:
    asked: list[Version] = []

    class Watched(Specifier):
        def contains(self, item: object, prereleases: bool | None = None) -> bool:  # noqa: FBT001  # the library's
            assert isinstance(item, Version)
            asked.append(item)
            return super().contains(item, prereleases=prereleases)

    versions = [Version(f"1.{minor}") for minor in range(2000, 0, -1)]
    assert find_within(Watched(">=1.700"), versions).bit_count() == 1301
    assert find_within(Watched("<1.700"), versions).bit_count() == 699
    assert len(asked) < 30
