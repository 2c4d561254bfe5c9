"""archpip: architecture-correct installs for pip and uv.

A wheel's file name is a claim about the machine it runs on; archpip opens the wheel and checks.
This package is an application: its commands and file formats are its public interface.
"""

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    # Reading the installed metadata costs 30 ms, which only `--version` need spend.
    if name == "__version__":
        from importlib.metadata import version

        return version("archpip")
    raise AttributeError(name)
