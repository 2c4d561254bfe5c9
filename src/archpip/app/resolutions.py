"""Resolve and lock: the operations behind commands that install nothing."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from msgspec.structs import replace
from packaging.utils import NormalizedName

from archpip.app.answers import Answers, CurrentPages
from archpip.app.configuration import Question
from archpip.app.parts import Parts
from archpip.index import KeptPages, Link, to_file_url
from archpip.locking import Refusals, render_lockfile, to_pylock
from archpip.owned_folders import owned_folder
from archpip.resolution import (
    InspectScope,
    JointResolution,
    LinkKind,
    Resolution,
    SourceReference,
    WatchedWorld,
    World,
    check_pythons,
)
from archpip.verdicts import Verdict, find_unmatched


class Resolutions(Parts):
    """The operations behind `archpip lock` and every command that reads requirements."""

    _asked: tuple[Question, Answers] | None = None
    """The last question, without locked versions, and the `Answers` for it."""

    def resolve(self, question: Question, *, world: World | None = None) -> JointResolution:
        """Resolve for every target of the question, sharing versions where that is possible.

        Args:
            question: What to resolve.
            world: The source of candidates; `None` for the indexes alone.
        """
        check_pythons(question.asked.pythons, targets=question.targets, options=question.options)
        answer = self._resolve(question, world) if world else self._repeat_or_resolve(question)
        for override in find_unmatched(question.policy.overrides, _iter_judged_wheels(answer)):
            self._warn(override.unmatched_message)
        for sentence in dict.fromkeys(_describe_empty(question, answer)):
            self._warn(sentence)
        if question.only_dependencies:
            found = tuple(each.without_requested() for each in answer.resolutions)
            return replace(answer, resolutions=found)
        return answer

    def begin(self, question: Question) -> None:
        """Start requesting the pages that the answer depends on, while the caller does other work.

        `resolve` may then be called with other versions locked.
        """
        if not self._repeats_answers:
            return
        # Looking for an earlier answer takes longer than requesting these.
        self._current_pages.begin(_certain_projects(question))
        if self._answers(question).begin():
            return
        if question.options.inspect is not InspectScope.NONE:
            self.expect_wheels()

    def recall(self, question: Question) -> JointResolution | None:
        """Return the most likely answer at once, from the store; `resolve` may find another."""
        return self._answers(question).recall(question.locked) if self._repeats_answers else None

    @property
    def _repeats_answers(self) -> bool:
        """Whether backends give the same metadata again: not if they use installed projects."""
        return self._configuration.build_isolation

    def _repeat_or_resolve(self, question: Question) -> JointResolution:
        """Return the answer of an earlier run if it is still valid, else resolve."""
        if not self._repeats_answers:
            return self._resolve(question, self.world)
        self.begin(question)
        answers = self._answers(question)
        found = answers.find(question.locked)
        if found is not None:
            self._reporter.answer_repeated()
            return found
        world = WatchedWorld(self.world)
        answer = self._resolve(question, world)
        answers.keep(answer, world, locked=question.locked)
        return answer

    def _answers(self, question: Question) -> Answers:
        question = replace(question, locked={})
        if self._asked is None or self._asked[0] != question:
            configuration = self._configuration
            parts = (
                configuration.locations,
                configuration.build_settings,
                configuration.build_bounds,
            )
            answers = Answers((question, *parts), pages=self._current_pages, store=self.store)
            self._asked = question, answers
        return self._asked[1]

    @cached_property
    def _current_pages(self) -> CurrentPages:
        configuration = self._configuration
        pages = CurrentPages(
            KeptPages(self.store, max_age_seconds=configuration.session.max_age_seconds),
            configuration.locations,
            open_index=lambda: self.index,
        )
        self._opened.callback(pages.close)
        return pages

    def _resolve(self, question: Question, world: World) -> JointResolution:
        from archpip.resolution import resolve_together  # not needed for an earlier answer

        return resolve_together(
            question.asked.requirements,
            targets=question.targets,
            world=world,
            constraints=question.asked.constraints,
            overrides=question.asked.overrides,
            policy=question.policy,
            options=question.options,
            preferences=question.preferences_by_target,
            reporter=self._reporter,
            align=question.align,
        )

    def render_lock(
        self,
        question: Question,
        answer: JointResolution,
        resolution: Resolution,
        path: Path,
        *,
        refusals: Refusals,
    ) -> str:
        """Return the text of one target's lockfile at `path`; `refusals` are those of `to_pylock`.

        Raises:
            UnhashedFileError: A file has no hash, which PEP 751 requires.
        """
        pylock = to_pylock(
            resolution,
            folder=path.parent,
            requirements=question.asked.requirements,
            constraints=question.asked.constraints,
            overrides=question.asked.overrides,
            without_dependencies=question.options.ignore_dependencies,
            notes=[str(difference) for difference in answer.differences],
            build_settings=self._configuration.described_build_settings,
            refusals=refusals,
        )
        return render_lockfile(pylock)

    def fetch(self, url: str) -> bytes:
        """Return the content at a URL, such as a requirements file."""
        with owned_folder() as folder:
            link = Link(url=url, filename="fetched")
            return self.index.download(link, folder).read_bytes()

    def project_metadata(self, folder: Path) -> bytes:
        """Return METADATA of the project in a folder, running its build backend if needed.

        Raises:
            BuildError: The backend failed.
        """
        link = Link(url=to_file_url(folder.resolve()), filename=folder.resolve().name)
        return self.world.source(SourceReference(link=link, kind=LinkKind.DIRECTORY)).metadata


def _certain_projects(question: Question) -> list[NormalizedName]:
    """Return projects whose pages will be read, whatever the targets are."""
    asked = question.asked
    elsewhere = {each.name for each in asked.constraints if each.direct}
    elsewhere |= {each.name for each in asked.overrides}
    return [
        each.name
        for each in asked.requirements
        if each.name and not each.direct and not each.marker and each.name not in elsewhere
    ]


def _describe_empty(question: Question, answer: JointResolution) -> Iterator[str]:
    """Describe requirements without effect: extras that do not exist, markers that are false."""
    for resolution in answer.resolutions:
        for pin in resolution.pins:
            if pin.unknown_extras:
                extras = ", ".join(pin.unknown_extras)
                yield f"{pin.name} {pin.version} has no extra {extras}"
        asked = question.asked.requirements
        if asked and not resolution.pins:
            whose = asked[0].text if len(asked) == 1 else f"each of {len(asked)} requirements"
            name = resolution.target.name
            yield f"nothing is needed on {name}: the marker of {whose} is false there"


def _iter_judged_wheels(answer: JointResolution) -> Iterator[tuple[str, Verdict | None]]:
    """Yield the chosen wheels, and those refused for their content, each with its verdict."""
    for pin in (pin for resolution in answer.resolutions for pin in resolution.pins):
        if pin.kind is LinkKind.WHEEL:
            yield pin.link.filename, pin.verdict
        if pin.fused_with:
            yield pin.fused_with.link.filename, pin.verdict
        for rejection in pin.rejections:
            if rejection.verdict is not None:
                yield rejection.link.filename, rejection.verdict
