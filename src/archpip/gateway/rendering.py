"""Pages as bytes: the simple repository API in HTML and JSON, and why a wheel is not there.

Source: PEP 503 and 691 for the forms, PEP 592, 658, 700 and 714 for the attributes. Upstream's
addresses are written as they came: quoting them again would break `+cpu` and signed URLs.
"""

import json
from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import quote

from archpip.gateway.gateway import file_key
from archpip.gateway.model import OfferedFile, ProjectPage, Refusal, View, Way

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "application/vnd.pypi.simple.v1+html"

_SIZED_VERSION = "1.1"  # PEP 700 wants every file's size and upload-time may be absent
_UNSIZED_VERSION = "1.0"

_STYLE = """\
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
td, th { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0 }
code { overflow-wrap: anywhere }"""


def render_simple_json(page: ProjectPage) -> bytes:
    """Write a project's page as PEP 691 and 700 have it."""
    sized = all(file.link.size_bytes is not None for file in page.files)
    document: dict[str, object] = {
        "meta": {"api-version": _SIZED_VERSION if sized else _UNSIZED_VERSION},
        "name": page.name,
        "files": [_file_entry(page, file) for file in page.files],
    }
    if sized:
        document["versions"] = [str(version) for version in page.versions]
    return json.dumps(document, separators=(",", ":")).encode()


def render_simple_html(page: ProjectPage) -> bytes:
    """Write a project's page as PEP 503 has it."""
    lines = "\n".join(_anchor(page, file) for file in page.files)
    title = escape(page.name)
    return (
        "<!DOCTYPE html>\n<html><head>"
        f'<meta name="pypi:repository-version" content="{_UNSIZED_VERSION}">'
        f"<title>Links for {title}</title></head><body>\n<h1>Links for {title}</h1>\n"
        f"{lines}\n</body></html>\n"
    ).encode()


def render_why_json(page: ProjectPage, view: View) -> bytes:
    """Write what was kept out of a view, for programs."""
    return json.dumps(
        {
            "project": page.name,
            "target": view.name,
            "undecided": page.undecided,
            "refused": [_refusal_entry(refusal) for refusal in page.refusals],
        },
        indent=2,
    ).encode()


def render_why_html(page: ProjectPage, view: View) -> bytes:
    """Write what was kept out of a view, for people."""
    title = f"{escape(page.name)} for {escape(view.name)}"
    parts = [f"<h1>{title}</h1>"]
    if page.refusals:
        parts.append("<table><tr><th>Version<th>Kept out<th>Because</tr>")
        parts += [_refusal_row(refusal) for refusal in page.refusals]
        parts.append("</table>")
    else:
        parts.append("<p>No wheel that was opened is kept out.</p>")
    if page.undecided:
        parts.append(
            f"<p>{page.undecided} older wheels fit by name and are opened when they are asked for."
        )
    return render_document(title, "\n".join(parts))


def render_front(views: Sequence[str], refusals: Sequence[Refusal]) -> bytes:
    """Write the page for people who open the gateway itself."""
    targets = (
        "".join(f"<li><code>/{escape(name)}/simple/</code></li>" for name in views)
        or "<li>none was asked for yet</li>"
    )
    rows = "".join(_refusal_row(refusal) for refusal in reversed(refusals)) or (
        "<tr><td>No wheel was kept out yet.</tr>"
    )
    return render_document(
        "archpip gateway",
        "<h1>archpip gateway</h1>"
        "<p>An index of wheels that run where they are installed. Give pip or uv the index of your "
        "target: <code>/linux-aarch64/simple/</code>, <code>/macos-arm64/simple/</code>, …</p>"
        f"<h2>Targets served since the start</h2><ul>{targets}</ul>"
        f"<h2>Kept out lately</h2><table>{rows}</table>",
    )


def render_document(title: str, body: str) -> bytes:
    """Wrap a body, which is HTML, in a page."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n"
        f"{body}\n</body></html>\n"
    ).encode()


def _address(page: ProjectPage, file: OfferedFile) -> str:
    if file.way is Way.UPSTREAM:
        return file.link.url
    # Relative to /<view>/simple/<name>/, so that a reverse proxy may put anything in front.
    return f"../../files/{page.name}/{file_key(file.link)}/{quote(file.link.filename, safe='')}"


def _file_entry(page: ProjectPage, file: OfferedFile) -> dict[str, object]:
    link = file.link
    entry: dict[str, object] = {
        "filename": link.filename,
        "url": _address(page, file),
        "hashes": dict(link.hashes),
    }
    if link.requires_python is not None:
        entry["requires-python"] = link.requires_python
    if link.size_bytes is not None:
        entry["size"] = link.size_bytes
    if link.upload_time is not None:
        entry["upload-time"] = link.upload_time.isoformat().replace("+00:00", "Z")
    if link.yanked is not None:
        entry["yanked"] = link.yanked or True
    if file.metadata_hashes is not None:
        # PEP 714: both names, for clients that know the older one only.
        entry["core-metadata"] = entry["dist-info-metadata"] = dict(file.metadata_hashes) or True
    return entry


def _anchor(page: ProjectPage, file: OfferedFile) -> str:
    link = file.link
    # A fragment names one hash, and clients want the strongest that all of them know.
    hashes = dict(link.hashes)
    algorithm = "sha256" if "sha256" in hashes else next(iter(hashes), None)
    fragment = f"#{algorithm}={hashes[algorithm]}" if algorithm else ""
    attributes = dict(_attributes(file))
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return (
        f'<a href="{escape(_address(page, file) + fragment)}"{written}>{escape(link.filename)}</a>'
        "<br>"
    )


def _attributes(file: OfferedFile) -> Iterator[tuple[str, str]]:
    link = file.link
    if link.requires_python is not None:
        yield "data-requires-python", link.requires_python
    if link.yanked is not None:
        yield "data-yanked", link.yanked
    if file.metadata_hashes is not None:
        hashes = dict(file.metadata_hashes)
        value = f"sha256={hashes['sha256']}" if "sha256" in hashes else "true"
        yield "data-core-metadata", value
        yield "data-dist-info-metadata", value


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


def _refusal_row(refusal: Refusal) -> str:
    return (
        f"<tr><td>{escape(str(refusal.version))}<td><code>{escape(refusal.filename)}</code>"
        f"<td>{escape(refusal.message)}</tr>"
    )
