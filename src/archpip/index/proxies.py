"""Proxies, of an option or of the environment: which are none.

reqwest reads the variables itself. A proxy whose address it does not understand it passes over, and
sends requests to where they must not go.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from archpip.index.errors import InvalidProxyError
from archpip.index.reqwest import DetailedPyreqwestError, ProxyBuilder

_SCHEMES = frozenset({"http", "https", "socks4", "socks4a", "socks5", "socks5h"})


def read_proxy(written: str, *, variable: str | None = None) -> str:
    """Return a proxy's URL; pip accepts one without a scheme, too.

    Raises:
        InvalidProxyError: It is none; `variable` names it there.
    """
    proxy = written if "://" in written else f"http://{written}"
    scheme = proxy.strip().partition(":")[0].lower()
    if scheme not in _SCHEMES:
        reason = f"{scheme} is no kind of proxy"
        raise InvalidProxyError(proxy=written, reason=reason, variable=variable)
    try:
        ProxyBuilder.all(proxy)
    except ValueError as error:
        reason = causes(error)[-1]
        raise InvalidProxyError(proxy=written, reason=reason, variable=variable) from error
    return proxy


class VariableProxies:
    """The proxies of the environment, of which all that is asked is whether they are proxies."""

    def __init__(self, variables: Sequence[tuple[str, str]]) -> None:
        """Take the variables, as the environment has them; nothing is refused yet."""
        self._values = dict(variables)
        self._broken = {
            scheme: error for scheme in ("http", "https") if (error := self._find_error(scheme))
        }

    def check(self, url: str) -> None:
        """Refuse the proxy that requests of a URL would be sent through, if it is none.

        Raises:
            InvalidProxyError: It is none.
        """
        if not self._broken:
            return
        parts = urlsplit(url)
        error = self._broken.get(parts.scheme)
        if error is not None and not self._is_spared(parts.hostname or ""):
            raise error

    def _find_error(self, scheme: str) -> InvalidProxyError | None:
        for name in (f"{scheme}_proxy", "all_proxy"):
            found = self._find(name)
            if found is None:
                continue
            try:
                read_proxy(found[1], variable=found[0])
            except InvalidProxyError as error:
                return error
            return None
        return None

    def _find(self, name: str) -> tuple[str, str] | None:
        """Return a variable that is not empty; reqwest looks for it in capitals first."""
        written = next((n for n in (name.upper(), name) if n in self._values), None)
        return (written, self._values[written]) if written and self._values[written] else None

    def _is_spared(self, host: str) -> bool:
        """Return whether NO_PROXY names a host, or a domain that it belongs to, or all."""
        _, written = self._find("no_proxy") or ("", "")
        domains = [each.strip().lower().removeprefix(".") for each in written.split(",")]
        return any(
            domain in {"*", host} or (domain and host.endswith(f".{domain}")) for domain in domains
        )


def causes(error: Exception) -> list[str]:
    """Return the messages of an error and its causes, the root cause last."""
    found = error.details["causes"] if isinstance(error, DetailedPyreqwestError) else None
    return [str(error), *(cause["message"] for cause in found or ())]
