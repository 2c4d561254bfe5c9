"""Indexes that are a dictionary, and wheels that are what the test says."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from msgspec.structs import replace
from packaging.utils import NormalizedName

from archpip.binaries import UnboundSymbols
from archpip.gateway.rendering import JSON_TYPE
from archpip.index import (
    FileStream,
    IndexUnavailableError,
    Link,
    ProjectLinks,
    ProjectNotFoundError,
)
from archpip.index.described import Described
from archpip.index.page import Page, PageSource
from archpip.index.parsing import parse_page
from archpip.resolution import WheelFacts, ignore
from archpip.targets import Target
from archpip.verdicts import Finding, Status, Verdict
from archpip.wheels import Inspection, InvalidWheelError

FILES = "https://files.example"
METADATA = b"Metadata-Version: 2.1\nName: a\nVersion: 1\n"


def make_link(filename: str, **changes: object) -> Link:
    """Return a link with a sha256 of its own."""
    sha256 = hashlib.sha256(filename.encode()).hexdigest()
    link = Link(url=f"{FILES}/{filename}", filename=filename, hashes=(("sha256", sha256),))
    return replace(link, **changes)


def make_inspection(filename: str) -> Inspection:
    """Return an inspection that found nothing."""
    return Inspection(
        filename=filename,
        sha256=None,
        size_bytes=1,
        tags=(),
        declared_tags=(),
        root_is_purelib=True,
        binaries=(),
    )


@dataclass(frozen=True, eq=False)
class FakePage:
    """Implements the index's `Page`."""

    links: tuple[Link, ...]

    @property
    def about(self) -> dict[str, object]:
        return {"meta": {"api-version": "1.0"}}

    @cached_property  # as with real pages, it is asked for once per file
    def filenames(self) -> list[str]:
        return [link.filename for link in self.links]

    @property
    def fingerprint(self) -> int:
        return hash(self.links)

    def make_link(self, position: int) -> Link:
        return self.links[position]

    origin = None
    written = None

    @property
    def is_sized(self) -> bool:
        return all(link.size_bytes is not None for link in self.links)

    def describe(self, position: int) -> Described:
        link = self.links[position]
        entry: dict[str, object] = {
            "filename": link.filename,
            "url": link.url,
            "hashes": dict(link.hashes),
        }
        if link.requires_python is not None:
            entry["requires-python"] = link.requires_python
        if link.size_bytes is not None:
            entry["size"] = link.size_bytes
        if link.upload_time is not None:
            entry["upload-time"] = link.upload_time.isoformat()
        if link.yanked is not None:
            entry["yanked"] = link.yanked or True
        if link.metadata_hashes is not None:
            entry["core-metadata"] = dict(link.metadata_hashes) or True
        return entry


@dataclass
class FakeUpstream:
    """Implements `Upstream`, `WheelOpener` and `Inspections`."""

    projects: dict[str, tuple[Link, ...]] = field(default_factory=dict)
    pages: dict[str, tuple[Page, ...]] = field(default_factory=dict)
    """Real pages of a project, in place of `projects`."""
    wrong: set[str] = field(default_factory=set)
    """File names of wheels that are judged wrong."""
    right_on: set[tuple[str, str]] = field(default_factory=set)
    """File names among `wrong`, and targets that they are right for."""
    broken: set[str] = field(default_factory=set)
    """File names of wheels that cannot be read."""
    down: dict[str, int | None] = field(default_factory=dict)
    """Projects and file names whose server fails, with its HTTP status if it has one."""
    kept: set[str] = field(default_factory=set)
    """The sha256 of wheels whose inspection the store has."""
    requires: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """File names of wheels, and what their METADATA says that they require."""
    opened: list[str] = field(default_factory=list)
    forgotten_find_links: list[float] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def offer(self, name: str, *files: str | Link) -> None:
        self.projects[name] = tuple(
            make_link(file) if isinstance(file, str) else file for file in files
        )

    def project(self, name: NormalizedName) -> ProjectLinks:
        self.asked.append(name)
        self._fail_if_down(name)
        if name in self.pages:
            return ProjectLinks(name, self.pages[name])
        if name not in self.projects:
            raise ProjectNotFoundError(name=name, locations=("https://index.example/",))
        return ProjectLinks(name, [FakePage(self.projects[name])])

    def forget(self, name: NormalizedName) -> None:
        self.asked.append(f"forget {name}")

    def forget_find_links(self, *, older_than_seconds: float) -> None:
        self.forgotten_find_links.append(older_than_seconds)

    def metadata(self, link: Link) -> bytes | None:
        return METADATA if link.metadata_hashes is not None else None

    @contextmanager
    def open_file(self, link: Link) -> Iterator[FileStream]:
        self._fail_if_down(link.filename)
        self.opened.append(link.filename)
        chunks = [b"bytes of ", link.filename.encode()]
        yield FileStream(sum(map(len, chunks)), iter(chunks))

    def wheel(
        self, link: Link, *, inspect: bool, on_metadata: Callable[[bytes], None] = ignore
    ) -> WheelFacts:
        self.opened.append(link.filename)
        self._fail_if_down(link.filename)
        if link.filename in self.broken:
            raise InvalidWheelError(filename=link.filename, reason="it is no archive")
        inspection = make_inspection(link.filename) if inspect else None
        lines = (f"Requires-Dist: {each}\n" for each in self.requires.get(link.filename, ()))
        metadata = METADATA + "".join(lines).encode()
        on_metadata(metadata)
        return WheelFacts(metadata=metadata, inspection=inspection, sha256=link.sha256)

    def compare(
        self, link: Link, sibling: Link, paths: Collection[str]
    ) -> Mapping[str, UnboundSymbols]:
        raise AssertionError(link, sibling, paths)

    def get_inspections(self, sha256s: Iterable[str]) -> dict[str, Inspection]:
        asked = self.kept.intersection(sha256s)
        links = (link for links in self.projects.values() for link in links)
        return {
            link.sha256: make_inspection(link.filename) for link in links if link.sha256 in asked
        }

    def judge(self, inspection: Inspection, target: Target, _policy: object) -> Verdict:
        """Stand in for `archpip.verdicts.judge`."""
        case = (inspection.filename, target.name)
        if inspection.filename not in self.wrong or case in self.right_on:
            return Verdict(target=target.name)
        finding = Finding(
            code="AP101",
            severity=Status.WRONG,
            member="a/x.so",
            slice="arm64",
            message=f"a/x.so: holds x86_64 code, on {target.python.full_version}",
        )
        return Verdict(target=target.name, findings=(finding,))

    def _fail_if_down(self, what: str) -> None:
        if what in self.down:
            raise IndexUnavailableError(
                url="https://user:hunter2@index.example/",
                reason="it is silent",
                status=self.down[what],
            )


def real_page(body: object, content_type: str = JSON_TYPE) -> Page:
    """Return a page as the index client would read it: of JSON, or of what is written."""
    written = body if isinstance(body, str) else json.dumps(body)
    source = PageSource(url="https://index.example/simple/a/", index_url="https://index.example")
    return parse_page(written.encode(), content_type=content_type, source=source)
