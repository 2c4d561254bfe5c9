"""The gateway: an index in front of the indexes, without the wheels that are wrong for a target.

`Gateway` decides what a project's page shows and which wheels are refused; `make_asgi` wraps it in
an ASGI app, and `LoopbackServer` and `serve` run that on a socket. Needs the extra `gateway`.
"""

from typing import TYPE_CHECKING

from archpip.on_demand import offer

if TYPE_CHECKING:
    from archpip.gateway.asgi import GatewayApp, make_asgi
    from archpip.gateway.background import BackgroundJudge
    from archpip.gateway.errors import (
        AddressUnusableError,
        FileNotOfferedError,
        PolicyNotServedError,
        TransferEndedError,
        WheelRefusedError,
    )
    from archpip.gateway.file_copies import FileCopies
    from archpip.gateway.gateway import Gateway, Upstream, close_in_time
    from archpip.gateway.judging import Inspections, WheelJudge
    from archpip.gateway.loopback import LoopbackServer, Server
    from archpip.gateway.model import (
        Approval,
        FileSettings,
        Judgement,
        OfferedFile,
        ProjectPage,
        Refusal,
        View,
        file_key,
    )
    from archpip.gateway.policies import policy_routes
    from archpip.gateway.server import ReplaceableApp, check_address, make_server, serve
else:
    __getattr__ = offer(__name__, __file__)

__all__ = [
    "AddressUnusableError",
    "Approval",
    "BackgroundJudge",
    "FileCopies",
    "FileNotOfferedError",
    "FileSettings",
    "Gateway",
    "GatewayApp",
    "Inspections",
    "Judgement",
    "LoopbackServer",
    "OfferedFile",
    "PolicyNotServedError",
    "ProjectPage",
    "Refusal",
    "ReplaceableApp",
    "Server",
    "TransferEndedError",
    "Upstream",
    "View",
    "WheelJudge",
    "WheelRefusedError",
    "check_address",
    "close_in_time",
    "file_key",
    "make_asgi",
    "make_server",
    "policy_routes",
    "serve",
]
