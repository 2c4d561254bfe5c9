"""The origins that may be used without TLS: pip's rule, as a pure function."""

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


def is_secure_origin(url: str, *, trusted_hosts: Iterable[str]) -> bool:
    """Return whether `url` may be requested: HTTPS, a local file, loopback, or a trusted host.

    A trusted `host` covers all its ports, `host:port` only the one.
    """
    parts = urlsplit(url)
    scheme = parts.scheme.rpartition("+")[2]
    if scheme in {"https", "file", "ssh"}:
        return True
    return _is_loopback((parts.hostname or "").lower()) or is_trusted(url, trusted_hosts)


def is_trusted(url: str, trusted_hosts: Iterable[str]) -> bool:
    """Return whether the user trusts a URL's host, whatever its certificate."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    port = parts.port or _PORTS.get(parts.scheme.rpartition("+")[2])
    return any(_covers(trusted, host, port) for trusted in trusted_hosts)


def _covers(trusted: str, host: str, port: int | None) -> bool:
    # A bare IPv6 address contains colons.
    bare_address = trusted.count(":") > 1 and not trusted.startswith("[")
    parts = urlsplit(f"//[{trusted}]" if bare_address else f"//{trusted}")
    return (parts.hostname or "").lower() == host and parts.port in {None, port}


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
