"""Parse pages of the simple repository API: PEP 503, 592, 629, 658/714, 691 and 700.

A page is parsed once and few of its files are used, so parsing stops at file names: a `Link` is
made on demand. A caller that forwards a page gets each file's complete entry in PEP 691's form,
including what installers do not read (PEP 708, 740, 792, and later ones).
Fetching is not here.
"""

from archpip.index.errors import IndexUnavailableError
from archpip.index.json_pages import parse_json
from archpip.index.page import Page, PageSource

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPES = ("application/vnd.pypi.simple.v1+html", "text/html")
ACCEPT = f"{JSON_TYPE}, {HTML_TYPES[0]}; q=0.1, {HTML_TYPES[1]}; q=0.01"
"""The Accept header for pages: the same as pip's."""


def parse_page(
    body: bytes, *, content_type: str, source: PageSource, packed: bytes | None = None
) -> Page:
    """Parse a page of the simple repository API; `packed` is the same gzipped, if it arrived so.

    Raises:
        IndexUnavailableError: The content type is not one of the API's, the JSON is malformed, or
            the repository's major version is newer than 1 (PEP 629).
    """
    kind, _, parameters = content_type.lower().partition(";")
    if kind.strip() == JSON_TYPE:
        return parse_json(body, source, packed=packed)
    if kind.strip() in HTML_TYPES:
        from archpip.index.html_pages import parse_html  # rare, and 5 ms to import

        return parse_html(_decode(body, parameters), source, fingerprint=hash(body))
    raise IndexUnavailableError(
        url=source.url, reason=f"it answers {kind or 'no content type'}, which is no project page"
    )


def _decode(body: bytes, parameters: str) -> str:
    _, found, charset = parameters.partition("charset=")
    try:
        return body.decode(charset.strip(" \"'") if found else "utf-8", errors="replace")
    except (LookupError, ValueError):  # unknown, or `idna`, which does not replace
        return body.decode(errors="replace")
