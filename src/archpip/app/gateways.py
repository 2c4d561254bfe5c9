"""Gateways: for the length of one command, or for a team."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from packaging.utils import canonicalize_name

from archpip.app.parts import Parts
from archpip.index import (
    without_credentials,
)
from archpip.integrations import Client, GatewayAddresses, find_client, run_behind
from archpip.targets import Target
from archpip.verdicts import Policy

if TYPE_CHECKING:
    from archpip.gateway import Gateway, Refusal, View

_MOST_RUNS = 4
_FIRST_PORT = 20_000
_PORTS = 12_000
"""Below what Linux gives out by itself, which begins at 32,768."""


class Gateways(Parts):
    """What `archpip exec` and `archpip serve` ask for."""

    def run_behind_gateway(
        self, command: Sequence[str], *, target: Target, policy: Policy, folder: Path
    ) -> "tuple[int, tuple[Refusal, ...]]":
        """Run somebody else's command with a gateway for `target` as its only index.

        A wheel that was refused only when the client asked for it fails the client; pip and uv,
        which have changed nothing by then, are run again, and no longer see it.

        Returns:
            The command's exit status, and what was kept from it.
        """
        from archpip.gateway import LoopbackServer, View, make_asgi

        client = find_client(command)
        every_python = client is Client.UV_PROJECT
        view = View(name=target.name, target=target, policy=policy, every_python=every_python)
        with (
            closing(self._make_gateway(fresh_seconds=None)) as gateway,
            LoopbackServer(
                make_asgi(gateway, lambda _: view), preferred_port=self._preferred_port(view)
            ) as server,
        ):
            addresses = self._gateway_addresses(gateway, view, server.url)
            for runs_left in reversed(range(_MOST_RUNS)):
                late = _count_late(gateway.refusals)
                status = run_behind(
                    command,
                    addresses=addresses,
                    environ=self._configuration.environ,
                    folder=folder,
                )
                refused_late = _count_late(gateway.refusals) > late
                if status == 0 or not refused_late or client is Client.OTHER or not runs_left:
                    return status, gateway.refusals
                self._warn("a wheel was refused after it had been offered; running it again")
            raise AssertionError  # pragma: no cover  # the last round returns

    def serve_gateway(
        self, find_view: "Callable[[str], View]", *, host: str, port: int, fresh_seconds: float
    ) -> None:
        """Serve the gateway until the process is told to stop.

        Args:
            find_view: Returns the view of a name in a path, or raises `InvalidTargetError`.
            host: The address to listen at.
            port: The port to listen at.
            fresh_seconds: How long a project's page is believed.
        """
        from archpip.gateway import make_asgi, serve

        with closing(self._make_gateway(fresh_seconds=fresh_seconds)) as gateway:
            serve(make_asgi(gateway, find_view), host=host, port=port)

    def _make_gateway(self, *, fresh_seconds: float | None) -> "Gateway":
        from archpip.gateway import Bench, Gateway

        urls = self._configuration.locations.index_urls
        return Gateway(
            upstream=self.index,
            opener=self.world,
            bench=Bench(opener=self.world, inspections=self.store),
            private_origins=frozenset(
                f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
                for parts in map(urlsplit, urls)
                if "@" in parts.netloc
            ),
            fresh_seconds=fresh_seconds,
        )

    def _gateway_addresses(self, gateway: "Gateway", view: "View", url: str) -> GatewayAddresses:
        def find_file(path: str) -> str | None:
            name, key, filename = path.split("/", 2)
            return gateway.upstream_url(canonicalize_name(name), key, unquote(filename))

        return GatewayAddresses(
            index_url=f"{url}/{view.name}/simple/",
            files_url=f"{url}/{view.name}/files/",
            real_indexes=tuple(map(without_credentials, self._configuration.locations.index_urls)),
            find_links=self._configuration.locations.find_links,
            find_index=lambda name: gateway.index_url(canonicalize_name(name)),
            find_file=find_file,
        )

    def _preferred_port(self, view: "View") -> int:
        """Return the same port for the same question: uv keys its cache by an index's address."""
        question = f"{view.name} {self._configuration.locations.index_urls}"
        number = int.from_bytes(hashlib.sha256(question.encode()).digest()[:4])
        return _FIRST_PORT + number % _PORTS


def _count_late(refusals: "Sequence[Refusal]") -> int:
    return sum(refusal.late for refusal in refusals)
