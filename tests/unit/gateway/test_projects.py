import pytest
from packaging.utils import NormalizedName

from archpip.gateway.projects import Outage, Projects
from archpip.index import IndexUnavailableError, ProjectNotFoundError
from tests.unit.gateway.fake_upstream import FakeUpstream

A, B = NormalizedName("a"), NormalizedName("b")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def make_projects(upstream: FakeUpstream, clock: Clock, most_files: int | None = None) -> Projects:
    return Projects(upstream, clock=clock, fresh_seconds=60, most_files=most_files)


def reads(upstream: FakeUpstream) -> list[str]:
    return [name for name in upstream.asked if not name.startswith("forget")]


def test_page_is_read_again_when_it_is_old() -> None:
    upstream, clock = FakeUpstream(), Clock()
    upstream.offer("a", "a-1.tar.gz")
    projects = make_projects(upstream, clock)
    for moment in (0, 59, 61):
        clock.now = moment
        projects.get(A)

    assert reads(upstream) == ["a", "a"]
    assert upstream.forgotten_find_links == [60, 60]


def test_nothing_is_known_of_a_page_that_was_not_read_or_is_old() -> None:
    upstream, clock = FakeUpstream(), Clock()
    upstream.offer("a", "a-1.tar.gz")
    projects = make_projects(upstream, clock)
    assert projects.peek(A) is None

    links = projects.get(A)
    reading = projects.peek(A)
    clock.now = 60

    assert reading is not None
    assert reading.fingerprint == links.fingerprint
    assert projects.peek(A) is None


def test_only_so_many_files_are_kept_parsed_and_the_last_project_in_any_case() -> None:
    upstream = FakeUpstream()
    upstream.offer("a", "a-1.tar.gz", "a-2.tar.gz")
    upstream.offer("b", *(f"b-{number}.tar.gz" for number in range(5)))
    projects = make_projects(upstream, Clock(), most_files=3)
    for name in (A, B, B, A):
        projects.get(name)

    assert reads(upstream) == ["a", "b", "a"]
    assert projects.peek(B) is not None


def test_outage_lasts_from_the_first_failure_until_an_index_answers_anything() -> None:
    upstream, clock = FakeUpstream(), Clock()
    upstream.offer("a", "a-1.tar.gz")
    projects = make_projects(upstream, clock)
    upstream.down = {"a": 503, "b": None}
    outages = [projects.outage]

    for moment, name in ((10, A), (30, B)):
        clock.now = moment
        with pytest.raises(IndexUnavailableError):
            projects.get(name)
    clock.now = 50
    outages.append(projects.outage)

    upstream.down = {}
    with pytest.raises(ProjectNotFoundError):
        projects.get(B)
    outages.append(projects.outage)

    assert outages == [None, Outage(40, B), None]
