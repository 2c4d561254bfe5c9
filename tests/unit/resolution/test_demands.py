import pytest
from packaging.markers import Marker
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from archpip.resolution import InvalidMetadataError
from archpip.resolution.demands import Demand, DemandBook, Identifier, find_condition
from archpip.targets import marker_environments
from tests.unit.resolution.fake_world import make_target

PROJECT, X = map(canonicalize_name, ("project", "x"))


@pytest.fixture
def book() -> DemandBook:
    return DemandBook(marker_environments(make_target()))


def texts(demands: tuple[Demand, ...]) -> list[str]:
    return [str(demand) for demand in demands]


def test_equal_requirements_are_one_object(book: DemandBook) -> None:
    (one,) = book.for_project(PROJECT, ("a <2, >=1",))
    (other,) = book.for_extra(PROJECT, ("A>=1,<2 ; extra == 'x'",), X)

    assert one is other


def test_requirements_with_extras_are_demands_on_proxies(book: DemandBook) -> None:
    found = book.for_project(PROJECT, ("a[Z,y]>=1",))

    assert [demand.identifier for demand in found] == [
        Identifier(NormalizedName("a"), NormalizedName("z"), is_proxy=True),
        Identifier(NormalizedName("a"), NormalizedName("y"), is_proxy=True),
    ]


def test_requirements_under_conditions_are_demands_on_proxies(book: DemandBook) -> None:
    found = book.for_project(
        PROJECT, ("a ; os_name == 'posix'", "b[y] ; python_version > '3' and os_name == 'posix'")
    )

    assert [demand.identifier for demand in found] == [
        Identifier(NormalizedName("a"), None, 'os_name == "posix"', is_proxy=True),
        Identifier(
            NormalizedName("b"),
            NormalizedName("y"),
            'os_name == "posix" and python_full_version > "3"',
            is_proxy=True,
        ),
    ]


@pytest.mark.parametrize(
    ("identifier", "required"),
    [
        (Identifier(PROJECT, X, is_proxy=True), [(None, ""), (X, "")]),
        (Identifier(PROJECT, None, "m", is_proxy=True), [(None, ""), (None, "m")]),
        (Identifier(PROJECT, X, "m", is_proxy=True), [(None, ""), (X, ""), (None, "m"), (X, "m")]),
    ],
    ids=["extra", "condition", "both"],
)
def test_a_proxy_requires_its_project_and_what_goes_with_it(
    identifier: Identifier, required: list[tuple[NormalizedName | None, str]]
) -> None:
    assert [*identifier.iter_required()] == [Identifier(PROJECT, *each) for each in required]


@pytest.mark.parametrize(
    ("marker", "condition"),
    [
        ("extra == 'x'", ""),
        ("os_name == 'nt'", 'os_name == "nt"'),
        ("os_name == 'nt' and extra == 'x'", 'os_name == "nt"'),
        ("extra == 'x' and os_name == 'nt'", 'os_name == "nt"'),
        (
            "(os_name == 'nt' or os_name == 'posix') and extra == 'x'",
            'os_name == "nt" or os_name == "posix"',
        ),
        (
            "python_version < '4' and os_name == 'nt'",
            'os_name == "nt" and python_full_version < "4"',
        ),
    ],
)
def test_the_condition_of_a_marker(marker: str, condition: str) -> None:
    assert find_condition(str(Marker(marker))) == condition


def test_an_extra_adds_what_those_add_that_it_names(book: DemandBook) -> None:
    lines = (
        "a",
        "project[x,y] ; extra == 'all'",
        "b ; extra == 'all'",
        "c ; extra == 'x'",
        "Project[all]<3 ; extra == 'y'",
        "d ; extra == 'z'",
    )

    found = book.for_extra(PROJECT, lines, canonicalize_name("all"))

    assert texts(found) == ["b", "c", "project", "project<3"]


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
    assert bool(book.for_project(PROJECT, (line,))) is without
    assert bool(book.for_extra(PROJECT, (line,), X)) is with_x


def test_markers_come_from_the_target_alone(book: DemandBook) -> None:
    lines = (
        "a; platform_machine == 'arm64' and python_full_version == '3.11.4'",
        "b; platform_release != ''",
        "c; implementation_name == 'cpython'",
    )

    assert texts(book.for_project(PROJECT, lines)) == ["a", "c"]


@pytest.mark.parametrize(
    ("specifier", "pinned"),
    [
        ("==1.0", True),
        ("===1.0", True),
        ("==1.*", False),
        ("~=1.0", False),
        (">=1", False),
    ],
)
def test_what_pins(book: DemandBook, specifier: str, *, pinned: bool) -> None:
    (demand,) = book.for_project(PROJECT, (f"a{specifier}",))

    assert demand.pinned is pinned


def test_a_demand_allows_pre_releases_in_its_range(book: DemandBook) -> None:
    (demand,) = book.for_project(PROJECT, ("a>=1",))

    assert [demand.allows(Version(v)) for v in ("0.9", "1.0", "2.0a1")] == [False, True, True]


@pytest.mark.parametrize("line", ["a (>1", "a @ ftp://host/a.whl", "a @ file:///nowhere/a", "=="])
def test_lines_that_cannot_be_parsed(book: DemandBook, line: str) -> None:
    with pytest.raises(InvalidMetadataError):
        book.for_project(PROJECT, (line,))


def test_no_marker_is_always_active(book: DemandBook) -> None:
    assert book.is_active(None)
    assert not book.is_active(Marker("sys_platform == 'linux'"))
