"""Repair the files that a command behind gateways left when archpip was killed.

While the command runs, project files may name a gateway on loopback: `uv.lock` does from the start,
and a client's output is rewritten only afterwards. So the files' earlier content is kept meanwhile,
in a database whose lock shows whether its run is still alive: SQLite has locks on every system, and
they end with the process, however that ends.
"""

import json
import logging
import re
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from archpip.index import PYPI_URL
from archpip.integrations.commands import PIPFILE
from archpip.integrations.lockfiles import rewrite
from archpip.integrations.project_files import restore_project_file
from archpip.integrations.tool_receipts import RECEIPT, restore_receipt
from archpip.integrations.uv_workspaces import PROJECT_FILE
from archpip.resolution import find_script_blocks

_log = logging.getLogger(__name__)

_SUFFIX = ".run"


@contextmanager
def kept_for_recovery(
    journals: Path, paths: Iterable[Path], *, views: Sequence[str]
) -> Iterator[None]:
    """Keep the files' content while this context is entered, for a later `recover` if killed.

    Args:
        journals: The folder for the journals, which is created.
        paths: Files that a client may write or create with a gateway's URL in them.
        views: The prefixes of such URLs.
    """
    kept = {"views": list(views), "files": {str(each.absolute()): _read(each) for each in paths}}
    with ExitStack() as opened:
        try:
            journal = opened.enter_context(_written(journals, json.dumps(kept)))
        except (OSError, sqlite3.Error) as error:
            # A user who cannot write there must be able to run commands all the same.
            _log.debug("nothing is kept for recovery: %s", error)
            journal = None
        yield
    # If that raised, the journal stays for the next run.
    if journal is not None:
        journal.unlink(missing_ok=True)


@contextmanager
def _written(journals: Path, kept: str) -> Iterator[Path]:
    """Write a journal, and hold its lock while this context is entered."""
    journals.mkdir(parents=True, exist_ok=True)
    journal = journals / f"{secrets.token_hex(8)}{_SUFFIX}"
    # Project files are private to the user.
    journal.touch(mode=0o600)
    with closing(sqlite3.connect(journal, isolation_level=None)) as connection:
        # The lock of the first write is held until the connection is closed. The data must survive
        # the process, not the machine.
        for setting in ("locking_mode = EXCLUSIVE", "journal_mode = MEMORY", "synchronous = OFF"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("CREATE TABLE run (kept TEXT NOT NULL)")
        connection.execute("INSERT INTO run VALUES (?)", (kept,))
        yield journal


def recover(journals: Path) -> tuple[Path, ...]:
    """Repair the files that killed runs left.

    A project file, a script and a tool's receipt keep what was added to them. A lockfile that names
    a gateway is restored, or deleted if it is new: its client writes it again.

    Returns:
        The repaired files.
    """
    changed: list[Path] = []
    for journal in sorted(journals.glob(f"*{_SUFFIX}")):
        kept = _read_journal(journal)
        if kept is None:
            continue
        for name, before in kept["files"].items():
            if _put_right(Path(name), before, kept["views"]):
                changed.append(Path(name))
        journal.unlink(missing_ok=True)
    return tuple(changed)


def _read(path: Path) -> str | None:
    with suppress(OSError, UnicodeDecodeError):
        return path.read_text("utf-8")
    return None


def _read_journal(journal: Path) -> dict[str, dict[str, str | None]] | None:
    """Return what a run kept; `None` if it is alive, or was killed before it changed anything."""
    try:
        with closing(sqlite3.connect(journal, timeout=0)) as connection:
            row = connection.execute("SELECT kept FROM run").fetchone()
    except sqlite3.Error:
        return None
    return json.loads(row[0]) if row else None


def _name_pypi(text: str, views: Iterable[str]) -> str:
    """Replace the gateways' views in a Pipfile by PyPI, the only index that they stand in for."""
    for view in views:
        text = re.sub(rf'"{re.escape(view)}/?"', f'"{PYPI_URL}"', text)
    return text


def _put_right(path: Path, before: str | None, views: Iterable[str]) -> bool:
    """Repair a file, and return whether that was needed."""
    found = _read(path)
    if found is None or not any(view in found for view in views):
        return False
    if path.name == RECEIPT:
        restore_receipt(path, dict.fromkeys(views, ()))
    elif path.name == PIPFILE:
        # Nobody else writes down again what was added to it.
        rewrite(path, lambda after: _name_pypi(after, views))
    elif before is None:
        path.unlink()
    elif path.name == PROJECT_FILE or find_script_blocks(found):
        restore_project_file(path, before, list(views))
    else:
        rewrite(path, lambda _: before)
    return True
