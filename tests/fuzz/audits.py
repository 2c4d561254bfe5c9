"""What an audit reads besides wheels and binaries: each as a surface (see `surfaces.py`)."""

import io
import tarfile
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from archpip.binaries import BytesSource
from archpip.environments import (
    Audit,
    AuditedPart,
    NothingToAuditError,
    Shape,
    Tree,
    audit_tree,
    detect_shape,
    find_scope,
    infer_target,
    open_tree,
)
from archpip.environments.layers import LayeredTree
from archpip.environments.packed import find_packing
from archpip.errors import LockError, UsageError
from archpip.failures import find_culprits, read_suspects
from archpip.locking import read_preferences
from archpip.reports.audit import render_lines
from archpip.reports.audit_json import render_json
from archpip.reports.audit_page import render_html
from archpip.reports.culprits import render_culprits
from archpip.reports.sarif import render_sarif
from archpip.targets import detect_host, parse_target
from archpip.verdicts import Policy
from archpip.wheelhouses import audit_locked, find_stated_target, read_locked
from archpip.wheels import Inspection
from tests.property.binaries.seeds import SEEDS as BINARIES

_POLICY = Policy()
_HOST = detect_host()
_TARGET = parse_target("linux-aarch64", host=_HOST)
_SCRATCH = TemporaryDirectory(prefix="archpip-fuzz-")


def _judge(tree: Tree) -> tuple[AuditedPart, ...]:
    return audit_tree(tree, _TARGET, _POLICY, scope=find_scope(tree))


def _report(parts: tuple[AuditedPart, ...], shape: Shape) -> Audit:
    audit = Audit(path=".", shape=shape, target=_TARGET, target_origin="", parts=parts)
    tuple(render_lines(audit, show_all=True))
    for render in (render_json, render_html):
        render(audit)
    render_sarif(audit, version="1")
    return audit


def read_as_archive(content: bytes) -> None:
    """Audit a zip archive or the archive of an image, whichever it looks like."""
    path = Path(_SCRATCH.name, "archive")
    path.write_bytes(content)
    with suppress(NothingToAuditError):
        shape = detect_shape(path)
        with closing(open_tree(path, shape, target=_TARGET)) as tree:
            infer_target(path, shape, tree, host=_HOST)
            _report(_judge(tree), shape)


def read_as_layer(content: bytes) -> None:
    """Audit an image whose layers are all the same."""
    with closing(LayeredTree()) as tree:
        for name in ("lower", "upper"):
            tree.apply(io.BytesIO(content), name=name, size_bytes=len(content))
        _report(_judge(tree), Shape.IMAGE)


def read_as_locked(content: bytes) -> None:
    """Read as each lockfile whose wheels are audited, and whose versions are preferred."""
    for name in ("uv.lock", "requirements.txt", "pylock.toml"):
        path = Path(_SCRATCH.name, name)
        path.write_bytes(content)
        with suppress(LockError):
            find_stated_target(path)
            projects = read_locked(path, _TARGET)[:20]
            _report(audit_locked(projects, _TARGET, _POLICY, look_up=_refuse), Shape.LOCKFILE)
        with suppress(LockError):
            read_preferences(path)


def _refuse(subject: str) -> Inspection:
    raise UsageError(subject)


def read_as_traceback(content: bytes) -> None:
    """Find what is behind a failing program's output."""
    suspects = read_suspects(content.decode(errors="replace"))
    render_culprits(_BEHIND, find_culprits(_BEHIND, suspects))


def read_as_program(content: bytes) -> None:
    """Look for what PyInstaller or Nuitka packed into a program."""
    find_packing(BytesSource(content))


def _read_behind() -> Audit:
    """Audit a tree of one binary of each kind, which tracebacks may name."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for name, binary in BINARIES.items():
            entry = tarfile.TarInfo(f"srv/demo/{name}.so")
            entry.size = len(binary)
            archive.addfile(entry, io.BytesIO(binary))
    with closing(LayeredTree()) as tree:
        tree.apply(io.BytesIO(written.getvalue()), name="layer", size_bytes=len(written.getvalue()))
        return _report(_judge(tree), Shape.FOLDER)


_BEHIND = _read_behind()
