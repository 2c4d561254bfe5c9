"""A team's policy, handed on to the commands that obey it, as it was written."""

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from archpip.gateway.answering import Answer
from archpip.gateway.renditions import make_rendition

_TOML = "application/toml"


def policy_routes(text: str | None) -> tuple[Route, ...]:
    """Return the path that a policy is served at; none where there is no policy."""
    if text is None:
        return ()
    rendition = make_rendition(text.encode(), _TOML)

    async def policy(_request: Request) -> ASGIApp:
        return Answer(rendition)

    return (Route("/policy.toml", policy),)
