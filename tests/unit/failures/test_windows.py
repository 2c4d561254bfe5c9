"""Messages of Windows, word for word, as users report them."""

import pytest

from archpip.failures import Complaint, Suspect
from tests.unit.failures.messages import BEFORE, check, of

MESSAGES = {
    # In the languages and wordings that it has.
    (
        "FileNotFoundError: Could not find module 'C:\\v\\x.dll' (or one of its dependencies). "
        "Try using the full path with constructor syntax."
    ): of(Complaint.CANNOT_OPEN, path="C:/v/x.dll"),
    "ImportError: DLL load failed while importing _x: %1 不是有效的 Win32 应用程序。": of(
        Complaint.NOT_LOADABLE, module="_x"
    ),
    "OSError: [WinError 193] %1 n\u2019est pas une application Win32 valide": of(
        Complaint.NOT_LOADABLE
    ),
    "OSError: [WinError 193] %1 is not a valid Win32 application: 'C:\\v\\tool.exe'": of(
        Complaint.NOT_LOADABLE, path="C:/v/tool.exe"
    ),
    (
        "OSError: [WinError 216] This version of %1 is not compatible with the version of "
        "Windows you're running"
    ): of(Complaint.WRONG_ARCHITECTURE),
    "LoadLibrary: %1 is not a valid Win32 application.": of(Complaint.NOT_LOADABLE),
    "ImportError: DLL load failed while importing _x: %1 is not a valid Win32 application.": of(
        Complaint.NOT_LOADABLE, module="_x"
    ),
    "ImportError: DLL load failed: %1 is not a valid Win32 application.": of(
        Complaint.NOT_LOADABLE
    ),
    (
        "ImportError: DLL load failed while importing _x: The specified module could not be found."
    ): of(Complaint.CANNOT_OPEN, module="_x"),
    "OSError: [WinError 193] %1 is not a valid Win32 application": of(Complaint.NOT_LOADABLE),
    "ImportError: DLL load failed:找不到指定的模块。": of(Complaint.CANNOT_OPEN),
    "ImportError: DLL load failed with error code -1073741795 while importing _tf": of(
        Complaint.NO_INSTRUCTION, module="_tf"
    ),
    "ImportError: DLL load failed with error code 1455 while importing _tf": of(
        Complaint.CANNOT_OPEN, module="_tf"
    ),
    (
        "OSError: [WinError 216] This version of %1 is not compatible with the version of "
        "Windows you're running. Check your computer's system information: 'C:\\v\\tool.exe'"
    ): of(Complaint.WRONG_ARCHITECTURE, path="C:/v/tool.exe"),
    'OSError: [WinError 126] Error loading "C:\\v\\x.dll" or one of its dependencies.': of(
        Complaint.CANNOT_OPEN, path="C:/v/x.dll"
    ),
    "OSError: cannot load library 'C:\\v\\x.dll': error 0xc1": of(
        Complaint.NOT_LOADABLE, path="C:/v/x.dll"
    ),
    "OSError: cannot load library 'C:\\v\\x.dll': error 0x7e": of(
        Complaint.CANNOT_OPEN, path="C:/v/x.dll"
    ),
    "The procedure entry point F could not be located in the dynamic link library C:\\x.pyd.": of(
        Complaint.SYMBOL_NOT_FOUND, path="C:/x.pyd", symbol="F"
    ),
    "The application was unable to start correctly (0xc000007b).": of(Complaint.NOT_LOADABLE),
    "Error: \\\\?\\C:\\v\\sharp.node is not a valid Win32 application.": of(
        Complaint.NOT_LOADABLE, path="C:/v/sharp.node"
    ),
    "thread 'main' panicked: LoadLibraryExW failed: %1 is not a valid Win32 application": of(
        Complaint.NOT_LOADABLE
    ),
    "OSError: [WinError 127] Die angegebene Prozedur wurde nicht gefunden": of(
        Complaint.CANNOT_OPEN
    ),
    "OSError: [WinError 126] The specified module could not be found": of(Complaint.CANNOT_OPEN),
    "This version of C:\\v\\x.exe is not compatible with the version of Windows you're": of(
        Complaint.WRONG_ARCHITECTURE, path="C:/v/x.exe"
    ),
    (
        "[PYI-9608:ERROR] Failed to load Python DLL 'C:\\v\\python312.dll'.\n"
        "LoadLibrary: The specified module could not be found."
    ): of(Complaint.CANNOT_OPEN, path="C:/v/python312.dll"),
    (
        "[1] Error loading Python DLL 'C:\\v\\python38.dll'. "
        "LoadLibrary: %1 is not a valid Win32 application"
    ): of(Complaint.NOT_LOADABLE, path="C:/v/python38.dll"),
    # Those of its windows, of PowerShell and of Java.
    "This app can't run on your PC": of(Complaint.WRONG_ARCHITECTURE),
    "This app can\u2019t run on your PC. To find a version for your PC, check": of(
        Complaint.WRONG_ARCHITECTURE
    ),
    (
        "Program 'tool.exe' failed to run: The specified executable is not a valid application "
        "for this OS platform.At line:1 char:1"
    ): of(Complaint.WRONG_ARCHITECTURE, path="tool.exe"),
    "The version of this file is not compatible with the version of Windows you're running.": of(
        Complaint.WRONG_ARCHITECTURE
    ),
    "C:\\v\\x.dll is either not designed to run on Windows or it contains an error.": of(
        Complaint.NOT_LOADABLE, path="C:/v/x.dll"
    ),
    "The program can't start because python38.dll is missing from your computer.": of(
        Complaint.CANNOT_OPEN, library="python38.dll"
    ),
    (
        "The code execution cannot proceed because VCRUNTIME140_1.dll was not found. "
        "Reinstalling the program may fix this problem."
    ): of(Complaint.CANNOT_OPEN, library="VCRUNTIME140_1.dll"),
    "java.lang.UnsatisfiedLinkError: C:\\v\\x.dll: %1 is not a valid Win32 application": of(
        Complaint.NOT_LOADABLE, path="C:/v/x.dll"
    ),
    "Process finished with exit code -1073741795 (0xC000001D)": of(Complaint.NO_INSTRUCTION),
}


@pytest.mark.parametrize(("text", "expected"), MESSAGES.items(), ids=range(len(MESSAGES)))
@pytest.mark.parametrize("before", BEFORE)
def test_messages_are_understood(before: str, text: str, expected: Suspect) -> None:
    check(before, text, expected)
