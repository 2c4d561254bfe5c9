"""Render the simple repository API in HTML and JSON, and the reasons for refusals.

An index's entry for a file is passed on unchanged, unknown keys included; quoting URLs again would
break `+cpu` and signed URLs.

Source: PEP 503 and 691 for the formats, PEP 592, 629, 658, 700, 708, 714, 740 and 792 for their
fields.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from itertools import chain
from urllib.parse import quote

import msgspec

from archpip.gateway.model import IndexListing, OfferedFile, ProjectPage, Refusal, View

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "application/vnd.pypi.simple.v1+html"
PLAIN_HTML_TYPE = "text/html"

_SIZED_MINOR = 1
"""From this minor version on, sizes and the list of versions are mandatory (PEP 700)."""
_UNSIZED_VERSION = "1.0"


def render_simple_json(page: ProjectPage) -> bytes:
    """Render a project's page as JSON (PEP 691, PEP 700)."""
    version, sized = _json_version(page)
    document: dict[str, object] = {
        **page.about,
        "meta": {**_meta(page), "api-version": version},
        "name": page.name,
    }
    if sized:
        document["versions"] = page.versions
    entries = chain.from_iterable(_write_entries(page, listing) for listing in page.listings)
    return b'%b,"files":[%b]}' % (_write_json(document)[:-1], b",".join(entries))


def render_simple_html(page: ProjectPage) -> bytes:
    """Render a project's page as HTML (PEP 503)."""
    lines = "\n".join(_anchor(page, file) for file in page.files)
    title = escape(page.name)
    statements = "".join(
        f'<meta name="pypi:{name}" content="{escape(value)}">' for name, value in _statements(page)
    )
    return _encode(
        f"<!DOCTYPE html>\n<html><head>{statements}"
        f"<title>Links for {title}</title></head><body>\n<h1>Links for {title}</h1>\n"
        f"{lines}\n</body></html>\n"
    )


SIMPLE_FORMS: Mapping[str, Callable[[ProjectPage], bytes]] = {
    JSON_TYPE: render_simple_json,
    HTML_TYPE: render_simple_html,
    PLAIN_HTML_TYPE: render_simple_html,
}
"""The renderer of a project's page by media type, the preferred one first."""


def render_why_json(page: ProjectPage, view: View) -> bytes:
    """Render the refusals of a view as JSON."""
    return json.dumps(
        {
            "project": page.name,
            "target": view.name,
            "undecided": page.undecided,
            "unapproved": page.unapproved,
            "refused": [_refusal_entry(refusal) for refusal in page.refusals],
        },
        indent=2,
    ).encode()


def _json_version(page: ProjectPage) -> tuple[str, bool]:
    """Return the API version that the whole page meets, and whether it requires sizes."""
    said = _said_version(page)
    minor = said.partition(".")[2]
    sized = all(listing.page.is_sized for listing in page.listings)
    if not sized or not minor.isdecimal():
        return _UNSIZED_VERSION, sized
    return (said if int(minor) >= _SIZED_MINOR else f"1.{_SIZED_MINOR}"), sized


def _said_version(page: ProjectPage) -> str:
    """Return the API version of the indexes' pages."""
    return str(_meta(page).get("api-version", _UNSIZED_VERSION))


def _meta(page: ProjectPage) -> Mapping[str, object]:
    meta = page.about.get("meta")
    return meta if isinstance(meta, dict) else {}


def _statements(page: ProjectPage) -> Iterator[tuple[str, str]]:
    """Yield the project-level name and content of each `<meta name="pypi:…">`."""
    yield "repository-version", _said_version(page)
    for name, places in (
        ("tracks", _meta(page).get("tracks")),
        ("alternate-locations", page.about.get("alternate-locations")),
    ):
        yield from ((name, str(place)) for place in (places if isinstance(places, list) else ()))
    status = page.about.get("project-status")
    if isinstance(status, dict):
        for key, name in (("status", "project-status"), ("reason", "project-status-reason")):
            if isinstance(status.get(key), str):
                yield name, status[key]


def _address(page: ProjectPage, file: OfferedFile) -> str:
    if file.key is None:
        return str(file.entry["url"])
    # Relative to /<view>/simple/<name>/, so that a reverse proxy may add any prefix.
    return f"../../files/{page.name}/{file.key}/{quote(file.filename, safe='')}"


def _file_entry(page: ProjectPage, file: OfferedFile) -> Mapping[str, object]:
    if file.key is None:
        return file.entry
    entry = {**file.entry, "url": _address(page, file)}
    if file.metadata_hashes is not None:
        # Not under the older name as well, which pip 22.3 to 23.0 cannot read in JSON (PEP 714).
        entry["core-metadata"] = dict(file.metadata_hashes) or True
    return entry


def _write_entries(page: ProjectPage, listing: IndexListing) -> Iterable[bytes | msgspec.Raw]:
    written = listing.page.written
    if written is None:
        return (_write_json(_file_entry(page, file)) for file in listing.files())
    # The index's own entries are not serialised again: pages have thousands of files.
    entries: list[bytes | msgspec.Raw | None] = list(written)
    for position, file in listing.changed.items():
        entries[position] = _write_json(_file_entry(page, file)) if file else None
    return (entry for entry in entries if entry is not None)


def _write_json(value: object) -> bytes:
    try:
        return msgspec.json.encode(value)
    except (UnicodeEncodeError, OverflowError):
        # JSON may hold lone surrogates, and numbers of any size.
        return json.dumps(value, separators=(",", ":")).encode()


def _anchor(page: ProjectPage, file: OfferedFile) -> str:
    entry = _file_entry(page, file)
    # A fragment holds one hash: the strongest that all clients know.
    hashes = _texts(entry.get("hashes"))
    algorithm = "sha256" if "sha256" in hashes else next(iter(hashes), None)
    fragment = f"#{algorithm}={hashes[algorithm]}" if algorithm else ""
    address = str(entry["url"]).partition("#")[0]
    written = "".join(f' {name}="{escape(value)}"' for name, value in _attributes(entry))
    return f'<a href="{escape(address + fragment)}"{written}>{escape(file.filename)}</a><br>'


_ATTRIBUTES = {
    "requires-python": "data-requires-python",
    "provenance": "data-provenance",
    "upload-time": "data-upload-time",
}
"""JSON keys and the HTML attributes that have the same values."""


def _attributes(entry: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for key, attribute in _ATTRIBUTES.items():
        if isinstance(value := entry.get(key), str):
            yield attribute, value
    yanked = entry.get("yanked")
    if yanked is True or (isinstance(yanked, str) and yanked):
        yield "data-yanked", yanked if isinstance(yanked, str) else ""
    if isinstance(signed := entry.get("gpg-sig"), bool):
        yield "data-gpg-sig", str(signed).lower()
    metadata = entry.get("core-metadata", entry.get("dist-info-metadata"))
    if metadata:
        hashes = _texts(metadata)
        value = f"sha256={hashes['sha256']}" if "sha256" in hashes else "true"
        yield "data-core-metadata", value
        yield "data-dist-info-metadata", value


def _texts(value: object) -> dict[str, str]:
    """Return a JSON object's string values; values of any other type are ignored."""
    if not isinstance(value, dict):
        return {}
    return {name: text for name, text in value.items() if isinstance(text, str)}


def _encode(text: str) -> bytes:
    # JSON may hold a lone surrogate, which cannot be encoded.
    return text.encode("utf-8", "xmlcharrefreplace")


def _refusal_entry(refusal: Refusal) -> dict[str, object]:
    findings = refusal.verdict.findings if refusal.verdict else ()
    return {
        "version": str(refusal.version),
        "filename": refusal.filename,
        "message": refusal.message,
        "status": str(refusal.verdict.status) if refusal.verdict else "unknown",
        "findings": [
            {
                "code": finding.code,
                "severity": str(finding.severity),
                "member": finding.member,
                "slice": finding.slice,
                "message": finding.message,
            }
            for finding in findings
        ],
    }
