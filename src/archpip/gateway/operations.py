"""The gateway's readiness check and its metrics in Prometheus's format, for operators.

`/healthz` (in `asgi.py`) says that the process lives; `/readyz` checks what it depends on. Requests
are counted by kind, never by path: project names would create series without end.

Source: https://prometheus.io/docs/practices/naming/ and `.../instrumenting/exposition_formats/`.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus

from anyio import CapacityLimiter, to_thread
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from archpip import __version__
from archpip.errors import ArchpipError
from archpip.gateway.gateway import Gateway

_KIND = re.compile(r"/(?P<kind>simple|why|files)/")
_METHODS = frozenset({"GET", "HEAD"})
_MOST_CHECKS = 4
"""Readiness checks at once. They have threads of their own: those that answer clients may all be
waiting for an index."""
_SECONDS = (0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 2.5, 10.0, 30.0)
"""Bucket limits in seconds: from a page that is ready to one whose wheels are opened first."""


class Operations:
    """Counts requests, and answers `/readyz` and `/metrics`."""

    def __init__(self, gateway: Gateway, checks: Mapping[str, Callable[[], None]]) -> None:
        """Register the metrics and the checks.

        Args:
            gateway: Supplies the refusals and the outage.
            checks: Callables by name, each raising an `ArchpipError` while its dependency is down.
        """
        self._checks = checks
        self._limiter: CapacityLimiter | None = None
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "archpip_gateway_requests",
            "Requests that were answered.",
            ("kind", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "archpip_gateway_request_seconds",
            "How long answers took to begin and end.",
            ("kind",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._registry.register(_State(gateway))

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes to add to the app."""
        return (Route("/readyz", self._ready), Route("/metrics", self._metrics))

    def observe(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        match = _KIND.search(path)
        kind = match["kind"] if match else "other"
        # A client that invents methods must not create new series.
        known = method if method in _METHODS else "other"
        self._requests.labels(kind, known, str(status)).inc()
        self._seconds.labels(kind).observe(seconds)

    async def _ready(self, _request: Request) -> Response:
        if self._limiter is None:
            self._limiter = CapacityLimiter(_MOST_CHECKS)  # needs a running loop
        reasons = await to_thread.run_sync(self._find_failing, limiter=self._limiter)
        status = HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK
        body = {"status": "unavailable" if reasons else "ok", "failing": reasons}
        return Response(
            json.dumps(body) + "\n",
            status_code=status,
            headers={"Cache-Control": "no-store"},
            media_type="application/json",
        )

    def _find_failing(self) -> dict[str, str]:
        reasons = {}
        for name, check in self._checks.items():
            try:
                check()
            except ArchpipError as error:
                reasons[name] = str(error)
        return reasons

    async def _metrics(self, request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(self._registry), headers={"Content-Type": content_type})


class _State(Collector):
    """Collects the gateway's current state at each scrape."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(
            "archpip_gateway_refused_wheels",
            "Files that are kept out of a view, by the code of the worst finding.",
            labels=("code",),
        )
        for code, count in sorted(self._gateway.refusal_counts.items()):
            family.add_metric((code,), count)
        yield family
        outage = GaugeMetricFamily(
            "archpip_gateway_upstream_outage_seconds",
            "For how long no index has answered; 0 where the last one that was asked did.",
        )
        outage.add_metric((), self._gateway.outage_seconds)
        yield outage
        version = GaugeMetricFamily(
            "archpip_gateway_info", "Always 1; its label is the version.", labels=("version",)
        )
        version.add_metric((__version__,), 1)
        yield version
