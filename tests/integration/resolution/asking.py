"""Puts a scenario's question to archpip's resolver, over a served world."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.utils import NormalizedName

from archpip.errors import BuildError
from archpip.index import IndexLocations
from archpip.index.client import IndexClient
from archpip.resolution import (
    Fallback,
    IndexWorld,
    ProjectSelection,
    RequestedRequirement,
    Resolution,
    ResolveOptions,
    parse_requirement,
    resolve,
)
from archpip.store import SqliteStore
from archpip.targets import Target, detect_host, parse_python, parse_target
from fake_index.scenario import Question, Scenario
from fake_index.server import FakeIndex


class DynamicBackend:
    """Stands for a build: says what the scenarios' one dynamic sdist would say."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def metadata(
        self,
        sdist: Path,
        *,
        name: NormalizedName | None = None,
        subdirectory: str | None = None,
        config_settings: Iterable[tuple[str, str]] = (),
    ) -> bytes:
        """Return the metadata of `asks`, and fail for everything else."""
        del name, subdirectory, config_settings
        self.asked.append(sdist.name)
        if sdist.name != "asks-1.0.tar.gz":
            raise BuildError(sdist.name)
        return b"Metadata-Version: 2.1\nName: asks\nVersion: 1.0\nRequires-Dist: needed\n"

    def is_patched(self, name: NormalizedName) -> bool:
        """Nobody patches anything."""
        del name
        return False

    def is_customised(self, name: NormalizedName) -> bool:
        """Nobody customises anything."""
        del name
        return False


class NoRepositories:
    """No scenario has a repository."""

    def checkout(self, url: str, revision: str | None, folder: Path) -> str:
        """Never called."""
        raise AssertionError(url, revision, folder)


def ask(
    scenario: Scenario,
    fake: FakeIndex,
    *,
    builder: DynamicBackend | None = None,
    target: Target | None = None,
) -> Resolution:
    """Resolve a scenario's question with fresh stores; for its own target where `None`."""
    question = scenario.question
    locations = IndexLocations(index_urls=tuple(map(fake.index_url, question.indexes)))
    with (
        TemporaryDirectory() as folder,
        SqliteStore(Path(folder, "store.sqlite")) as store,
        IndexClient(locations, store=store) as client,
    ):
        world = IndexWorld(
            index=client,
            store=store,
            builder=builder or DynamicBackend(),
            repositories=NoRepositories(),
            sources=Path(folder, "sources"),
        )
        return resolve(
            _parse(question.requirements),
            constraints=_parse(question.constraints),
            target=target or target_of(question),
            options=options_of(question),
            world=world,
        )


def target_of(question: Question) -> Target:
    """Return the question's target."""
    return parse_target(question.target, host=detect_host(), python=parse_python(question.python))


def options_of(question: Question) -> ResolveOptions:
    """Return the question's options."""
    formats = releases = ProjectSelection()
    for value in question.only_binary:
        formats = formats.choose_first(value)
    for value in question.no_binary:
        formats = formats.choose_second(value)
    if question.pre:
        releases = releases.choose_first(":all:")
    return ResolveOptions(
        fallback=Fallback(question.fallback),
        formats=formats,
        releases=releases,
        prefer_binary=question.prefer_binary,
        ignore_dependencies=question.no_deps,
        require_hashes=question.require_hashes,
    )


def _parse(texts: tuple[str, ...]) -> tuple[RequestedRequirement, ...]:
    return tuple(parse_requirement(text, base=Path("/nowhere")) for text in texts)
