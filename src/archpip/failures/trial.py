"""Import one module and say how that went; run as a script inside the environment's interpreter.

It must run under every Python 3.6 and later without archpip: standard library only. Arguments are
the module's name, its file, and the folders to import from; the answer is the exit status and,
where the import fails, one line of JSON on standard error behind a mark.
"""

import ctypes
import importlib
import json
import os
import site
import sys
from typing import List, Optional  # noqa: UP035 - Python 3.6 has no list[str]

MARK = "archpip-trial: "
FAILED = 3
IMPORTED = 4
"""Not 0, with which a module may end the process while it is imported."""


def try_import(name: str, path: str, folders: List[str]) -> int:  # noqa: UP006 - as above
    """Import a module; returns the process's exit status."""
    for folder in folders:
        if folder not in sys.path:
            site.addsitedir(folder)
    try:
        importlib.import_module(name)
    except BaseException as error:  # noqa: BLE001 - also what a module does to leave the process
        answer = {
            "type": type(error).__name__,
            "message": str(error),
            "loader": try_load(path),
        }
        sys.stderr.write("\n" + MARK + json.dumps(answer) + "\n")
        return FAILED
    return IMPORTED


def try_load(path: str) -> Optional[str]:  # noqa: UP045 - as above
    """Have the system load a file without running its module; returns its complaint, if any."""
    try:
        ctypes.PyDLL(path)
    except OSError as error:
        return str(error)
    return None


if __name__ == "__main__":
    status = try_import(sys.argv[1], sys.argv[2], sys.argv[3:])
    sys.stderr.flush()
    # What modules leave to be done at exit may hang, and is not asked about.
    os._exit(status)
