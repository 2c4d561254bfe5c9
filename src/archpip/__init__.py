"""archpip: architecture-correct installs for pip and uv.

A wheel's file name is a claim about the machine it runs on; archpip opens the wheel and checks.
This package is an application: its commands and file formats are its public interface.
"""

from importlib.metadata import version

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    # Reading the installed metadata costs milliseconds that most commands need not spend.
    if name == "__version__":
        return version("archpip")
    raise AttributeError(name)
