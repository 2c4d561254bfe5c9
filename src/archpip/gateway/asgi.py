"""The gateway over HTTP: which path asks for what. No URL from a request is ever fetched."""

import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.utils import NormalizedName, canonicalize_name
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from archpip.errors import ArchpipError
from archpip.gateway.answering import answer, negotiate, problem
from archpip.gateway.errors import FileNotOfferedError, WheelRefusedError
from archpip.gateway.gateway import Gateway
from archpip.gateway.model import View
from archpip.gateway.rendering import (
    JSON_TYPE,
    render_document,
    render_front,
    render_simple_html,
    render_simple_json,
    render_why_html,
    render_why_json,
)
from archpip.gateway.request_log import RequestLog
from archpip.index import Link, ProjectNotFoundError, without_credentials
from archpip.targets import InvalidTargetError

_log = logging.getLogger(__name__)

# PEP 508's names, whatever their case; longer ones exist nowhere.
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,198}[A-Za-z0-9])?")
_METADATA = ".metadata"


def make_asgi(gateway: Gateway, find_view: Callable[[str], View]) -> Starlette:
    """Return the ASGI app.

    Args:
        gateway: Answers.
        find_view: Returns the view of a name in a path, or raises an `ArchpipError` that says why
            there is none.
    """
    routes = _Routes(gateway, find_view)
    return Starlette(
        routes=[
            Route("/", routes.front),
            Route("/healthz", routes.health),
            Route("/{view}/simple", routes.add_slash),
            Route("/{view}/simple/", routes.projects),
            Route("/{view}/simple/{name}", routes.add_slash),
            Route("/{view}/simple/{name}/", routes.project),
            Route("/{view}/why/{name}/", routes.why),
            Route("/{view}/files/{name}/{key}/{filename}", routes.file),
        ],
        middleware=[Middleware(RequestLog)],
        exception_handlers={
            **{kind: _handler(status, title) for kind, status, title in _PROBLEMS},
            Exception: _own_up,
        },
    )


class _Routes:
    """One method per path. Starlette runs each in a thread, for they wait for the network."""

    def __init__(self, gateway: Gateway, find_view: Callable[[str], View]) -> None:
        self._gateway = gateway
        self._find_view = find_view
        self._served: dict[str, View] = {}

    def front(self, request: Request) -> Response:
        body = render_front(tuple(self._served), self._gateway.refusals[-50:])
        return answer(request, body, "text/html")

    def health(self, request: Request) -> Response:
        return answer(request, b'{"status": "ok"}\n', "application/json")

    def add_slash(self, request: Request) -> Response:
        last = request.url.path.rpartition("/")[2]
        return RedirectResponse(f"{last}/", status_code=HTTPStatus.PERMANENT_REDIRECT)

    def projects(self, request: Request) -> Response:
        # PEP 503's list of all projects: no installer asks for it, and it would be 30 MB.
        view = self._view(request)
        body = render_document(view.name, "<p>Ask for a project: <code>simple/NAME/</code></p>")
        return answer(request, body, "text/html")

    def project(self, request: Request) -> Response:
        kind = negotiate(request.headers.get("accept", ""))
        if kind is None:
            return problem(HTTPStatus.NOT_ACCEPTABLE, "No such form", "Ask for JSON or HTML.")
        view, name = self._view(request), _project_name(request)
        if name != request.path_params["name"]:
            return _to_normalized(name)
        render = render_simple_json if kind == JSON_TYPE else render_simple_html
        return answer(request, render(self._gateway.page(view, name)), kind)

    def why(self, request: Request) -> Response:
        view, name = self._view(request), _project_name(request)
        if name != request.path_params["name"]:
            return _to_normalized(name)
        page = self._gateway.page(view, name)
        if "json" in request.headers.get("accept", ""):
            return answer(request, render_why_json(page, view), "application/json")
        return answer(request, render_why_html(page, view), "text/html")

    def file(self, request: Request) -> Response:
        """Answer for a file that a page gave an address of ours, or for the METADATA beside it."""
        view, name = self._view(request), _project_name(request)
        asked: str = request.path_params["filename"]
        filename = asked.removesuffix(_METADATA)
        link = self._gateway.find_file(view, name, request.path_params["key"], filename)
        private = self._gateway.is_private(link)
        if filename != asked:
            if private or link.metadata_hashes is None:
                return answer(request, self._gateway.metadata(link), "application/octet-stream")
            return _redirect(link, _METADATA)
        return self._send(link) if private else _redirect(link)

    def _send(self, link: Link) -> Response:
        """Pass a file on that the client cannot fetch itself."""
        folder = TemporaryDirectory(prefix="archpip-")
        try:
            path = self._gateway.download(link, Path(folder.name))
        except BaseException:
            folder.cleanup()
            raise
        return FileResponse(
            path, media_type="application/octet-stream", background=BackgroundTask(folder.cleanup)
        )

    def _view(self, request: Request) -> View:
        view = self._find_view(request.path_params["view"])
        self._served[view.name] = view
        return view


def _redirect(link: Link, suffix: str = "") -> Response:
    address, question, query = without_credentials(link.url).partition("?")
    # RedirectResponse would quote the address again.
    location = f"{address}{suffix}{question}{query}"
    headers = {"Location": location, "Cache-Control": "no-store"}
    return Response(status_code=HTTPStatus.TEMPORARY_REDIRECT, headers=headers)


def _project_name(request: Request) -> NormalizedName:
    """Return the normalised name of the path; one that no project can have finds no project."""
    written: str = request.path_params["name"]
    return canonicalize_name(written if _NAME.fullmatch(written) else "-")


def _to_normalized(name: NormalizedName) -> Response:
    """Send a client that does not normalise names to the one that it means (PEP 503)."""
    if name == "-":
        return problem(HTTPStatus.NOT_FOUND, "No such project", "No project can have this name.")
    return RedirectResponse(f"../{name}/", status_code=HTTPStatus.MOVED_PERMANENTLY)


_PROBLEMS: tuple[tuple[type[ArchpipError], HTTPStatus, str], ...] = (
    (InvalidTargetError, HTTPStatus.NOT_FOUND, "No such target"),
    (ProjectNotFoundError, HTTPStatus.NOT_FOUND, "No such project"),
    (FileNotOfferedError, HTTPStatus.NOT_FOUND, "No such file"),
    (WheelRefusedError, HTTPStatus.FORBIDDEN, "Kept out by archpip"),
    (ArchpipError, HTTPStatus.BAD_GATEWAY, "An index behind the gateway failed"),
)
"""What each error is over HTTP; Starlette takes the entry of the nearest class."""


def _handler(status: HTTPStatus, title: str) -> Callable[[Request, Exception], Response]:
    def handle(request: Request, error: Exception) -> Response:
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.warning("%s: %s (asked for %s)", title, error, request.url.path)
        hint = error.hint if isinstance(error, ArchpipError) else None
        return problem(status, title, f"{error} ({hint})" if hint else str(error))

    return handle


def _own_up(request: Request, error: Exception) -> Response:
    _log.error("no answer to %s", request.url.path, exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "The gateway failed", "Its log says where; please report."
    )
