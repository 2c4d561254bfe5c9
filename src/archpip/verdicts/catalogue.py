"""The catalogue of finding codes: stable names for everything archpip can hold against a wheel.

Texts stand in `rules/catalogue.toml`; the documentation has one page per code.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from archpip.verdicts.model import Status


class Example(Struct, frozen=True, kw_only=True):
    """A wheel of the public index for which a finding was made."""

    wheel: str
    """Its file name."""
    target: str
    python: str


class CatalogueEntry(Struct, frozen=True, kw_only=True):
    """What one code means, for those who meet it."""

    code: str
    title: str
    """A few words, as a heading."""
    severity: Status
    """The usual one; the finding's own severity is what counts."""
    summary: str
    """One line: what was found."""
    why: str
    """How it comes about, and what happens on the target."""
    users: str
    """What somebody who installs the wheel can do."""
    publishers: str
    """What somebody who publishes the wheel can do."""
    example: Example | None
    """`None` where no published wheel is known."""

    @property
    def page(self) -> str:
        """The documentation page, without folder and ending: `ap101-wrong-architecture-module`."""
        slug = "".join(char if char.isalnum() else "-" for char in self.title.lower())
        return f"{self.code.lower()}-{'-'.join(filter(None, slug.split('-')))}"


@cache
def read_catalogue() -> Mapping[str, CatalogueEntry]:
    """Return every entry by its code, in the order of the codes."""
    import tomllib  # for who has a finding to explain

    text = Path(__file__).with_name("rules").joinpath("catalogue.toml").read_text("utf-8")
    entries = (
        CatalogueEntry(
            code=code,
            title=fields["title"],
            severity=Status(fields["severity"]),
            summary=fields["summary"],
            why=fields["why"],
            users=fields["users"],
            publishers=fields["publishers"],
            example=Example(**fields["example"]) if "example" in fields else None,
        )
        for code, fields in sorted(tomllib.loads(text).items())
    )
    return MappingProxyType({entry.code: entry for entry in entries})


def find_entry(code: str) -> CatalogueEntry | None:
    """Return what a code means, however its letters are cased, or `None` for no code of ours."""
    return read_catalogue().get(code.strip().upper())
