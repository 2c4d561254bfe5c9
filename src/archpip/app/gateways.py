"""Run a gateway for the length of one command, or as a team's server."""

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Event, Timer
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName, canonicalize_name

from archpip.app.explicit_index import ExplicitIndex
from archpip.app.parts import FILES, Parts
from archpip.app.policy_watch import ServingRules, watching
from archpip.errors import IndexAccessError
from archpip.index import (
    PYPI_URL,
    IndexLocations,
    read_authorities,
    read_identity,
    without_credentials,
)
from archpip.integrations import (
    Client,
    GatewayAddresses,
    UvIndex,
    UvIndexes,
    find_client,
    is_universal,
)
from archpip.targets import Target
from archpip.verdicts import Policy

if TYPE_CHECKING:
    from archpip.gateway import Gateway, GatewayApp, Refusal, Server, View

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

_MOST_RUNS = 4
_MOST_FILES = 30_000
"""Most files of projects kept parsed in a long-running server: 50 MB."""
_SECONDS_BETWEEN_READS = 1.0
"""Shortest time between two reads of the policy."""
_SECONDS_TO_FINISH = 150
"""By then, requests that began under an earlier policy are answered."""


_FIRST_PORT = 20_000
_PORTS = 12_000
"""Below Linux's range of ephemeral ports, which begins at 32,768."""

_WENT_ROUND = {
    Client.POETRY: "poetry asked the gateway nothing: "
    "it needs its plugin poetry-plugin-pypi-mirror for that",
    Client.PEX: "pex asked the gateway nothing: it needs its option --use-pip-config for that",
}


class _Running(Struct, frozen=True, kw_only=True):
    """A gateway that listens on loopback, and may still be loading."""

    gateway: "Future[Gateway]"
    addresses: GatewayAddresses
    asked: Event

    @property
    def was_asked(self) -> bool:
        """Whether it received any request."""
        return self.asked.is_set()

    @property
    def refusals(self) -> "tuple[Refusal, ...]":
        """The refusals so far."""
        return self.gateway.result().refusals if self.was_asked else ()


class Gateways(Parts):
    """The operations behind `archpip exec` and `archpip serve`."""

    def run_behind_gateway(
        self,
        command: Sequence[str],
        *,
        target: Target,
        policy: Policy,
        approved_builds: frozenset[NormalizedName] | None,
        folder: Path,
        output: Callable[[str], None],
        uv: UvIndexes | None = None,
    ) -> "tuple[int, tuple[Refusal, ...]]":
        """Run the user's command with gateways for `target` as its only indexes.

        A wheel that is refused only when the client requests it makes the client fail; the clients
        that archpip knows have changed nothing by then, are run again, and no longer see the wheel.

        Args:
            command: The program and its arguments.
            target: The target to resolve for.
            policy: Which verdicts are refused.
            approved_builds: The projects whose sdists are offered; `None` for all.
            folder: The command's working directory.
            output: Prints a lockfile that the command writes to stdout.
            uv: uv's own index settings; each index there gets a gateway of its own.

        Returns:
            The command's exit status, and the refusals.
        """
        from archpip.integrations.gateway_run import recover, run_behind

        journals = self._configuration.data_folder / "runs"
        for path in recover(journals):
            self._warn(f"restored {path}, in which a run that was killed left its gateway")
        view = replace(self._command_view(command, target, policy), approved_builds=approved_builds)
        uv = uv or UvIndexes()
        with ExitStack() as opened:
            running = [
                opened.enter_context(gateways.listen(view, index, uv))
                for gateways, index in self._gateways_of(uv, opened)
            ]

            def run() -> int:
                return run_behind(
                    command,
                    gateways=[each.addresses for each in running],
                    environ=self._configuration.environ,
                    folder=folder,
                    journals=journals,
                    output=output,
                    uv_settings=uv.overlay,
                )

            status = self._run_again_while_refused_late(run, running, find_client(command))
            return status, _refusals(running)

    def _command_view(self, command: Sequence[str], target: Target, policy: Policy) -> "View":
        from archpip.gateway import View

        universal = is_universal(command)
        host = self._configuration.host
        return View(
            name=target.name,
            target=target,
            policy=policy,
            every_python=universal,
            # A universal lockfile would record the wheels that are offered to builds here.
            build_host=None if universal or host == target else host,
        )

    def _run_again_while_refused_late(
        self, run: Callable[[], int], running: Sequence[_Running], client: Client
    ) -> int:
        for runs_left in reversed(range(_MOST_RUNS)):
            late = _count_late(_refusals(running))
            status = run()
            if client in _WENT_ROUND and not any(each.was_asked for each in running):
                self._warn(_WENT_ROUND[client])
            refused_late = _count_late(_refusals(running)) > late
            if status == 0 or not refused_late or client is Client.OTHER or not runs_left:
                return status
            self._warn("a wheel was refused after it had been offered; running it again")
        raise AssertionError  # pragma: no cover  # the last round returns

    @contextmanager
    def listen(self, view: "View", index: UvIndex | None, uv: UvIndexes) -> "Iterator[_Running]":
        """Start a gateway for one view on loopback; in front of uv's index if one is given.

        `uv` is what uv's own settings say, for the gateway in front of the default index.
        """
        from archpip.gateway import LoopbackServer

        asked = Event()

        def find_view(_name: str) -> "View":
            asked.set()
            return view

        making: Future[Gateway] = Future()
        opened = ExitStack()

        def make() -> "Gateway":
            return opened.enter_context(
                closing(self._make_gateway(fresh_seconds=None, index=index))
            )

        def load() -> "Server":
            from archpip.gateway import make_asgi, make_server

            _fulfil(making, make)
            return make_server(make_asgi(making.result(), find_view))

        # The command's requests wait in the socket's backlog while all of this is imported.
        with opened, LoopbackServer(load, preferred_port=self._preferred_port(view)) as server:
            # An unreadable file is to be reported before the command runs, not after it.
            read_authorities(self._configuration.session.certificates)
            read_identity(self._configuration.session.client_certificate)
            addresses = self._gateway_addresses(making, view, server.url, uv.default_url)
            if index is None:
                addresses = replace(addresses, name=uv.default_name, entry=uv.default_entry)
            else:
                addresses = replace(
                    addresses,
                    real_indexes=() if index.is_flat else (without_credentials(index.url),),
                    name=index.name,
                    entry=index.entry,
                    projects=index.projects,
                    is_extra=not index.explicit,
                )
            yield _Running(gateway=making, addresses=addresses, asked=asked)

    def _gateways_of(
        self, uv: UvIndexes, opened: ExitStack
    ) -> "Iterator[tuple[Gateways, UvIndex | None]]":
        """Yield the gateway of the default index, then of each other index of uv's."""
        locations = self._configuration.locations
        default = next(iter(locations.index_urls), None)
        if default is not None:
            locations = replace(locations, terms=((default, uv.default_terms),))
        yield self._with_locations(locations, opened), None
        for index in uv.apart:
            locations = IndexLocations(
                index_urls=() if index.is_flat else (index.url,),
                find_links=((index.url, *uv.find_links) if index.is_flat else uv.find_links),
                terms=((index.url, index.terms),),
            )
            yield self._with_locations(locations, opened), index

    def _with_locations(self, locations: IndexLocations, opened: ExitStack) -> "Gateways":
        configuration = replace(self._configuration, locations=locations)
        return opened.enter_context(Gateways(configuration, warn=self._warn))

    def serve_gateway(
        self,
        rules: ServingRules,
        *,
        read_rules: Callable[[], ServingRules],
        host: str,
        port: int,
        fresh_seconds: float,
        proxy_files: bool = False,
        files_bytes: int | None = None,
    ) -> None:
        """Serve the gateway until the process is told to stop.

        Args:
            rules: What to serve by.
            read_rules: Reads them anew; a changed policy is then served by.
            host: The address to listen on.
            port: The port to listen on.
            fresh_seconds: How long a project's page and the policy stay fresh.
            proxy_files: Proxy and cache all files, not only those that clients cannot fetch.
            files_bytes: Size limit of the file cache.
        """
        from archpip.gateway import ReplaceableApp, close_in_time, serve

        gateways: list[Gateway] = []

        def make(rules: ServingRules) -> "GatewayApp":
            gateway = self._make_gateway(
                fresh_seconds=fresh_seconds, proxy_files=proxy_files, files_bytes=files_bytes
            )
            gateways.append(gateway)
            return self._make_app(gateway, rules)

        app = ReplaceableApp(make(rules))

        def serve_by(rules: ServingRules) -> None:
            # Judgements and pages of the policy before are of no use.
            app.app = make(rules)
            _log.info("the policy has changed, and the pages with it")
            timer = Timer(_SECONDS_TO_FINISH, gateways.pop(0).close)
            timer.daemon = True
            timer.start()

        seconds = max(_SECONDS_BETWEEN_READS, fresh_seconds)
        try:
            with watching(rules, read=read_rules, serve_by=serve_by, seconds=seconds):
                serve(app, host=host, port=port)
        finally:
            close_in_time(gateways)

    def _make_app(self, gateway: "Gateway", rules: ServingRules) -> "GatewayApp":
        from archpip.gateway import make_asgi, policy_routes
        from archpip.gateway.operations import Operations

        checks = {"store": self.store.check, "upstreams": gateway.check_upstreams}
        operations = Operations(gateway, checks)
        return make_asgi(
            gateway,
            rules.find_view,
            more_routes=(*operations.routes, *policy_routes(rules.policy_text)),
            observe=operations.observe,
        )

    def _make_gateway(
        self,
        *,
        fresh_seconds: float | None,
        index: UvIndex | None = None,
        proxy_files: bool = False,
        files_bytes: int | None = None,
    ) -> "Gateway":
        from archpip.app.claims import ClaimingOpener
        from archpip.gateway import BackgroundJudge, FileCopies, FileSettings, Gateway, WheelJudge

        files = FileSettings(
            folder=self._configuration.cache_folder / FILES,
            proxy_all=proxy_files,
            is_private=self.index.is_private,
        )
        judge = WheelJudge(opener=ClaimingOpener(self.world, self.store), inspections=self.store)
        return Gateway(
            upstream=(
                ExplicitIndex(self.index, index.projects)
                if index and index.explicit
                else self.index
            ),
            opener=self.world,
            judge=judge,
            files=files if files_bytes is None else replace(files, most_bytes=files_bytes),
            fresh_seconds=fresh_seconds,
            # A command requests few projects, each many times; a team requests thousands.
            most_files=None if fresh_seconds is None else _MOST_FILES,
            # No other client will request what this command does not.
            background=None if fresh_seconds is None else BackgroundJudge(judge),
            copies=None if fresh_seconds is None else FileCopies(files.folder),
        )

    def _gateway_addresses(
        self, gateway: "Future[Gateway]", view: "View", url: str, uv_default: str | None
    ) -> GatewayAddresses:
        def find_index(name: str) -> str | None:
            try:
                return gateway.result().index_url(canonicalize_name(name))
            except IndexAccessError:
                return None  # The user's own project, which pins another to this index.

        def find_file(path: str) -> str | None:
            name, key, filename = path.split("/", 2)
            return gateway.result().upstream_url(canonicalize_name(name), key, unquote(filename))

        return GatewayAddresses(
            index_url=f"{url}/{view.name}/simple/",
            files_url=f"{url}/{view.name}/files/",
            real_indexes=tuple(
                _as_uv_writes(url, uv_default) for url in self._configuration.locations.index_urls
            ),
            find_links=tuple(map(without_credentials, self._configuration.locations.find_links)),
            find_index=find_index,
            find_file=find_file,
        )

    def _preferred_port(self, view: "View") -> int:
        """Return the same port for the same settings: uv keys its cache by the index's URL."""
        question = f"{view.name} {self._configuration.locations.index_urls}"
        number = int.from_bytes(hashlib.sha256(question.encode()).digest()[:4])
        return _FIRST_PORT + number % _PORTS


def _fulfil(future: "Future[_T]", make: Callable[[], _T]) -> None:
    """Set a future to the result of `make`, or to the exception it raises."""
    try:
        future.set_result(make())
    except BaseException as error:
        future.set_exception(error)
        raise


def _as_uv_writes(url: str, uv_default: str | None) -> str:
    """Return an index's URL as uv writes it to lockfiles.

    pip's configuration may name PyPI with a trailing slash; uv, whose default is PyPI, writes none
    if its own settings name no default index.
    """
    is_pypi = url.rstrip("/") == PYPI_URL and url != uv_default
    return PYPI_URL if is_pypi else without_credentials(url)


def _refusals(running: Sequence[_Running]) -> "tuple[Refusal, ...]":
    return tuple(refusal for each in running for refusal in each.refusals)


def _count_late(refusals: "Sequence[Refusal]") -> int:
    return sum(refusal.late for refusal in refusals)
