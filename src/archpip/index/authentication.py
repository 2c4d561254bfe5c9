"""Credentials for an index: from its URL, netrc, and, once refused, the keyring."""

import logging
import shutil
import subprocess
import threading
from collections.abc import Generator, Iterable
from contextlib import suppress
from http import HTTPStatus
from typing import Protocol
from urllib.parse import urlsplit

from httpx2 import Request, Response
from unearth.auth import KeyringModuleProvider, MultiDomainBasicAuth

from archpip.index.options import KeyringProvider

# unearth also logs its results and errors, to stderr if logging is not configured.
logging.getLogger("unearth").addHandler(logging.NullHandler())

Credentials = tuple[str | None, str | None]
_CREDENTIALS = "--mode=creds"
_ANY_USER = "__token__"
"""Whom to ask for where nobody is named, as unearth does with the module."""


class Keyring(Protocol):
    """One way to read the keyring."""

    def get_auth_info(self, url: str, username: str | None) -> tuple[str, str] | None:
        """Return the user and password for a service; `username` is `None` for any user."""
        ...


class KeyringCommand:
    """The program `keyring`, of any version.

    unearth's asks it for a user without a name where none is known, whom most backends do not have.
    """

    def __init__(self, program: str) -> None:
        self._program = program

    def get_auth_info(self, url: str, username: str | None) -> tuple[str, str] | None:
        """Return the user and password for a service; `username` is `None` for any user."""
        user = [username] if username else []
        lines = self._ask(_CREDENTIALS, "get", url, *user)
        if len(lines) == len(("user", "password")):
            return lines[0], lines[1]
        # Before keyring 25.2 it knows only passwords.
        [password, *_] = [*self._ask("get", url, username or _ANY_USER), ""]
        return (username or _ANY_USER, password) if password else None

    def _ask(self, *words: str) -> list[str]:
        run = subprocess.run(  # pip runs it, too
            [self._program, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return run.stdout.splitlines() if run.returncode == 0 else []


class IndexAuthentication(MultiDomainBasicAuth):
    """unearth's authentication, with pip's choice of keyring, for several threads.

    It never prompts: dozens of requests run at once, and a prompt would interrupt a progress bar.
    The error of a refused request says how to give credentials.
    """

    def __init__(self, provider: KeyringProvider, *, index_urls: Iterable[str]) -> None:
        super().__init__(prompting=False, index_urls=index_urls)
        self._provider = provider
        self._index_hosts = {urlsplit(url).netloc.rpartition("@")[2] for url in self.index_urls}
        self._open_hosts: set[str] = set()
        """Hosts without known credentials that did not require any."""
        self._from_keyring: dict[str, Credentials] = {}
        self._lock = threading.Lock()

    def tries(self, url: str, *, is_refused: bool) -> Generator[str | None, int, None]:
        """Yield the Authorization header for each try of `url`; send the resulting status back.

        unearth works on httpx requests, of which only the header is used.

        Args:
            url: The URL to request, maybe with credentials.
            is_refused: Whether it was requested without any, and answered 401.
        """
        host = urlsplit(url).netloc
        if host in self._open_hosts:
            # A wheel is read by dozens of small requests, and the lookup of credentials takes a
            # fifth of the time of each, as netrc is read again.
            is_refused = (yield None) == HTTPStatus.UNAUTHORIZED
            if not is_refused:
                return
            self._open_hosts.discard(host)
        flow = self.auth_flow(Request("GET", url))
        request = next(flow)
        while True:
            authorization = request.headers.get("authorization")
            if is_refused and authorization is None:
                status: int = HTTPStatus.UNAUTHORIZED
            else:
                status = yield authorization
            is_refused = status == HTTPStatus.UNAUTHORIZED
            try:
                request = flow.send(Response(status, request=request))
            except StopIteration:
                break
        if authorization is None and "@" not in host and host not in self._index_hosts:
            self._open_hosts.add(host)

    def _get_new_credentials(
        self, original_url: str, *, allow_netrc: bool = True, allow_keyring: bool = False
    ) -> Credentials:
        username, password = super()._get_new_credentials(
            original_url, allow_netrc=allow_netrc, allow_keyring=False
        )
        if password is not None or not allow_keyring:
            return username, password
        index_url = self._get_auth_from_index_url(original_url)[1]
        # A keyring may show a dialog to unlock, so only one thread reads it, once per host.
        with self._lock:
            host = urlsplit(original_url).netloc
            if host not in self._from_keyring:
                self._from_keyring[host] = self._ask_keyring((index_url, host), username)
            return self._from_keyring[host]

    def _ask_keyring(self, services: tuple[str | None, str], username: str | None) -> Credentials:
        for keyring in _open_keyrings(self._provider):
            for service in services:
                try:
                    found = keyring.get_auth_info(service, username) if service else None
                except Exception:  # noqa: BLE001  # a backend may raise anything; try the next
                    break
                if found:
                    return found
        return username, None


def _open_keyrings(provider: KeyringProvider) -> Iterable[Keyring]:
    if provider in {KeyringProvider.AUTO, KeyringProvider.IMPORT}:
        with suppress(Exception):  # absent, or broken while it is imported
            yield KeyringModuleProvider()
    if provider in {KeyringProvider.AUTO, KeyringProvider.SUBPROCESS}:
        command = shutil.which("keyring")
        if command:
            yield KeyringCommand(command)
