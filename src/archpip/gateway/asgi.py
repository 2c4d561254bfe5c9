"""The gateway's HTTP routes. No URL taken from a request is ever fetched."""

import logging
import re
import time
from collections.abc import Callable, Sequence
from html import escape
from http import HTTPStatus

from packaging.utils import NormalizedName, canonicalize_name
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from archpip.errors import ArchpipError
from archpip.gateway.answering import (
    METADATA_SUFFIX,
    METADATA_TYPE,
    Answer,
    WholeResponse,
    header,
    negotiate,
    problem,
    wants_gzip,
)
from archpip.gateway.errors import (
    AnswerLateError,
    FileNotOfferedError,
    PolicyNotServedError,
    TransferEndedError,
    WheelRefusedError,
)
from archpip.gateway.fast_path import ReadyAnswers
from archpip.gateway.front_page import render_front, render_grid, render_nothing
from archpip.gateway.gateway import Gateway
from archpip.gateway.html_pages import render_document, render_why_html
from archpip.gateway.model import View
from archpip.gateway.rendering import render_why_json
from archpip.gateway.renditions import make_rendition
from archpip.gateway.request_log import FailureLog, Observer, RequestLog
from archpip.gateway.sending import FileAnswer
from archpip.gateway.views import Views
from archpip.index import Link, ProjectNotFoundError, without_credentials
from archpip.targets import InvalidTargetError

_log = logging.getLogger(__name__)

# Project names as in PEP 508, in any case; no index has longer ones.
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,198}[A-Za-z0-9])?")
_LONGEST_NAME = 200
_SHOWN_REFUSALS = 50
_SHOWN_VIEWS = 8
"""Most columns of the HTML grid: each may have wheels to open."""


def make_asgi(
    gateway: Gateway,
    find_view: Callable[[str], View],
    *,
    more_routes: Sequence[Route] = (),
    observe: Observer | None = None,
) -> "GatewayApp":
    """Return the app.

    Args:
        gateway: Supplies the pages and files.
        find_view: Returns the view of a path, `TARGET` or `POLICY/TARGET`, or raises an
            `ArchpipError` that says why there is none.
        more_routes: Routes besides the index's, for operators.
        observe: Called after each response.
    """
    views = Views(find_view)
    routes = _Routes(gateway, views)
    app = Starlette(
        routes=[
            Route("/", routes.front),
            Route("/healthz", routes.health),
            *more_routes,
            Route("/{view:path}/simple", routes.add_slash),
            Route("/{view:path}/simple/", routes.projects),
            Route("/{view:path}/simple/{name}", routes.add_slash),
            Route("/{view:path}/simple/{name}/", routes.project),
            Route("/{view:path}/why/{name}/", routes.why),
            Route("/{view:path}/files/{name}/{key}/{filename}", routes.file),
        ],
        exception_handlers={
            **_handlers(),
            Exception: _own_up,
        },
    )
    ready = ReadyAnswers(app, gateway=gateway, views=views)
    return GatewayApp(ready, RequestLog(ready, observe))


class GatewayApp:
    """An ASGI app; a server may first ask it for a response that is ready, which saves a task."""

    def __init__(self, ready: ReadyAnswers, app: RequestLog) -> None:
        self._ready = ready
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._app(scope, receive, send)

    def answer_at_once(self, scope: Scope) -> WholeResponse | None:
        """Return the response to an HTTP request, and log it as sent, if it is ready."""
        started = time.perf_counter()
        response = self._ready.find(scope)
        if response is not None:
            self._app.record(scope, response.status, time.perf_counter() - started)
        return response


class _Routes:
    """One method per route. Starlette runs each in a thread, since they wait for the network."""

    def __init__(self, gateway: Gateway, views: Views) -> None:
        self._gateway = gateway
        self._views = views

    def front(self, request: Request) -> ASGIApp:
        views = self._views.served
        asked = request.query_params.get("project", "").strip()[:_LONGEST_NAME]
        answer = self._search(asked, views) if asked else ""
        names = tuple(view.name for view in views)
        refusals = self._gateway.refusals[-_SHOWN_REFUSALS:]
        return _document(request, render_front(names, refusals, asked=asked, answer=answer))

    def _search(self, asked: str, views: Sequence[View]) -> str:
        """Return a project's versions by target, or why there is nothing to show."""
        if not _NAME.fullmatch(asked):
            return render_nothing(f"No project can be named {asked}.")
        if not views:
            return render_nothing("No target was asked for yet: open one at /TARGET/simple/ first.")
        name = canonicalize_name(asked)
        try:
            return render_grid(
                {view.name: self._gateway.page(view, name) for view in views[:_SHOWN_VIEWS]}
            )
        except ArchpipError as error:
            return render_nothing(str(error))

    async def health(self, _request: Request) -> ASGIApp:
        # Not in a thread: all threads may be waiting for an index.
        return Response(b'{"status": "ok"}\n', media_type="application/json")

    def add_slash(self, request: Request) -> ASGIApp:
        last = request.url.path.rpartition("/")[2]
        # Without the dot, `http:elsewhere` would be an address of another host.
        return RedirectResponse(f"./{last}/", status_code=HTTPStatus.PERMANENT_REDIRECT)

    def projects(self, request: Request) -> ASGIApp:
        # PEP 503's list of all projects: no installer requests it, and it would be 30 MB.
        view = self._view(request)
        told = "<p>Ask for a project: <code>simple/NAME/</code></p>"
        body = render_document(view.name, f"<h1>{escape(view.name)}</h1>{told}")
        return _document(request, body)

    def project(self, request: Request) -> ASGIApp:
        kind = negotiate(header(request.scope, b"accept"))
        if kind is None:
            return problem(HTTPStatus.NOT_ACCEPTABLE, "No such form", "Ask for JSON or HTML.")
        view, name = self._view(request), _project_name(request)
        if name != request.path_params["name"]:
            return _to_normalized(name)
        compressed = wants_gzip(request.scope)
        return Answer(self._gateway.render(view, name, kind, compressed=compressed))

    def why(self, request: Request) -> ASGIApp:
        view, name = self._view(request), _project_name(request)
        if name != request.path_params["name"]:
            return _to_normalized(name)
        page = self._gateway.page(view, name)
        if "json" in header(request.scope, b"accept"):
            return _document(request, render_why_json(page, view), "application/json")
        return _document(request, render_why_html(page, view))

    def file(self, request: Request) -> ASGIApp:
        """Serve a file that a page listed under a gateway URL, or the METADATA beside it."""
        view, name = self._view(request), _project_name(request)
        asked: str = request.path_params["filename"]
        filename = asked.removesuffix(METADATA_SUFFIX)
        link = self._gateway.find_file(view, name, request.path_params["key"], filename)
        ours = self._gateway.passes_on(link.url)
        if filename != asked:
            if ours or link.metadata_hashes is None:
                metadata = self._gateway.metadata(link)
                return _document(request, metadata, METADATA_TYPE)
            return _redirect(link, METADATA_SUFFIX)
        if not ours:
            return _redirect(link)
        return FileAnswer(self._gateway.open_file(link), etag=link.sha256)

    def _view(self, request: Request) -> View:
        return self._views.find(request.path_params["view"])


def _document(request: Request, body: bytes, media_type: str = "text/html") -> Answer:
    rendition = make_rendition(body, media_type)
    return Answer(rendition.with_compressed() if wants_gzip(request.scope) else rendition)


def _redirect(link: Link, suffix: str = "") -> Response:
    address, question, query = without_credentials(link.url).partition("?")
    # RedirectResponse would quote the URL again.
    location = f"{address}{suffix}{question}{query}"
    headers = {"Location": location, "Cache-Control": "no-store"}
    return Response(status_code=HTTPStatus.TEMPORARY_REDIRECT, headers=headers)


def _project_name(request: Request) -> NormalizedName:
    """Return the normalised project name in the path; an impossible name is an unknown project."""
    written: str = request.path_params["name"]
    return canonicalize_name(written if _NAME.fullmatch(written) else "-")


def _to_normalized(name: NormalizedName) -> Response:
    """Redirect a client that did not normalise the project name (PEP 503)."""
    if name == "-":
        return problem(HTTPStatus.NOT_FOUND, "No such project", "No project can have this name.")
    return RedirectResponse(f"../{name}/", status_code=HTTPStatus.MOVED_PERMANENTLY)


_Handler = Callable[[Request, Exception], Response]

_PROBLEMS: tuple[tuple[type[ArchpipError], HTTPStatus, str], ...] = (
    (InvalidTargetError, HTTPStatus.NOT_FOUND, "No such target"),
    (PolicyNotServedError, HTTPStatus.NOT_FOUND, "No such policy"),
    (ProjectNotFoundError, HTTPStatus.NOT_FOUND, "No such project"),
    (FileNotOfferedError, HTTPStatus.NOT_FOUND, "No such file"),
    (WheelRefusedError, HTTPStatus.FORBIDDEN, "Kept out by archpip"),
    (AnswerLateError, HTTPStatus.GATEWAY_TIMEOUT, "Not judged in time"),
    (TransferEndedError, HTTPStatus.SERVICE_UNAVAILABLE, "Not passed on"),
    (ArchpipError, HTTPStatus.BAD_GATEWAY, "An index behind the gateway failed"),
)
"""The HTTP response for each error class; Starlette takes the entry of the nearest base class."""


def _handlers() -> dict[type[Exception], _Handler]:
    failures = FailureLog()
    return {kind: _handler(status, title, failures) for kind, status, title in _PROBLEMS}


def _handler(status: HTTPStatus, title: str, failures: FailureLog) -> _Handler:
    def handle(request: Request, error: Exception) -> Response:
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            failures.log(f"{title}: {error}", path=request.url.path)
        hint = error.hint if isinstance(error, ArchpipError) else None
        return problem(status, title, f"{str(error).rstrip('.?')}. {hint}" if hint else str(error))

    return handle


def _own_up(request: Request, error: Exception) -> Response:
    _log.error("no answer to %s", request.url.path, exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "The gateway failed", "Its log says where; please report."
    )
