import pytest
from packaging.markers import Marker
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from archpip.resolution import InvalidMetadataError
from archpip.resolution.demands import Demand, DemandBook, Identifier
from archpip.targets import marker_environments
from tests.unit.resolution.fake_world import make_target

X = canonicalize_name("x")


@pytest.fixture
def book() -> DemandBook:
    return DemandBook(marker_environments(make_target()))


def texts(demands: tuple[Demand, ...]) -> list[str]:
    return [str(demand) for demand in demands]


def test_equal_requirements_are_one_object(book: DemandBook) -> None:
    (one,) = book.for_project(("a <2, >=1",))
    (other,) = book.for_project(("A>=1,<2 ; sys_platform == 'darwin'",))

    assert one is other


def test_extras_become_demands_of_their_own(book: DemandBook) -> None:
    found = book.for_project(("a[Z,y]>=1",))

    assert [demand.identifier for demand in found] == [
        Identifier(NormalizedName("a")),
        Identifier(NormalizedName("a"), NormalizedName("y")),
        Identifier(NormalizedName("a"), NormalizedName("z")),
    ]


@pytest.mark.parametrize(
    ("line", "without", "with_x"),
    [
        ("a", True, False),
        ("a ; extra == 'x'", False, True),
        ('a ; extra == "X"', False, True),
        ("a ; sys_platform == 'darwin' and extra == 'x'", False, True),
        ("a ; sys_platform == 'win32' and extra == 'x'", False, False),
        ("a ; (sys_platform == 'darwin' or os_name == 'nt') and extra == 'x'", False, True),
        ("a ; extra == 'x' and sys_platform == 'darwin'", False, True),
        ("a ; sys_platform == 'darwin' or extra == 'x'", True, False),
        ("a ; sys_platform == 'win32' or extra == 'x'", False, True),
        ("a ; extra == 'y' or extra == 'x'", False, True),
        ("a ; extra == 'y'", False, False),
        ("a ; (extra == 'x')", False, True),
        ("a ; os_name == 'posix' and (extra == 'y' or extra == 'x')", False, True),
        ("a ; extra != 'x'", True, False),
        ("a ; 'extra == ' != extra", True, False),
    ],
)
def test_what_an_extra_adds(book: DemandBook, line: str, *, without: bool, with_x: bool) -> None:
    assert bool(book.for_project((line,))) is without
    assert bool(book.for_extra((line,), X)) is with_x


def test_markers_come_from_the_target_alone(book: DemandBook) -> None:
    lines = (
        "a; platform_machine == 'arm64' and python_full_version == '3.11.4'",
        "b; platform_release != ''",
        "c; implementation_name == 'cpython'",
    )

    assert texts(book.for_project(lines)) == ["a", "c"]


@pytest.mark.parametrize(
    ("specifier", "pinned", "bounded", "prereleases"),
    [
        ("==1.0", True, False, False),
        ("===1.0", True, False, False),
        ("==1.*", False, True, False),
        ("~=1.0", False, True, False),
        ("<2", False, True, False),
        (">=1", False, False, False),
        (">=1a1", False, False, True),
        ("!=1a1", False, False, False),
    ],
)
def test_what_a_specifier_says(
    book: DemandBook, specifier: str, *, pinned: bool, bounded: bool, prereleases: bool
) -> None:
    (demand,) = book.for_project((f"a{specifier}",))

    assert (demand.pinned, demand.upper_bounded, demand.wants_prereleases) == (
        pinned,
        bounded,
        prereleases,
    )


def test_a_demand_allows_pre_releases_in_its_range(book: DemandBook) -> None:
    (demand,) = book.for_project(("a>=1",))

    assert [demand.allows(Version(v)) for v in ("0.9", "1.0", "2.0a1")] == [False, True, True]


@pytest.mark.parametrize("line", ["a (>1", "a @ ftp://host/a.whl", "a @ file:///nowhere/a", "=="])
def test_lines_that_cannot_be_parsed(book: DemandBook, line: str) -> None:
    with pytest.raises(InvalidMetadataError):
        book.for_project((line,))


def test_no_marker_is_always_active(book: DemandBook) -> None:
    assert book.is_active(None)
    assert not book.is_active(Marker("sys_platform == 'linux'"))
