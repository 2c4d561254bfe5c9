"""Answer one request to a fake world: a pure function, with every wrong answer that servers give.

| path | what lies there |
|---|---|
| `/<index>/simple/` | all projects |
| `/<index>/simple/<project>/` | one project |
| `/<index>/files/<filename>` | a file; with `.metadata` behind it, its METADATA |
| `/<index>/links/` | a find-links page of every file |

Source: RFC 9110 for conditional requests (§13), ranges (§14) and authentication (§11).
"""

import base64
import fnmatch
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from fake_index.pages import choose_type, write_find_links, write_listing, write_project
from fake_index.world import Behaviour, Fault, Index, Ranges, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An HTTP request."""

    path: str
    """Quoted, from `/` on, without query."""
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    """By lower-case name."""
    origin: str = "http://localhost"
    """Scheme and host as the client sees them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An HTTP response."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    """Without Content-Length, which the adapter writes unless `chunked`."""
    body: bytes = b""
    delay_seconds: float = 0
    pause_after: int | None = None
    cut_after: int | None = None
    """Close the connection after this many bytes of the body, whose full length was declared."""
    chunked: bool = False


def answer(world: World, request: Request, *, earlier: int = 0) -> Response:
    """Answer a request.

    Args:
        world: The world to serve.
        request: The request.
        earlier: The number of earlier requests for this path.
    """
    name = request.path.split("/")[1]
    index = world.find_index(name)
    if index is None:
        return _error(404, f"There is no index {name!r}.")
    behaviour = index.behaviour
    if behaviour.credentials is not None and not _is_authorised(request, behaviour.credentials):
        challenge = ("WWW-Authenticate", f'Basic realm="{index.name}"')
        return replace(_error(401, "Who are you?"), headers=(challenge,))
    fault = _find_fault(behaviour, unquote(request.path), earlier)
    if fault is not None and fault.status is not None:
        return _faulty_status(fault)
    response = _conditional(request, _serve(index, request), etags=behaviour.etags)
    return response if fault is None else _spoil(response, fault)


def _error(status: int, message: str) -> Response:
    return Response(status=status, headers=(("Content-Type", "text/plain"),), body=message.encode())


def _is_authorised(request: Request, credentials: tuple[str, str]) -> bool:
    expected = base64.b64encode(":".join(credentials).encode()).decode()
    return request.headers.get("authorization") == f"Basic {expected}"


def _find_fault(behaviour: Behaviour, path: str, earlier: int) -> Fault | None:
    for fault in behaviour.faults:
        if fnmatch.fnmatchcase(path, fault.path) and (fault.times is None or earlier < fault.times):
            return fault
    return None


def _faulty_status(fault: Fault) -> Response:
    location = () if fault.location is None else (("Location", fault.location),)
    return Response(
        status=fault.status or 500,
        headers=(("Content-Type", fault.content_type), *location),
        body=fault.body,
        delay_seconds=fault.delay_seconds,
        pause_after=fault.pause_after,
        cut_after=fault.cut_after,
    )


def _spoil(response: Response, fault: Fault) -> Response:
    """Apply a fault to a correct response."""
    body = response.body[: fault.truncate_to]
    if fault.flip_byte is not None and fault.flip_byte < len(body):
        at = fault.flip_byte
        body = body[:at] + bytes([body[at] ^ 0xFF]) + body[at + 1 :]
    return replace(
        response,
        body=body,
        delay_seconds=fault.delay_seconds,
        pause_after=fault.pause_after,
        cut_after=fault.cut_after,
    )


def _serve(index: Index, request: Request) -> Response:
    _, _, kind, *rest = request.path.split("/")
    match kind, rest:
        case "simple", [""]:
            names = tuple(project.name for project in index.projects)
            return _page(index, request, lambda chosen: write_listing(names, chosen))
        case "simple", [name, *slash]:
            return _project(index, request, unquote(name), has_slash=slash == [""])
        case "files", [filename]:
            return _file(index, request, unquote(filename))
        case "links", [""]:
            files = tuple(file for project in index.projects for file in project.files)
            body = write_find_links(files, base=_file_base(index, request, "../files/"))
            return Response(status=200, headers=(("Content-Type", "text/html"),), body=body)
        case _:
            return _error(404, f"Nothing lies at {request.path}.")


def _file_base(index: Index, request: Request, relative: str) -> str:
    if index.behaviour.absolute_urls:
        return f"{request.origin}/{index.name}/files/"
    return relative


def _page(index: Index, request: Request, write: Callable[[str], bytes]) -> Response:
    chosen = choose_type(request.headers.get("accept", ""), index.behaviour.pages)
    if chosen is None:
        return _error(406, "There are JSON and HTML.")
    headers = (("Content-Type", chosen), ("Vary", "Accept"))
    return Response(status=200, headers=headers, body=write(chosen))


def _project(index: Index, request: Request, name: str, *, has_slash: bool) -> Response:
    normalised = re.sub(r"[-_.]+", "-", name).lower()
    if name != normalised or not has_slash:  # PEP 503: clients may be sent to the right name
        location = f"/{index.name}/simple/{normalised}/"
        return replace(_error(301, "Over there."), headers=(("Location", location),))
    project = index.find_project(normalised)
    if project is None:
        return _error(404, f"There is no project {normalised!r}.")
    behaviour = index.behaviour
    return _page(
        index,
        request,
        lambda chosen: write_project(
            project,
            chosen,
            base=_file_base(index, request, "../../files/"),
            metadata=behaviour.metadata,
            hashes=behaviour.hashes,
        ),
    )


def _file(index: Index, request: Request, filename: str) -> Response:
    behaviour = index.behaviour
    wanted = filename.removesuffix(".metadata")
    file = index.find_file(wanted)
    if file is None:
        return _error(404, f"There is no file {wanted!r}.")
    if wanted != filename:
        if file.metadata is None or not behaviour.metadata:
            return _error(404, f"There is no file {filename!r}.")
        return Response(status=200, headers=(("Content-Type", "text/plain"),), body=file.metadata)
    whole = Response(
        status=200,
        headers=(("Content-Type", "application/octet-stream"),),
        body=file.content,
        chunked=behaviour.chunked,
    )
    return _ranged(request, whole, behaviour.ranges)


def _conditional(request: Request, response: Response, *, etags: bool) -> Response:
    """Add an ETag, and answer 304 where the client has that very body (RFC 9110 §13.1.2)."""
    if response.status != 200 or not etags:
        return response
    etag = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    headers = (*response.headers, ("ETag", etag), ("Cache-Control", "max-age=0"))
    if request.headers.get("if-none-match") in {etag, f"W/{etag}", "*"}:
        return Response(status=304, headers=headers[len(response.headers) :])
    return replace(response, headers=headers)


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """Return the `[start, stop)` that a single byte range means, or `None` where it is not one.

    What lies beyond the end of the file is cut off; where nothing is left, `start` equals `stop`
    (RFC 9110 §14.1.2).
    """
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", header.replace(" ", ""))
    if match is None or match.group() == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        return max(size - int(last), 0), size
    stop = min(int(last) + 1, size) if last else size
    return (int(first), stop) if int(first) < stop else (size, size)


def _ranged(request: Request, whole: Response, ranges: Ranges) -> Response:
    """Answer a range request as the index does, or falsely, as servers have been seen to."""
    header = request.headers.get("range")
    if header is None or ranges is Ranges.IGNORED:
        return whole
    if ranges is Ranges.FORBIDDEN:
        return _error(403, "No ranges here.")
    wanted = parse_range(header, len(whole.body))
    if wanted is None:
        return whole
    start, stop = wanted
    refused = ranges is Ranges.REFUSED or (ranges is Ranges.NO_SUFFIX and "=-" in header)
    if start == stop or refused:
        star = ("Content-Range", f"bytes */{len(whole.body)}")
        return replace(_error(416, "Not that range."), headers=(star,))
    return _partial(whole, start, stop, ranges)


def _partial(whole: Response, start: int, stop: int, ranges: Ranges) -> Response:
    size = len(whole.body)
    if ranges is Ranges.WRONG_RANGE:
        start, stop = (start - 1, stop - 1) if start else (1, min(stop + 1, size))
    if ranges is Ranges.SHORT:
        stop = max(start + (stop - start) // 2, start + 1)
    stated = size + 1000 if ranges is Ranges.WRONG_SIZE else size
    content_range = ("Content-Range", f"bytes {start}-{stop - 1}/{stated}")
    headers = whole.headers if ranges is Ranges.UNSTATED else (*whole.headers, content_range)
    cut = (stop - start) // 2 if ranges is Ranges.CUT else None
    return replace(
        whole,
        status=206,
        headers=headers,
        body=whole.body[start:stop],
        cut_after=cut,
        chunked=False,
    )
