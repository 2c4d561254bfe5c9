"""Messages of loaders, shells and runtimes, word for word, as users report them."""

import pytest
from msgspec.structs import replace

from archpip.failures import Complaint, Suspect, read_suspects


def _of(complaint: Complaint, **named: str) -> Suspect:
    return Suspect(complaint=complaint, message="", **named)


MESSAGES = {
    # dyld's, older and newer.
    (
        "ImportError: dlopen(/v/x.so, 0x0002): tried: '/v/x.so' (mach-o file, but is an "
        "incompatible architecture (have 'x86_64', need 'arm64')), '/System/x.so' (no such "
        "file)"
    ): _of(Complaint.WRONG_ARCHITECTURE, path="/v/x.so"),
    (
        "ImportError: dlopen(/v/x.so, 0x0002): tried: '/v/x.so' (mach-o file, but is an "
        "incompatible architecture (have (x86_64), need (arm64e)))"
    ): _of(Complaint.WRONG_ARCHITECTURE, path="/v/x.so"),
    (
        "OSError: dlopen(/v/x.so, 0x0006): tried: '/v/x.so' (mach-o file, but is an "
        "incompatible architecture (have 'x86_64', need 'arm64e' or 'arm64'))"
    ): _of(Complaint.WRONG_ARCHITECTURE, path="/v/x.so"),
    (
        "ImportError: dlopen(/v/x.so, 0x0002): tried: '/v/x.so' (fat file, but missing "
        "compatible architecture (have 'i386,x86_64', need 'arm64'))"
    ): _of(Complaint.WRONG_ARCHITECTURE, path="/v/x.so"),
    (
        "ImportError: dlopen(/v/x.so, 2): no suitable image found.  Did find:\n"
        "\t/v/x.so: no matching architecture in universal wrapper"
    ): _of(Complaint.WRONG_ARCHITECTURE, path="/v/x.so"),
    (
        "OSError: dlopen(/v/x.so, 0x0006): tried: '/v/x.so' (not a mach-o file), "
        "'/System/x.so' (no such file)"
    ): _of(Complaint.NOT_LOADABLE, path="/v/x.so"),
    "OSError: dlopen(/v/x.so, 6): tried: '/v/x.so' (slice is not valid mach-o file)": _of(
        Complaint.NOT_LOADABLE, path="/v/x.so"
    ),
    (
        "ImportError: dlopen(/v/x.so, 2): no suitable image found.  Did find:\n"
        "\t/v/x.so: mach-o, but wrong architecture"
    ): _of(Complaint.WRONG_ARCHITECTURE, path="/v/x.so"),
    "ImportError: dlopen(/v/x.so, 0x0002): symbol not found in flat namespace '_SASToken'": _of(
        Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="_SASToken"
    ),
    "ImportError: dlopen(/v/x.so, 2): Symbol not found: _gone": _of(
        Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="_gone"
    ),
    "dyld: cannot load 'tool' (load command 0x80000034 is unknown)": _of(
        Complaint.SYSTEM_TOO_OLD, path="tool"
    ),
    "\tliblovely.dylib: mach-o, but wrong architecture": _of(
        Complaint.WRONG_ARCHITECTURE, path="liblovely.dylib"
    ),
    (
        "ImportError: dlopen(/v/x.so, 0x0002): tried: '/v/x.so' (code signature in <8A> not valid"
    ): _of(Complaint.NOT_LOADABLE, path="/v/x.so"),
    "OSError: dlopen(/v/x.dylib, 0x0006): tried: '/v/x.dylib' (no such file)": _of(
        Complaint.CANNOT_OPEN, path="/v/x.dylib"
    ),
    ("dyld[1]: Library not loaded: '/opt/lib/libssl.3.dylib'\n  Referenced from: '/v/tool'"): _of(
        Complaint.CANNOT_OPEN, path="/v/tool", library="libssl.3.dylib"
    ),
    (
        "dyld[1]: Library not loaded: @rpath/libssl.3.dylib\n"
        "  Referenced from: <8A2F-11> /v/My App/tool\n"
        "  Reason: tried: '/v/libssl' (no such file)"
    ): _of(Complaint.CANNOT_OPEN, path="/v/My App/tool", library="libssl.3.dylib"),
    (
        "dyld: Symbol not found: _futimens\n"
        "  Referenced from: /v/tool (which was built for Mac OS X 10.13)\n"
        "  Expected in: x"
    ): _of(Complaint.SYMBOL_NOT_FOUND, path="/v/tool", symbol="_futimens"),
    # glibc's.
    "ImportError: /v/x.so: undefined symbol: PyUnicode_AsUTF8": _of(
        Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="PyUnicode_AsUTF8"
    ),
    "ImportError: /lib64/libc.so.6: version `GLIBC_2.34' not found (required by /v/x.so)": _of(
        Complaint.SYSTEM_TOO_OLD, path="/v/x.so"
    ),
    "ImportError: /v/x.so: wrong ELF class: ELFCLASS32": _of(
        Complaint.WRONG_ARCHITECTURE, path="/v/x.so"
    ),
    "OSError: /v/libx.so: cannot open shared object file: No such file or directory": _of(
        Complaint.WRONG_ARCHITECTURE, path="/v/libx.so"
    ),
    "ImportError: libfoo.so.1: cannot open shared object file: No such file or directory": _of(
        Complaint.CANNOT_OPEN, library="libfoo.so.1"
    ),
    "ImportError: /v/x.so: file too short": _of(Complaint.NOT_LOADABLE, path="/v/x.so"),
    "ImportError: /v/x.so: ELF file data encoding not little-endian": _of(
        Complaint.NOT_LOADABLE, path="/v/x.so"
    ),
    "ImportError: /v/x.so: ELF load command alignment not page-aligned": _of(
        Complaint.NOT_LOADABLE, path="/v/x.so"
    ),
    "ImportError: /v/x.so: invalid ELF header": _of(Complaint.NOT_LOADABLE, path="/v/x.so"),
    "OSError: dlopen: cannot load any more object with static TLS": _of(Complaint.NO_ROOM),
    "ImportError: /v/x.so: cannot allocate memory in static TLS block": _of(
        Complaint.NO_ROOM, path="/v/x.so"
    ),
    (
        "ImportError: /v/x.so: cannot enable executable stack as shared object requires: Invalid"
    ): _of(Complaint.NOT_LOADABLE, path="/v/x.so"),
    "ImportError: /v/x.so: failed to map segment from shared object": _of(
        Complaint.NOT_LOADABLE, path="/v/x.so"
    ),
    (
        "ImportError: /v/x.so: symbol _ZdlPvm version GLIBCXX_3.4 not defined in file a with link"
    ): _of(Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="_ZdlPvm"),
    "python: symbol lookup error: /v/x.so: undefined symbol: foo, version BAR_1.0": _of(
        Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="foo"
    ),
    "yuzu: /lib/libm.so.6: version 'GLIBC_2.29' not found (required by /v/x.so)": _of(
        Complaint.SYSTEM_TOO_OLD, path="/v/x.so"
    ),
    # musl's.
    "ImportError: Error relocating /v/x.so: __sprintf_chk: symbol not found": _of(
        Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="__sprintf_chk"
    ),
    (
        "ImportError: Error loading shared library libc.so.6: No such file or directory "
        "(needed by /v/x.so)"
    ): _of(Complaint.CANNOT_OPEN, path="/v/x.so", library="libc.so.6"),
    "Error relocating tool: __rawmemchr: symbol not found": _of(
        Complaint.SYMBOL_NOT_FOUND, path="tool", symbol="__rawmemchr"
    ),
    "ImportError: Error relocating /v/x.so: (null): initial-exec TLS resolves to dynamic": _of(
        Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="(null)"
    ),
    # Android's (bionic).
    'ImportError: dlopen failed: "/v/x.so" is 64-bit instead of 32-bit': _of(
        Complaint.WRONG_ARCHITECTURE, path="/v/x.so"
    ),
    'ImportError: dlopen failed: "/v/x.so" has unexpected e_machine: 62 (EM_X86_64)': _of(
        Complaint.WRONG_ARCHITECTURE, path="/v/x.so"
    ),
    'ImportError: dlopen failed: library "libc.so.6" not found: needed by /v/x.so in': _of(
        Complaint.CANNOT_OPEN, path="/v/x.so", library="libc.so.6"
    ),
    'ImportError: dlopen failed: cannot locate symbol "PyErr" referenced by "/v/x.so"...': _of(
        Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="PyErr"
    ),
    # Windows', in the languages and wordings that it has.
    (
        "FileNotFoundError: Could not find module 'C:\\v\\x.dll' (or one of its dependencies). "
        "Try using the full path with constructor syntax."
    ): _of(Complaint.CANNOT_OPEN, path="C:/v/x.dll"),
    "ImportError: DLL load failed while importing _x: %1 不是有效的 Win32 应用程序。": _of(
        Complaint.NOT_LOADABLE, module="_x"
    ),
    "OSError: [WinError 193] %1 n\u2019est pas une application Win32 valide": _of(
        Complaint.NOT_LOADABLE
    ),
    "OSError: [WinError 193] %1 is not a valid Win32 application: 'C:\\v\\tool.exe'": _of(
        Complaint.NOT_LOADABLE, path="C:/v/tool.exe"
    ),
    (
        "OSError: [WinError 216] This version of %1 is not compatible with the version of "
        "Windows you're running"
    ): _of(Complaint.WRONG_ARCHITECTURE),
    "LoadLibrary: %1 is not a valid Win32 application.": _of(Complaint.NOT_LOADABLE),
    "ImportError: DLL load failed while importing _x: %1 is not a valid Win32 application.": _of(
        Complaint.NOT_LOADABLE, module="_x"
    ),
    "ImportError: DLL load failed: %1 is not a valid Win32 application.": _of(
        Complaint.NOT_LOADABLE
    ),
    (
        "ImportError: DLL load failed while importing _x: The specified module could not be found."
    ): _of(Complaint.CANNOT_OPEN, module="_x"),
    "OSError: [WinError 193] %1 is not a valid Win32 application": _of(Complaint.NOT_LOADABLE),
    "ImportError: DLL load failed:找不到指定的模块。": _of(Complaint.CANNOT_OPEN),
    "ImportError: DLL load failed with error code -1073741795 while importing _tf": _of(
        Complaint.NO_INSTRUCTION, module="_tf"
    ),
    "ImportError: DLL load failed with error code 1455 while importing _tf": _of(
        Complaint.CANNOT_OPEN, module="_tf"
    ),
    (
        "OSError: [WinError 216] This version of %1 is not compatible with the version of "
        "Windows you're running. Check your computer's system information: 'C:\\v\\tool.exe'"
    ): _of(Complaint.WRONG_ARCHITECTURE, path="C:/v/tool.exe"),
    'OSError: [WinError 126] Error loading "C:\\v\\x.dll" or one of its dependencies.': _of(
        Complaint.CANNOT_OPEN, path="C:/v/x.dll"
    ),
    "OSError: cannot load library 'C:\\v\\x.dll': error 0xc1": _of(
        Complaint.NOT_LOADABLE, path="C:/v/x.dll"
    ),
    "OSError: cannot load library 'C:\\v\\x.dll': error 0x7e": _of(
        Complaint.CANNOT_OPEN, path="C:/v/x.dll"
    ),
    "The procedure entry point F could not be located in the dynamic link library C:\\x.pyd.": _of(
        Complaint.SYMBOL_NOT_FOUND, path="C:/x.pyd", symbol="F"
    ),
    "The application was unable to start correctly (0xc000007b).": _of(Complaint.NOT_LOADABLE),
    # Those of shells, containers and the kernel.
    "OSError: [Errno 86] Bad CPU type in executable: '/v/bin/tool'": _of(
        Complaint.WRONG_ARCHITECTURE, path="/v/bin/tool"
    ),
    "zsh: bad CPU type in executable: /v/bin/tool": _of(
        Complaint.WRONG_ARCHITECTURE, path="/v/bin/tool"
    ),
    "bash: /v/bin/tool: cannot execute binary file: Exec format error": _of(
        Complaint.NOT_LOADABLE, path="/v/bin/tool"
    ),
    "bash: line 1: ./tool: cannot execute binary file: Exec format error": _of(
        Complaint.NOT_LOADABLE, path="./tool"
    ),
    "sh: 1: ./tool: Exec format error": _of(Complaint.NOT_LOADABLE, path="./tool"),
    "zsh: exec format error: ./tool": _of(Complaint.NOT_LOADABLE, path="./tool"),
    "-bash: ./tool: Bad CPU type in executable": _of(Complaint.WRONG_ARCHITECTURE, path="./tool"),
    "exec /v/bin/tool: exec format error": _of(Complaint.NOT_LOADABLE, path="/v/bin/tool"),
    "standard_init_linux.go:228: exec user process caused: exec format error": _of(
        Complaint.NOT_LOADABLE
    ),
    "OSError: [Errno 8] Exec format error: '/v/bin/tool'": _of(
        Complaint.NOT_LOADABLE, path="/v/bin/tool"
    ),
    "bash: ./tool: cannot execute: required file not found": _of(
        Complaint.NOT_LOADABLE, path="./tool"
    ),
    "Illegal instruction (core dumped)": _of(Complaint.NO_INSTRUCTION),
    "zsh: illegal hardware instruction  python": _of(Complaint.NO_INSTRUCTION),
    # Those of Python itself, of other runtimes, and of emulators.
    "ModuleNotFoundError: No module named '_cffi_backend'": _of(
        Complaint.NO_MODULE, module="_cffi_backend"
    ),
    "ImportError: No module named _cffi_backend": _of(Complaint.NO_MODULE, module="_cffi_backend"),
    "qemu-x86_64: Could not open '/lib64/ld-linux-x86-64.so.2': No such file or directory": _of(
        Complaint.CANNOT_OPEN, library="ld-linux-x86-64.so.2"
    ),
    "rosetta error: failed to open elf at /lib64/ld-linux-x86-64.so.2": _of(
        Complaint.CANNOT_OPEN, library="ld-linux-x86-64.so.2"
    ),
    "Error: \\\\?\\C:\\v\\sharp.node is not a valid Win32 application.": _of(
        Complaint.NOT_LOADABLE, path="C:/v/sharp.node"
    ),
    "thread 'main' panicked: LoadLibraryExW failed: %1 is not a valid Win32 application": _of(
        Complaint.NOT_LOADABLE
    ),
    "java.lang.UnsatisfiedLinkError: C:\\v\\x.dll: Can't load IA 32-bit .dll on a AMD 64-bit": _of(
        Complaint.WRONG_ARCHITECTURE, path="C:/v/x.dll"
    ),
    "java.lang.UnsatisfiedLinkError: Can't load library: /v/My App/x.dylib": _of(
        Complaint.CANNOT_OPEN, path="/v/My App/x.dylib"
    ),
    "System.BadImageFormatException: Could not load file or assembly 'x.dll'. An attempt": _of(
        Complaint.NOT_LOADABLE, library="x.dll"
    ),
    "System.DllNotFoundException: Unable to load shared library 'libx' or one of its": _of(
        Complaint.CANNOT_OPEN, library="libx"
    ),
    # Shortened, or without a name.
    "ImportError: /v/libstdc++.so.6: version `GLIBCXX_3.4.30' not found": _of(
        Complaint.SYSTEM_TOO_OLD, path="/v/libstdc++.so.6"
    ),
    "OSError: [WinError 127] Die angegebene Prozedur wurde nicht gefunden": _of(
        Complaint.CANNOT_OPEN
    ),
    "OSError: [WinError 126] The specified module could not be found": _of(Complaint.CANNOT_OPEN),
    "OSError: [Errno 8] Exec format error": _of(Complaint.NOT_LOADABLE),
    "ImportError: dlopen(/v/x.so, 2): image not found": _of(Complaint.CANNOT_OPEN, path="/v/x.so"),
    "(interrupted by signal 4: SIGILL)": _of(Complaint.NO_INSTRUCTION),
    # In other languages.
    "Ungültiger Maschinenbefehl (Speicherabzug geschrieben)": _of(Complaint.NO_INSTRUCTION),
    "非法指令 (核心已转储)": _of(Complaint.NO_INSTRUCTION),
    "ImportError: libx.so.1: Kann die Shared-Object-Datei nicht öffnen: Datei nicht gefunden": _of(
        Complaint.CANNOT_OPEN, library="libx.so.1"
    ),
    "ImportError: /v/x.so : mauvaise classe ELF\xa0:\xa0ELFCLASS32": _of(
        Complaint.NOT_LOADABLE, path="/v/x.so"
    ),
    "OSError: [Errno 8] Fehler im Format der Programmdatei: '/v/tool'": _of(
        Complaint.NOT_LOADABLE, path="/v/tool"
    ),
    # Of another Python, Windows or macOS.
    "ImportError: Module use of python311.dll conflicts with this version of Python.": _of(
        Complaint.OTHER_PYTHON, library="python311.dll"
    ),
    "ImportError: Python version mismatch: module was compiled for version 3.9, while": _of(
        Complaint.OTHER_PYTHON
    ),
    "This version of C:\\v\\x.exe is not compatible with the version of Windows you're": _of(
        Complaint.WRONG_ARCHITECTURE, path="C:/v/x.exe"
    ),
    "ImportError: Incompatible library version: x.so requires version 14.0.0 or later, but": _of(
        Complaint.SYSTEM_TOO_OLD, path="x.so"
    ),
    # Go's, Docker's, Node.js', Java's, .NET's and QEMU's.
    'exec: "/v/tool": cannot execute binary file': _of(Complaint.NOT_LOADABLE, path="/v/tool"),
    (
        "WARNING: The requested image's platform (linux/amd64) does not match the detected host "
        "platform (linux/arm64/v8) and no specific platform was requested"
    ): _of(Complaint.WRONG_ARCHITECTURE),
    "Error: spawn Unknown system error -86": _of(Complaint.WRONG_ARCHITECTURE),
    "Error: spawn Unknown system error -8": _of(Complaint.NOT_LOADABLE),
    "java.lang.UnsatisfiedLinkError: no x in java.library.path: /usr/java/packages/lib": _of(
        Complaint.CANNOT_OPEN, library="x"
    ),
    (
        "System.BadImageFormatException: An attempt was made to load a program with an incorrect "
        "format. (0x8007000B)"
    ): _of(Complaint.NOT_LOADABLE),
    "System.BadImageFormatException: Could not load file or assembly 'C:\\v\\X.dll'.": _of(
        Complaint.NOT_LOADABLE, library="X.dll"
    ),
    "qemu-x86_64-static: Could not open '/lib64/ld-linux-x86-64.so.2': No such file": _of(
        Complaint.CANNOT_OPEN, library="ld-linux-x86-64.so.2"
    ),
}


@pytest.mark.parametrize(("text", "expected"), MESSAGES.items(), ids=range(len(MESSAGES)))
@pytest.mark.parametrize("before", ["", "Traceback (most recent call last):\n  File x\n"])
def test_messages_are_understood(before: str, text: str, expected: Suspect) -> None:
    (found,) = read_suspects(f"{before}{text}\n")

    assert replace(found, message="") == expected
    assert found.message in map(str.strip, text.splitlines())


def test_what_says_nothing_of_native_code_is_passed_over() -> None:
    assert read_suspects("ValueError: 3 is not 4\nTypeError: no\n") == ()
