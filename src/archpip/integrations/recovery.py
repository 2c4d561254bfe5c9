"""What a command behind gateways leaves behind where archpip is killed, put right by the next one.

While the command runs, files of the project may name a gateway on loopback: `uv.lock` does from the
start, and what a client writes is put right only afterwards. So what the files held before is kept
meanwhile, in a database whose lock says whether its run still goes on: SQLite has one on every
system, and it goes with the process, however that ends.
"""

import json
import logging
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

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
    """Keep what files hold, as long as this is entered, for whoever finds that it never ended.

    Args:
        journals: The folder for it, which is made.
        paths: Files that a client may write, or make, with a gateway's address in them.
        views: What such addresses begin with.
    """
    kept = {"views": list(views), "files": {str(each.absolute()): _read(each) for each in paths}}
    with ExitStack() as opened:
        try:
            journal = opened.enter_context(_written(journals, json.dumps(kept)))
        except (OSError, sqlite3.Error) as error:
            # Who cannot write there can run commands all the same.
            _log.debug("nothing is kept for recovery: %s", error)
            journal = None
        yield
    # Where that raised it stays, for the next run to look.
    if journal is not None:
        journal.unlink(missing_ok=True)


@contextmanager
def _written(journals: Path, kept: str) -> Iterator[Path]:
    """Write a journal, and hold its lock as long as this is entered."""
    journals.mkdir(parents=True, exist_ok=True)
    journal = journals / f"{secrets.token_hex(8)}{_SUFFIX}"
    # Files of a project are nobody else's business.
    journal.touch(mode=0o600)
    with closing(sqlite3.connect(journal, isolation_level=None)) as connection:
        # The lock of the first write is held until the connection is closed. What is written need
        # survive the process, not the machine.
        for setting in ("locking_mode = EXCLUSIVE", "journal_mode = MEMORY", "synchronous = OFF"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("CREATE TABLE run (kept TEXT NOT NULL)")
        connection.execute("INSERT INTO run VALUES (?)", (kept,))
        yield journal


def recover(journals: Path) -> tuple[Path, ...]:
    """Put right what runs that were killed left behind.

    A project file, a script and a tool's receipt keep what was added to them. A lockfile that
    names a gateway is what it was before the run, or gone where there was none: its client makes
    it again.

    Returns:
        The files that were put right.
    """
    changed: list[Path] = []
    for journal in sorted(journals.glob(f"*{_SUFFIX}")):
        try:
            kept = _read_journal(journal)
        except sqlite3.Error:
            continue  # Its run goes on, or was killed before it had begun anything.
        for name, before in kept["files"].items():
            if _put_right(Path(name), before, kept["views"]):
                changed.append(Path(name))
        journal.unlink(missing_ok=True)
    return tuple(changed)


def _read(path: Path) -> str | None:
    with suppress(OSError, UnicodeDecodeError):
        return path.read_text("utf-8")
    return None


def _read_journal(journal: Path) -> dict[str, dict[str, str | None]]:
    with closing(sqlite3.connect(journal, timeout=0)) as connection:
        row = connection.execute("SELECT kept FROM run").fetchone()
    return json.loads(row[0])  # type: ignore[no-any-return]


def _put_right(path: Path, before: str | None, views: Iterable[str]) -> bool:
    """Put a file right, and tell whether that was needed."""
    found = _read(path)
    if found is None or not any(view in found for view in views):
        return False
    if path.name == RECEIPT:
        restore_receipt(path, dict.fromkeys(views, ()))
    elif before is None:
        path.unlink()
    elif path.name == PROJECT_FILE or find_script_blocks(found):
        restore_project_file(path, before, list(views))
    else:
        rewrite(path, lambda _: before)
    return True
