"""The catalogue of finding codes: a stable code for every kind of finding.

Its texts are in `rules/catalogue.toml`; the documentation has one page per code.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from archpip.verdicts.model import Status


class Example(Struct, frozen=True, kw_only=True):
    """A wheel on the public index that has the finding."""

    wheel: str
    """Its file name."""
    target: str
    python: str


class CatalogueEntry(Struct, frozen=True, kw_only=True):
    """The explanation of one code for users."""

    code: str
    title: str
    """A heading of a few words."""
    severity: Status
    """The default severity; the finding's own is what counts."""
    summary: str
    """One line: what was found."""
    why: str
    """The cause, and the effect on the target."""
    users: str
    """What a user who installs the wheel can do."""
    publishers: str
    """What the wheel's publisher can do."""
    example: Example | None
    """`None` if no published wheel is known."""

    @property
    def page(self) -> str:
        """The documentation page, without folder and suffix: `ap101-wrong-architecture-module`."""
        slug = "".join(char if char.isalnum() else "-" for char in self.title.lower())
        return f"{self.code.lower()}-{'-'.join(filter(None, slug.split('-')))}"


@cache
def read_catalogue() -> Mapping[str, CatalogueEntry]:
    """Return every entry by its code, in the order of the codes."""
    import tomllib  # only needed to explain a finding

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
    """Return the entry of a code in any letter case, or `None` if the code is unknown."""
    return read_catalogue().get(code.strip().upper())
