"""Parse the anchors of an HTML page, fast where the result is provably complete.

Project pages are megabytes of one line per file, and a resolution reads a hundred of them.
Python's HTML parser takes 12 µs a file, one regular expression less than 1 µs. So a regular
expression matches the form that every index server writes, and then is *proved* to have matched
everything: each `<` and each `>` on the page must belong to a matched anchor, to a `<br>`, or to a
head and tail of harmless tags. `html.parser` parses any page that fails the proof.
"""

import re
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

Anchor = tuple[str, str]
"""One `<a>`: its href, unescaped, and its other attributes as written. A plain pair, since a page
has thousands and a resolution needs the attributes of few."""

# Character sets that exclude one character match three times as fast as those that exclude more; a
# stray "<" or ">" that they let through fails the proof.
_ANCHOR = re.compile(r'<a\s+href="([^"]*)"([^>]*)>[^<]*</a>')
_ATTRIBUTE = r'[\w:-]+(?:="[^"<>]*")?'
_HARMLESS = re.compile(
    r"(?:[^<]++|<!doctype [^<>]*>|<!--[^<>]*-->"
    rf"|</?(?:html|head|title|meta|body|h[1-6]|p|pre|hr|br|link)(?:\s+{_ATTRIBUTE})*\s*/?>)*+",
    re.IGNORECASE,
)
_PLAIN_ATTRIBUTES = re.compile(rf"(?:\s+{_ATTRIBUTE})*+\s*+")
_NAME_AND_VALUE = re.compile(r'([\w:-]+)(?:="([^"]*)")?')
_STATEMENT = re.compile(r'<meta\s+name="pypi:([\w-]+)"\s+content="([^"<>]*)"', re.IGNORECASE)


class HtmlAnchors(NamedTuple):
    """The parts of an HTML page that are used."""

    anchors: list[Anchor]
    """In page order; those without an href are left out."""
    base_href: str | None
    statements: Mapping[str, list[str]]
    """The contents of `<meta name="pypi:NAME">` by NAME, in page order (PEP 629, 708, 792)."""


def read_anchors(text: str) -> HtmlAnchors:
    """Read every anchor that has an href."""
    return _read_quickly(text) or _read_carefully(text)


def parse_attributes(written: str) -> dict[str, str]:
    """Return the attributes of an anchor, unescaped; one without a value has an empty one."""
    if not _PLAIN_ATTRIBUTES.fullmatch(written):
        parser = _AnchorParser()
        parser.feed(f"<a{written}>")
        return parser.attributes
    return {
        name.lower(): unescape(value) if "&" in value else value
        for name, value in _NAME_AND_VALUE.findall(written)
    }


def _read_quickly(text: str) -> HtmlAnchors | None:
    first = text.find("<a")
    end = text.rfind("</a>") + len("</a>")
    if first < 0 or end <= first:
        return None
    if not _HARMLESS.fullmatch(text, 0, first) or not _HARMLESS.fullmatch(text, end):
        return None
    anchors = _ANCHOR.findall(text, first, end)
    tags = 2 * len(anchors) + text.count("<br", first, end)
    if text.count("<", first, end) != tags or text.count(">", first, end) != tags:
        return None
    statements: dict[str, list[str]] = {}
    for name, said in _STATEMENT.findall(text, 0, first):
        statements.setdefault(name.lower(), []).append(unescape(said))
    if "&" in text:
        anchors = [(unescape(href) if "&" in href else href, rest) for href, rest in anchors]
    return HtmlAnchors(
        anchors=anchors,
        base_href=None,
        statements=statements,
    )


def _read_carefully(text: str) -> HtmlAnchors:
    parser = _AnchorParser()
    parser.feed(text)
    parser.close()
    return HtmlAnchors(
        anchors=parser.anchors,
        base_href=parser.base_href,
        statements=parser.statements,
    )


class _AnchorParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.anchors: list[Anchor] = []
        self.attributes: dict[str, str] = {}
        """Those of the last anchor."""
        self.base_href: str | None = None
        self.statements: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"a", "base", "meta"}:
            return
        attributes = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.attributes = attributes
            if (href := attributes.pop("href", None)) is not None:
                written = (self.get_starttag_text() or "")[len("<a") : -1].removesuffix("/")
                self.anchors.append((href, written))
        elif tag == "base" and self.base_href is None:
            self.base_href = attributes.get("href")
        elif tag == "meta" and (name := attributes.get("name", "").lower()).startswith("pypi:"):
            said = self.statements.setdefault(name.removeprefix("pypi:"), [])
            said.append(attributes.get("content", ""))

    def parse_marked_section(self, i: int, report: bool = True) -> int:  # noqa: FBT001, FBT002  # as inherited
        # The inherited method asserts that an SGML name follows "<![". In HTML it opens a comment
        # (https://html.spec.whatwg.org/#markup-declaration-open-state).
        return self.parse_bogus_comment(i, report)
