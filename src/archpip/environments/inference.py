"""Which target a tree is for, where nobody says: its interpreter is asked, else its files."""

from dataclasses import dataclass
from pathlib import Path

from archpip.environments.model import Shape, Tree
from archpip.targets import InterpreterUnusableError, Target, probe_interpreter


@dataclass(frozen=True, slots=True, kw_only=True)
class InferredTarget:
    """A target, and what says so."""

    target: Target
    origin: str


def infer_target(path: Path, shape: Shape, tree: Tree, *, host: Target) -> InferredTarget:
    """Say which target a tree is for.

    Only the interpreter of an environment that the user names is run, never one that a bundle or
    image holds.
    """
    del tree
    if (python := find_interpreter(path, shape)) is not None:
        try:
            return InferredTarget(target=probe_interpreter(python), origin="its interpreter")
        except InterpreterUnusableError:
            pass
    return InferredTarget(target=host, origin="this machine, since nothing there says another")


def find_interpreter(path: Path, shape: Shape) -> Path | None:
    """Return the interpreter of an environment, where it may be run."""
    if shape is Shape.SITE_PACKAGES:
        prefix = next((p for p in list(path.parents)[:3] if (p / "pyvenv.cfg").is_file()), None)
    elif shape in {Shape.ENVIRONMENT, Shape.CONDA}:
        prefix = path
    else:
        prefix = None
    if prefix is None:
        return None
    places = (prefix / "bin" / "python", prefix / "Scripts" / "python.exe", prefix / "python.exe")
    return next((place for place in places if place.exists()), None)
