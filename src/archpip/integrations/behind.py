"""A command run with a gateway as its only index, and its lockfile kept true."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from archpip.integrations.clients import Client, client_environment, find_client
from archpip.integrations.running import run_command
from archpip.integrations.uv_lock import (
    GatewayAddresses,
    find_uv_lock,
    name_gateway,
    name_indexes,
)


def run_behind(
    command: Sequence[str],
    *,
    addresses: GatewayAddresses,
    environ: Mapping[str, str],
    folder: Path,
) -> int:
    """Run a command behind a gateway that listens already; returns its exit status.

    Args:
        command: The program and its arguments.
        addresses: The gateway's and the real ones.
        environ: The variables that hold now.
        folder: Where the command runs; uv's lockfile is looked for there and above.

    Raises:
        CommandNotFoundError: There is no such program.
    """
    before = find_uv_lock(folder) if find_client(command) is Client.UV_PROJECT else None
    if before is not None:
        name_gateway(before, addresses)
    try:
        with TemporaryDirectory(prefix="archpip-") as empty:
            variables = client_environment(
                environ,
                index_url=addresses.index_url,
                hide_extra=len(addresses.real_indexes) > 1,
                hide_find_links=Path(empty) if addresses.find_links else None,
            )
            return run_command(command, variables)
    finally:
        after = find_uv_lock(folder)
        if after is not None:
            name_indexes(after, addresses)
