"""The target: the machine that archpip resolves for."""

from dataclasses import dataclass

from archpip.architecture import Architecture, Libc, OperatingSystem


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonTarget:
    """The interpreter of a target."""

    implementation: str = "cpython"
    """`cpython` or `pypy`, as `sys.implementation.name` writes it."""
    version: tuple[int, int, int]
    free_threaded: bool = False
    implementation_version: tuple[int, int, int] | None = None
    """Where it is not the language's version: PyPy's own, (7, 3, 17)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One machine and its Python. Two equal targets accept exactly the same wheels."""

    operating_system: OperatingSystem
    architectures: tuple[Architecture, ...]
    """Sorted, no repeats; several only for macOS universal2, where every one must be served."""
    libc: Libc | None = None
    """Set for Linux only."""
    floor: tuple[int, int]
    """The oldest system that must be served: macOS or iOS version, glibc or musl version,
    (Android API level, 0), or (Windows major, minor)."""
    simulator: bool = False
    """iOS only."""
    python: PythonTarget
