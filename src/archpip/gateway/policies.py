"""Serve a team's policy file, unchanged, to the commands that apply it."""

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from archpip.gateway.answering import Answer
from archpip.gateway.renditions import make_rendition

_TOML = "application/toml"


def policy_routes(text: str | None) -> tuple[Route, ...]:
    """Return the route that serves a policy; empty if there is none."""
    if text is None:
        return ()
    rendition = make_rendition(text.encode(), _TOML)

    async def policy(_request: Request) -> ASGIApp:
        return Answer(rendition)

    return (Route("/policy.toml", policy),)
