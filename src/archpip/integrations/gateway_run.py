"""Run a command with a gateway as its only index, and restore real URLs in what it writes."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import tomli_w

from archpip.integrations.client_process import run_command
from archpip.integrations.clients import client_environment
from archpip.integrations.commands import (
    Client,
    expect_outputs,
    find_client,
    find_outputs,
    find_project_folder,
    find_script,
    prints_lockfile,
)
from archpip.integrations.lockfiles import (
    GatewayAddresses,
    find_uv_lock,
    name_gateways,
    name_indexes,
    to_real,
)
from archpip.integrations.project_files import find_project_files, restore_project_file
from archpip.integrations.recovery import kept_for_recovery, recover
from archpip.integrations.tool_receipts import expect_receipts, restore_receipt
from archpip.owned_folders import owned_folder

__all__ = ["recover", "run_behind"]


def run_behind(
    command: Sequence[str],
    *,
    gateways: Sequence[GatewayAddresses],
    environ: Mapping[str, str],
    folder: Path,
    journals: Path,
    output: Callable[[str], None],
    uv_settings: Mapping[str, object] | None = None,
) -> int:
    """Run a command behind gateways that listen already, and return its exit status.

    Args:
        command: The program and its arguments.
        gateways: The default index's first, then those of uv's other indexes.
        environ: The current variables.
        folder: The command's working directory, where lockfiles are unless it says otherwise.
        journals: The folder for the files' earlier content, for `recover`.
        output: Prints a lockfile that the command writes to stdout.
        uv_settings: Replaces uv's own settings files; `None` to use those.

    Raises:
        CommandNotFoundError: There is no such program.
    """
    edited = _find_edited(command, folder)
    before = {path: path.read_text("utf-8", "replace") for path in edited}
    receipts = expect_receipts(command, environ, folder)
    views = [gateway.index_url for gateway in gateways]
    marks = [url.rstrip("/") for each in gateways for url in (each.index_url, each.files_url)]
    files = [*expect_outputs(command, folder), *edited, *receipts]
    with kept_for_recovery(journals, files, views=marks):
        try:
            return _run(
                command, gateways, environ, folder=folder, output=output, uv_settings=uv_settings
            )
        finally:
            for path in find_outputs(command, folder):
                name_indexes(path, gateways)
            for path in edited:
                restore_project_file(path, before[path], views)
            for path in receipts:
                restore_receipt(path, {each.index_url: each.real_indexes for each in gateways})


def _with_gateways(
    uv_settings: Mapping[str, object], gateways: Sequence[GatewayAddresses]
) -> dict[str, object]:
    """Return uv's settings with the entries of gateways before all others: the first one counts."""
    entries = [{**each.entry, "url": each.index_url} for each in gateways if each.entry is not None]
    kept = uv_settings.get("index")
    indexes = [*entries, *(kept if isinstance(kept, list) else [])]
    return {**uv_settings, **({"index": indexes} if indexes else {})}


def _find_edited(command: Sequence[str], folder: Path) -> list[Path]:
    """Return the user's own files that a command may edit."""
    if find_client(command) is not Client.UV_PROJECT:
        return []
    projects = find_project_files(find_project_folder(command, folder))
    script = find_script(command, folder)
    return [*projects, *([script] if script is not None and script.is_file() else [])]


def _run(
    command: Sequence[str],
    gateways: Sequence[GatewayAddresses],
    environ: Mapping[str, str],
    *,
    folder: Path,
    output: Callable[[str], None],
    uv_settings: Mapping[str, object] | None,
) -> int:
    default = gateways[0]
    if find_client(command) is Client.UV_PROJECT:
        lockfile = find_uv_lock(find_project_folder(command, folder))
        if lockfile is not None:
            name_gateways(lockfile, gateways)
    with owned_folder() as temporary:
        empty, settings = temporary / "empty", temporary / "uv.toml"
        empty.mkdir()
        if uv_settings is not None:
            content = _with_gateways(uv_settings, gateways)
            settings.write_text(tomli_w.dumps(content), "utf-8")
        variables = client_environment(
            environ,
            index_url=default.index_url,
            name=default.name,
            is_in_file=default.entry is not None,
            more_indexes=[
                (each.name, each.index_url) for each in gateways[1:] if each.entry is None
            ],
            hide_extra=len(default.real_indexes) > 1,
            hide_index=find_client(command) is Client.PIPENV,
            hide_find_links=empty if default.find_links else None,
            uv_settings=None if uv_settings is None else settings,
        )
        return run_command(
            command,
            variables,
            pass_output=(lambda text: output(to_real(text, gateways)))
            if prints_lockfile(command)
            else None,
        )
