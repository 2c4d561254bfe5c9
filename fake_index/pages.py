"""Write the pages of the simple API, as HTML and as JSON.

Source: packaging.python.org, "Simple repository API" (PEP 503, 592, 629, 658, 691, 700, 714).
"""

import contextlib
import html
import json
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)

from fake_index.world import IndexFile, PageFormat, Project

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "application/vnd.pypi.simple.v1+html"
LEGACY_TYPE = "text/html"

_API_VERSION = "1.1"


def choose_type(accept: str, pages: PageFormat) -> str | None:
    """Return the content type that a client is given, or `None` where none will do.

    A client that says nothing, or `*/*`, gets what clients got before PEP 691: HTML.
    """
    if pages is PageFormat.JSON:
        return JSON_TYPE
    if pages is PageFormat.HTML:
        return LEGACY_TYPE
    best: tuple[float, str] | None = None
    for choice in (accept or "*/*").split(","):
        name, *parameters = (part.strip() for part in choice.split(";"))
        quality = _quality(parameters)
        offered = {"*/*": LEGACY_TYPE, "text/*": LEGACY_TYPE}.get(name, name)
        offered = offered.replace("simple.latest+", "simple.v1+")
        known = offered in {JSON_TYPE, HTML_TYPE, LEGACY_TYPE}
        if known and quality > 0 and (best is None or quality > best[0]):
            best = (quality, offered)
    return None if best is None else best[1]


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            return float(parameter.removeprefix("q="))
    return 1.0


def write_project(
    project: Project, content_type: str, *, base: str, metadata: bool, hashes: bool
) -> bytes:
    """Write a project's page.

    Args:
        project: What it offers.
        content_type: `JSON_TYPE`, or either kind of HTML.
        base: What stands before each file's name in its URL.
        metadata: Say where METADATA lies.
        hashes: Give the files' hashes.
    """
    if content_type == JSON_TYPE:
        files = [
            _json_file(file, base=base, metadata=metadata, hashes=hashes) for file in project.files
        ]
        body = {
            "meta": {"api-version": _API_VERSION},
            "name": project.name,
            "versions": _versions(project.files),
            "files": files,
        }
        return json.dumps(body).encode()
    anchors = (_anchor(file, base=base, metadata=metadata, hashes=hashes) for file in project.files)
    return _html(f"Links for {project.name}", anchors)


def write_listing(names: Sequence[str], content_type: str) -> bytes:
    """Write the page that lists all projects."""
    if content_type == JSON_TYPE:
        body = {
            "meta": {"api-version": _API_VERSION},
            "projects": [{"name": name} for name in names],
        }
        return json.dumps(body).encode()
    return _html("Simple index", (f'<a href="{name}/">{name}</a>' for name in names))


def write_find_links(files: Sequence[IndexFile], *, base: str) -> bytes:
    """Write a page of plain links, as `--find-links` reads."""
    return _html("Links", (_anchor(file, base=base, metadata=False, hashes=True) for file in files))


def _html(title: str, anchors: Iterable[str]) -> bytes:
    lines = "".join(f"    {anchor}<br>\n" for anchor in anchors)
    text = f"""\
<!DOCTYPE html>
<html>
  <head>
    <meta name="pypi:repository-version" content="{_API_VERSION}">
    <title>{html.escape(title)}</title>
  </head>
  <body>
{lines}  </body>
</html>
"""
    return text.encode()


def _anchor(file: IndexFile, *, base: str, metadata: bool, hashes: bool) -> str:
    url = base + quote(file.filename)
    if hashes:
        url += f"#sha256={file.sha256}"
    attributes = [f'href="{url}"']
    if file.requires_python is not None:
        attributes.append(f'data-requires-python="{html.escape(file.requires_python)}"')
    if file.yanked is not None:
        attributes.append(f'data-yanked="{html.escape(file.yanked)}"')
    if metadata and file.metadata is not None:
        # PEP 714: the first spelling was misread by so many servers that there is a second.
        attributes += [
            f'data-{key}="sha256={file.metadata_sha256}"'
            for key in ("core-metadata", "dist-info-metadata")
        ]
    return f"<a {' '.join(attributes)}>{html.escape(file.filename)}</a>"


def _json_file(file: IndexFile, *, base: str, metadata: bool, hashes: bool) -> dict[str, object]:
    offered: dict[str, object] = {
        "filename": file.filename,
        "url": base + quote(file.filename),
        "hashes": {"sha256": file.sha256} if hashes else {},
        "requires-python": file.requires_python,
        "size": len(file.content),
        "upload-time": file.upload_time,
        "yanked": (file.yanked or True) if file.yanked is not None else False,
    }
    if metadata and file.metadata is not None:
        offered["core-metadata"] = {"sha256": file.metadata_sha256}
        offered["dist-info-metadata"] = {"sha256": file.metadata_sha256}
    return offered


def _versions(files: Iterable[IndexFile]) -> list[str]:
    """Return the versions that files of readable names have, oldest first."""
    found = set()
    for file in files:
        with contextlib.suppress(InvalidWheelFilename, InvalidSdistFilename):
            if file.filename.endswith(".whl"):
                found.add(parse_wheel_filename(file.filename)[1])
            else:
                found.add(parse_sdist_filename(file.filename)[1])
    return [str(version) for version in sorted(found)]
