from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import pytest
from msgspec.structs import replace
from packaging.utils import NormalizedName

from archpip.gateway import View
from archpip.gateway.pages_ahead import PagesAhead, find_required
from archpip.index import ProjectNotFoundError

A, B, C = map(NormalizedName, "abc")
FORM = "text/html"


def metadata(*requires: str) -> bytes:
    lines = "".join(f"Requires-Dist: {each}\n" for each in requires)
    return f"Metadata-Version: 2.1\nName: a\nVersion: 1\n{lines}".encode()


class AtOnce(Executor):
    """Runs what it is given before it returns."""

    def submit(self, call: Callable[..., Any], /, *args: object, **kwargs: object) -> Future[Any]:
        call(*args, **kwargs)
        return Future()


@pytest.fixture
def made() -> list[str]:
    return []


@pytest.fixture
def ahead(made: list[str]) -> PagesAhead:
    return PagesAhead(lambda _view, name, form: made.append(f"{name} {form}"), executor=AtOnce())


def test_what_is_required_is_made_in_the_form_that_was_asked_for(
    ahead: PagesAhead, made: list[str], view: View
) -> None:
    ahead.asked(view, A, FORM)
    ahead.opened(view, A, metadata("c", "b>=1"))
    assert made == ["b text/html", "c text/html"]


def test_what_was_only_made_ahead_waits_for_somebody_to_ask(
    ahead: PagesAhead, made: list[str], view: View
) -> None:
    ahead.opened(view, A, metadata("b"))
    assert made == []
    ahead.asked(view, A, FORM)
    ahead.asked(view, A, FORM)
    assert made == ["b text/html"]


def test_what_somebody_asked_for_is_not_made_again(
    ahead: PagesAhead, made: list[str], view: View
) -> None:
    ahead.asked(view, B, FORM)
    ahead.asked(view, A, FORM)
    ahead.opened(view, A, metadata("b", "c"))
    assert made == ["c text/html"]


def test_what_a_client_asks_for_meanwhile_takes_no_turn(made: list[str], view: View) -> None:
    waiting: list[Callable[[], Any]] = []

    class Later(Executor):
        def submit(self, call: Callable[..., Any], /, *args: object, **kw: object) -> Future[Any]:
            waiting.append(lambda: call(*args, **kw))
            return Future()

    ahead = PagesAhead(lambda _view, name, _form: made.append(name), executor=Later())
    ahead.asked(view, A, FORM)
    ahead.opened(view, A, metadata("b", "c"))
    ahead.asked(view, B, FORM)
    for call in waiting:
        call()
    assert made == ["c"]


def test_views_are_apart(ahead: PagesAhead, made: list[str], view: View) -> None:
    ahead.asked(view, A, FORM)
    ahead.opened(replace(view, name="another"), A, metadata("b"))
    assert made == []


def test_nothing_is_begun_after_the_end(ahead: PagesAhead, made: list[str], view: View) -> None:
    ahead.asked(view, A, FORM)
    ahead.close()
    ahead.opened(view, A, metadata("b"))
    assert made == []


def test_page_that_cannot_be_had_stops_no_other(made: list[str], view: View) -> None:
    def make(_view: View, name: NormalizedName, _form: str) -> None:
        if name == B:
            raise ProjectNotFoundError(name=name, locations=())
        made.append(name)

    ahead = PagesAhead(make, executor=AtOnce())
    ahead.asked(view, A, FORM)
    ahead.opened(view, A, metadata("b", "c"))
    assert made == ["c"]


@pytest.mark.parametrize(
    ("line", "required"),
    [
        ("B_c (>=1)", ["b-c"]),
        ("b[fast]>=1", ["b"]),
        ("b @ https://files.example/b.whl", ["b"]),
        ("b; sys_platform == 'darwin'", ["b"]),
        ("b; sys_platform == 'win32'", []),
        ("b; extra == 'fast'", []),
        ("b; sys_platform == 'darwin' and extra == 'fast'", []),
        ("b; extra == 'fast' or extra == 'slow'", []),
        ("b; no marker", []),
        (">=1", []),
    ],
)
def test_required_is_what_holds_on_the_target_without_extras(
    line: str, required: list[str], view: View
) -> None:
    assert list(find_required(metadata(line), view)) == required


def test_universal_lockfile_requires_what_any_system_does(view: View) -> None:
    universal = replace(view, every_python=True)
    said = metadata("b; sys_platform == 'win32'", "c; extra == 'fast'")
    assert list(find_required(said, universal)) == ["b"]


def test_nothing_is_known_of_metadata_that_cannot_be_read(view: View) -> None:
    assert list(find_required(b"Requires-Dist: b\n", view)) == []
