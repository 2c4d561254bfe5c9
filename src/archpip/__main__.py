"""`python -m archpip`, and the `archpip` console script."""

import atexit
import os
import sys
from contextlib import suppress
from typing import NoReturn

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
