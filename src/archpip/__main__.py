"""`python -m archpip`, and the `archpip` console script."""

from archpip.early_interrupts import end_at_interrupts, ignore_interrupts

end_at_interrupts()  # before the other imports, most of what a small command takes

import atexit  # noqa: E402  # see above
import os  # noqa: E402  # see above
import sys  # noqa: E402  # see above
from contextlib import suppress  # noqa: E402  # see above
from typing import NoReturn  # noqa: E402  # see above

from archpip.cli.main import main  # noqa: E402  # see above


def run() -> NoReturn:
    """Run the command line, and end the process without taking apart what it holds.

    A resolution leaves a million objects behind, and to free each takes a tenth of the whole run.
    What must be done at the end is done: temporary folders go, and output is written out.
    """
    status = main()
    ignore_interrupts()
    atexit._run_exitfuncs()  # noqa: SLF001  # `os._exit` would leave them out
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, AttributeError):  # nobody reads it; there is none
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    run()
