"""Import one module and report the outcome; run as a script by the environment's interpreter.

It must run under every Python 3.6 and later without archpip: standard library only. Arguments are
the module's name, its file, and the folders to import from; the result is the exit status and, if
the import fails, one line of JSON on standard error after a marker.
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
"""Not 0, since a module may exit the process with that while it is imported."""


MOST_SAID = 4000
"""Most characters of one message."""


def try_import(name: str, path: str, folders: List[str]) -> int:  # noqa: UP006 - as above
    """Import a module, and return the process's exit status."""
    answers = os.dup(2)  # modules close, redirect and replace standard error
    for folder in folders:
        if folder not in sys.path:
            site.addsitedir(folder)
    try:
        importlib.import_module(name)
    except BaseException as error:  # noqa: BLE001 - also what a module does to leave the process
        loader = try_load(path)
        answer = {
            "type": type(error).__name__,
            "message": to_message(error),
            "loader": loader,
        }
        os.write(answers, ("\n" + MARK + json.dumps(answer) + "\n").encode())
        return FAILED
    return IMPORTED


def try_load(path: str) -> Optional[str]:  # noqa: UP045 - as above
    """Load a file without initialising its module, and return the loader's error, if any."""
    try:
        ctypes.PyDLL(path)
    except OSError as error:
        return to_message(error)
    return None


def to_message(error: BaseException) -> str:
    """Return an error's message, of which a class may make anything."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - whatever a foreign class raises
        return "its message cannot be read"
    return text[:MOST_SAID].encode("utf-8", "backslashreplace").decode()


if __name__ == "__main__":
    status = try_import(sys.argv[1], sys.argv[2], sys.argv[3:])
    # Exit handlers of modules may hang, and are not under test.
    os._exit(status)
