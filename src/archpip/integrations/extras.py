"""Check optional dependencies before they are imported."""

from collections.abc import Callable
from importlib.util import find_spec

from archpip.integrations.errors import ExtraMissingError

_MODULES = {
    "gateway": ("prometheus_client", "starlette", "uvicorn"),
    "postgres": ("psycopg", "psycopg_pool"),
}


def require_extra(extra: str, *, find: Callable[[str], object | None] = find_spec) -> None:
    """Check that an extra of archpip's is installed.

    Raises:
        ExtraMissingError: One of its modules is not installed.
    """
    if any(find(module) is None for module in _MODULES[extra]):
        raise ExtraMissingError(extra=extra)
