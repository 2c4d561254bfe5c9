"""Credentials for an index: from its URL, netrc, and, once refused, the keyring."""

import shutil
import threading
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

from unearth.auth import (
    KeyringBaseProvider,
    KeyringCliProvider,
    KeyringModuleProvider,
    MultiDomainBasicAuth,
)

from archpip.index.options import KeyringProvider

Credentials = tuple[str | None, str | None]


class IndexAuthentication(MultiDomainBasicAuth):
    """unearth's authentication, with pip's choice of keyring, for several threads.

    Nobody is prompted: dozens of requests run at once, and a prompt would stand in the middle of a
    progress bar. Who is refused learns how to give credentials.
    """

    def __init__(self, provider: KeyringProvider, *, index_urls: Iterable[str]) -> None:
        super().__init__(prompting=False, index_urls=index_urls)
        self._provider = provider
        self._from_keyring: dict[str, Credentials] = {}
        self._lock = threading.Lock()

    def _get_new_credentials(
        self, original_url: str, *, allow_netrc: bool = True, allow_keyring: bool = False
    ) -> Credentials:
        username, password = super()._get_new_credentials(
            original_url, allow_netrc=allow_netrc, allow_keyring=False
        )
        if password is not None or not allow_keyring:
            return username, password
        index_url = self._get_auth_from_index_url(original_url)[1]
        # A keyring may unlock itself with a dialog, so it is asked by one thread, once a host.
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
                except Exception:  # noqa: BLE001  # a backend may raise anything; the next may do
                    break
                if found:
                    return found
        return username, None


def _open_keyrings(provider: KeyringProvider) -> Iterable[KeyringBaseProvider]:
    if provider in {KeyringProvider.AUTO, KeyringProvider.IMPORT}:
        with suppress(Exception):  # absent, or broken while it is imported
            yield KeyringModuleProvider()
    if provider in {KeyringProvider.AUTO, KeyringProvider.SUBPROCESS}:
        command = shutil.which("keyring")
        if command:
            yield KeyringCliProvider(command)
