"""Messages of Windows, as its windows, Python, Node.js, PyTorch, cffi and PyInstaller write them.

It has them in many languages: ERROR_BAD_EXE_FORMAT and ERROR_EXE_MACHINE_TYPE_MISMATCH are known by
their numbers or, if Python omits those, by the placeholder that Windows leaves unfilled.

Source: https://learn.microsoft.com/windows/win32/debug/system-error-codes--0-499-.
"""

import re

from archpip.failures.messages import Complaint, Message

_BAD_EXE_FORMAT = "rror 193] "
_MACHINE_MISMATCH = "rror 216] "
_NOT_FILLED_IN = ": %1"

_PATH_AT_END = re.compile(r": '(?P<path>[^']{1,1000})'")
_PYTHON_LIBRARY = re.compile(r"Python DLL '(?P<path>[^']{1,1000})'")


def _with_number(words: str, complaint: Complaint) -> Message:
    """Return a message that Windows numbers, and behind which `subprocess` writes a path."""
    pattern = re.compile(re.escape(words))
    return Message(complaint=complaint, words=words, pattern=pattern, path=_PATH_AT_END)


WINDOWS: tuple[Message, ...] = (
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words=_NOT_FILLED_IN,
        pattern=re.compile(
            r"(?:DLL load failed(?: while importing (?P<module>[\w.]{1,1000}))?"
            r"|LoadLibrary\w{0,4}(?: failed)?): %1"
        ),
        path=_PYTHON_LIBRARY,
    ),
    _with_number(_BAD_EXE_FORMAT, Complaint.NOT_LOADABLE),
    _with_number(_MACHINE_MISMATCH, Complaint.WRONG_ARCHITECTURE),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="DLL load failed",
        pattern=re.compile(r"DLL load failed(?: while importing (?P<module>[\w.]{1,1000}))?:"),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="Could not find module '",
        pattern=re.compile(r"Could not find module '(?P<path>[^']{1,1000})'"),
    ),
    # Windows', as Node.js, PyTorch, cffi, and a window write them.
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words=" is not a valid Win32 application",
        pattern=re.compile(
            r"(?P<path>[A-Za-z]:\\[^:*?\"<>|]{1,1000})(?:: %1)? is not a valid Win32 application"
        ),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words=" or one of its dependencies",
        pattern=re.compile(r'Error loading \\?"(?P<path>[^"]{1,1000}?)\\?" or one of its'),
    ),
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words=": error 0xc1",
        pattern=re.compile(r"cannot load library '?(?P<path>[^'*?\"<>|]{1,1000}?)'?: error 0xc1"),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words=": error 0x7e",
        pattern=re.compile(r"cannot load library '?(?P<path>[^'*?\"<>|]{1,1000}?)'?: error 0x7e"),
    ),
    Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words="The procedure entry point ",
        pattern=re.compile(
            r"entry point (?P<symbol>\S{1,1000}) could not be located in the dynamic link library "
            r"(?P<path>[^*?\"<>|]{1,1000}?)\.?$"
        ),
    ),
    Message(  # STATUS_INVALID_IMAGE_FORMAT
        complaint=Complaint.NOT_LOADABLE,
        words="000007",
        pattern=re.compile(r"0[xX][cC]000007[bB]"),
    ),
    Message(
        complaint=Complaint.WRONG_ARCHITECTURE,
        words=" is not compatible with the version of Windows ",
        pattern=re.compile(
            r"(?:This version of (?P<path>[^%*?\"<>|]{1,1000})|The version of this file)"
            r" is not compatible "
        ),
    ),
    Message(  # a window's
        complaint=Complaint.WRONG_ARCHITECTURE,
        words="t run on your PC",
        pattern=re.compile("This app can['\u2019]t run"),
    ),
    Message(  # PowerShell's and .NET's
        complaint=Complaint.WRONG_ARCHITECTURE,
        words=" is not a valid application for this OS platform",
        pattern=re.compile("specified executable is not a valid"),
        path=re.compile(r"(?:Program|process) '(?P<path>[^']{1,1000})'"),
    ),
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words=" is either not designed to run on Windows ",
        pattern=re.compile(r"(?P<path>(?:[A-Za-z]:\\)?[^:*?\"<>|]{1,1000}) is either not designed"),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words=" is missing from your computer",
        pattern=re.compile(r"because (?P<library>\S{1,200}) is missing from"),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words=" was not found. Reinstalling ",
        pattern=re.compile(r"because (?P<library>\S{1,200}) was not found"),
    ),
    # PyInstaller's.
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words=" Python DLL '",
        pattern=_PYTHON_LIBRARY,
    ),
    Message(  # ERROR_MOD_NOT_FOUND, ERROR_PROC_NOT_FOUND
        complaint=Complaint.CANNOT_OPEN,
        words="[WinError 12",
        pattern=re.compile(r"\[WinError 12[67]\] "),
        path=_PATH_AT_END,
    ),
    Message(
        complaint=Complaint.NO_INSTRUCTION,
        words="DLL load failed with error code ",
        pattern=re.compile(
            r"error code (?:-1073741795|3221225501)(?: while importing (?P<module>[\w.]{1,1000}))?"
        ),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="DLL load failed with error code ",
        pattern=re.compile(r"error code -?\d{1,20}(?: while importing (?P<module>[\w.]{1,1000}))?"),
    ),
    Message(
        complaint=Complaint.NO_INSTRUCTION,
        words="C000001D",
        pattern=re.compile("0[xX]C000001D"),
    ),
)
