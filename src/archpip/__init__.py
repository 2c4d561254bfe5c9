"""archpip: architecture-correct installs for pip and uv.

A wheel's file name is a claim about the machine it runs on; archpip opens the wheel and checks.
This package is an application: its commands and file formats are its public interface.
"""

__version__ = "0.1.0"
"""Read from here by what builds the package, too: installed metadata takes 30 ms to read."""

__all__ = ["__version__"]
