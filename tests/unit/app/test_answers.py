"""An answer is given again while the pages that it rests on are the same, and no longer."""

import json
from collections.abc import Mapping

import packaging
import pytest
from msgspec.structs import replace
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.app.answers import Answers, CurrentPages, fingerprint
from archpip.index import IndexLocations, IndexUnavailableError, KeptPages
from archpip.index.kept import ASKED, DIGEST
from archpip.resolution import (
    Difference,
    Half,
    JointResolution,
    Rejection,
    RejectionReason,
    Requirer,
    Resolution,
    WatchedWorld,
)
from tests.unit.locking.resolutions import make_link, make_pin, make_resolution
from tests.unit.resolution.fake_world import FakeWorld

QUESTION = ("pandas", IndexLocations())


class MemoryStore:
    """Keeps what it was given."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.states: dict[str, str] = {}

    def get_answer(self, question: str) -> bytes | None:
        return self.answers.get(question)

    def put_answer(self, question: str, answer: bytes) -> None:
        self.answers[question] = answer

    def get_page_state(self, url: str) -> str | None:
        return self.states.get(url)


class FakePages:
    """An index whose pages are what is said here."""

    def __init__(self, digests: Mapping[str, str | None]) -> None:
        self.digests = digests
        self.kept = False
        self.asked: list[str] = []

    def digest(self, name: NormalizedName) -> str | None:
        self.asked.append(name)
        if name not in self.digests:
            raise IndexUnavailableError(url=name, reason="it is away")
        return self.digests[name]

    def keep_unread(self) -> None:
        self.kept = True


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def world() -> WatchedWorld:
    watched = WatchedWorld(FakeWorld())
    watched.projects = {NormalizedName("a"), NormalizedName("b")}
    return watched


def clean(resolution: Resolution) -> Resolution:
    """Return the pins whose other links name no file, with no password in their own."""
    pins = tuple(
        replace(pin, link=replace(pin.link, url=pin.link.url.replace("user:secret@", "")))
        for pin in resolution.pins
        if not (pin.direct or pin.fused_with or pin.rejections)
    )
    return replace(resolution, pins=pins)


ANSWER = JointResolution(resolutions=(clean(make_resolution()),), differences=())
PAGES = {"a": "1", "b": ""}


def current_pages(store: MemoryStore, index: FakePages) -> CurrentPages:
    return CurrentPages(
        KeptPages(store),
        IndexLocations(),
        open_index=lambda: index,  # type: ignore[arg-type, return-value]  # what is called of it
    )


def ask(
    store: MemoryStore,
    pages: Mapping[str, str | None] = PAGES,
    question: object = QUESTION,
) -> Answers:
    current = current_pages(store, FakePages(pages))
    return Answers(question, pages=current, store=store)


def test_the_same_answer_is_given_again(store: MemoryStore, world: WatchedWorld) -> None:
    assert ask(store).find() is None
    ask(store).keep(ANSWER, world)
    assert ask(store).find() == ANSWER


def test_pages_may_be_asked_for_before_it_is_known_what_is_locked(
    store: MemoryStore, world: WatchedWorld
) -> None:
    ask(store).keep(ANSWER, world)
    index = FakePages(PAGES)
    pages = current_pages(store, index)
    locked = {
        each.target.name: {pin.name: pin.version for pin in each.pins}
        for each in ANSWER.resolutions
    }

    Answers(QUESTION, pages=pages, store=store).begin()

    assert Answers(QUESTION, pages=pages, store=store).find(locked) == ANSWER
    assert sorted(index.asked) == ["a", "b"]


def test_where_nothing_was_answered_no_page_is_asked_for(store: MemoryStore) -> None:
    index = FakePages(PAGES)
    pages = current_pages(store, index)

    Answers(QUESTION, pages=pages, store=store).begin()

    assert index.asked == []


def test_everything_that_an_answer_says_is_kept(store: MemoryStore, world: WatchedWorld) -> None:
    link = make_link("a-1.0-cp311-cp311-macosx_11_0_x86_64.whl", url="https://files.example/a")
    requirer = Requirer(
        name=NormalizedName("b"), version=Version("2.0rc1"), specifier=SpecifierSet(">=1,<2")
    )
    rejection = Rejection(link=link, reason=RejectionReason.TAGS, message="it does not fit")
    pin = replace(
        make_pin("a", "a-1.0.tar.gz", link=link),
        requirers=(requirer, Requirer(name=None, origin="requirements.txt:1")),
        rejections=(rejection,),
        fused_with=Half(link=link, sha256=None, inspection=None),
        sdist=link,
        config_settings=(("a", "b"),),
    )
    difference = Difference(
        name=NormalizedName("a"), versions=(("macos-arm64", Version("1.0")),), reason="why"
    )
    resolution = replace(ANSWER.resolutions[0], pins=(pin,))
    answer = JointResolution(resolutions=(resolution,), differences=(difference,))
    ask(store).keep(answer, world)
    assert ask(store).find() == answer


@pytest.mark.parametrize(
    "pages",
    [{"a": "2", "b": ""}, {"a": "1", "b": "1"}, {"a": "1", "b": None}, {"a": "1"}],
    ids=["changed", "new", "not-known", "index-away"],
)
def test_an_answer_falls_with_a_page(
    store: MemoryStore, world: WatchedWorld, pages: dict[str, str | None]
) -> None:
    ask(store).keep(ANSWER, world)
    assert ask(store, pages).find() is None


def test_another_question_has_another_answer(store: MemoryStore, world: WatchedWorld) -> None:
    ask(store).keep(ANSWER, world)
    assert ask(store, question=("pandas<3", IndexLocations())).find() is None
    assert ask(store, question=("pandas", IndexLocations(no_index=True))).find() is None


def test_who_locks_again_has_the_same_answer(store: MemoryStore, world: WatchedWorld) -> None:
    ask(store).keep(ANSWER, world)
    resolution = ANSWER.resolutions[0]
    pins = {pin.name: pin.version for pin in resolution.pins}
    assert pins
    assert ask(store).find({resolution.target.name: pins}) == ANSWER


@pytest.mark.parametrize("version", ["0.1", None], ids=["older", "to-be-upgraded"])
def test_who_keeps_other_versions_has_another_answer(
    store: MemoryStore, world: WatchedWorld, version: str | None
) -> None:
    ask(store).keep(ANSWER, world)
    resolution = ANSWER.resolutions[0]
    first, *others = resolution.pins
    pins = {pin.name: pin.version for pin in others}
    if version:
        pins[first.name] = Version(version)
    locked = {resolution.target.name: pins}
    assert ask(store).find(locked) is None
    ask(store).keep(ANSWER, world, locked=locked)
    assert ask(store).find(locked) == ANSWER
    assert ask(store).find() is None


def test_an_answer_falls_with_the_version_of_packaging(
    store: MemoryStore, world: WatchedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(store).keep(ANSWER, world)

    with monkeypatch.context() as patch:
        patch.setattr(packaging, "__version__", "1000")
        fingerprint.cache_clear()
        assert ask(store).find() is None

    fingerprint.cache_clear()
    assert ask(store).find() == ANSWER


def test_what_cannot_be_given_again_is_not_kept(store: MemoryStore, world: WatchedWorld) -> None:
    ask(store, {"a": "1", "b": None}).keep(ANSWER, world)
    world.is_repeatable = False
    ask(store).keep(ANSWER, world)
    assert store.answers == {}


def test_what_another_process_keeps_meanwhile_is_not_what_was_read(
    store: MemoryStore, world: WatchedWorld
) -> None:
    index = FakePages(PAGES)

    def believing(now: float) -> Answers:
        pages = CurrentPages(
            KeptPages(store, max_age_seconds=60, now=lambda: now),
            IndexLocations(index_urls=("https://index.example/simple",)),
            open_index=lambda: index,  # type: ignore[arg-type, return-value]  # what is called of it
        )
        return Answers(QUESTION, pages=pages, store=store)

    newer = json.dumps({ASKED: "1000", DIGEST: "a newer one"})
    store.states = {f"https://index.example/simple/{name}/": newer for name in PAGES}
    believing(now=1001).keep(ANSWER, world)

    assert believing(now=1001).find() is None
    assert believing(now=1060).find() == ANSWER  # the index still has what was read


def test_no_password_is_kept(store: MemoryStore, world: WatchedWorld) -> None:
    answer = JointResolution(resolutions=(make_resolution(),), differences=())
    ask(store).keep(answer, world)
    assert store.answers == {}


@pytest.mark.parametrize("damaged", [b"", b"{}", b"[", b'{"pages": [["a", 1]], "answer": {}}'])
def test_a_damaged_answer_is_none(store: MemoryStore, world: WatchedWorld, damaged: bytes) -> None:
    ask(store).keep(ANSWER, world)
    store.answers = dict.fromkeys(store.answers, damaged)
    assert ask(store).find() is None
