"""The gateway: an index in front of the indexes, without the wheels that are wrong for a target.

`Gateway` decides what a project's page shows and what is refused; `make_asgi` puts it behind HTTP,
and `LoopbackServer` and `serve` put that on a socket. Needs the extra `gateway`.
"""

from archpip.gateway.asgi import make_asgi
from archpip.gateway.background import BackgroundJudge
from archpip.gateway.errors import (
    AddressUnusableError,
    FileNotOfferedError,
    PolicyNotServedError,
    TransferEndedError,
    WheelRefusedError,
)
from archpip.gateway.gateway import Gateway, Upstream
from archpip.gateway.judging import Bench, Inspections, WheelOpener
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
from archpip.gateway.server import LoopbackServer, check_address, collect_less, serve

__all__ = [
    "AddressUnusableError",
    "Approval",
    "BackgroundJudge",
    "Bench",
    "FileNotOfferedError",
    "FileSettings",
    "Gateway",
    "Inspections",
    "Judgement",
    "LoopbackServer",
    "OfferedFile",
    "PolicyNotServedError",
    "ProjectPage",
    "Refusal",
    "TransferEndedError",
    "Upstream",
    "View",
    "WheelOpener",
    "WheelRefusedError",
    "check_address",
    "collect_less",
    "file_key",
    "make_asgi",
    "policy_routes",
    "serve",
]
