"""`python -m archpip`, and the `archpip` console script."""

import atexit
import os
import sys
from contextlib import suppress
from typing import NoReturn

# msgspec takes three names from typing_extensions where that is installed, all of which `typing`
# has since Python 3.11. With it come inspect, ast and dis, which take a tenth of a small audit.
if "typing_extensions" not in sys.modules:
    sys.modules["typing_extensions"] = None  # type: ignore[assignment] # imports fail, as without it
    import msgspec  # noqa: F401

    del sys.modules["typing_extensions"]

from archpip.cli.main import main


def run() -> NoReturn:
    """Run the command line, and end the process without taking apart what it holds.

    A resolution leaves a million objects behind, and to free each takes a tenth of the whole run.
    What must be done at the end is done: temporary folders go, and output is written out.
    """
    status = main()
    atexit._run_exitfuncs()  # noqa: SLF001  # `os._exit` would leave them out
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, AttributeError):  # nobody reads it; there is none
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    run()
