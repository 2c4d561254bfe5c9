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
    # Shells', in other languages and with quoted names, as real ones wrote them.
    (
        "bash: Zeile 1: ./tool: Kann die Binärdatei nicht ausführen: "
        "Fehler im Format der Programmdatei"
    ): _of(Complaint.NOT_LOADABLE, path="./tool"),
    (
        "bash: ligne 1: ./tool\xa0: impossible d'exécuter le fichier binaire\xa0: "
        "Erreur de format pour exec()"
    ): _of(Complaint.NOT_LOADABLE, path="./tool"),
    "bash: regel 1: ./tool: kan binair bestand Verkeerd uitvoerbaar bestand niet uitvoeren": _of(
        Complaint.NOT_LOADABLE, path="./tool"
    ),
    "bash: 行 1: ./tool: バイナリファイルを実行できません: 実行形式エラー": _of(
        Complaint.NOT_LOADABLE, path="./tool"
    ),
    "bash: 行 1: ./tool: 无法执行二进制文件\uff1a可执行文件格式错误": _of(
        Complaint.NOT_LOADABLE, path="./tool"
    ),
    "sh: 1: ./tool: Ошибка формата выполняемого файла": _of(Complaint.NOT_LOADABLE, path="./tool"),
    "OSError: [Errno 8] 实行形式 可执行文件格式错误: './tool'": _of(
        Complaint.NOT_LOADABLE, path="./tool"
    ),
    "bash: Zeile 1: 19441 Ungültiger Maschinenbefehl   ./tool": _of(Complaint.NO_INSTRUCTION),
    "bash: redak 1: 81 Nepropisna instrukcija ./tool": _of(Complaint.NO_INSTRUCTION),
    "env: \u2018python3\u2019: Exec format error": _of(Complaint.NOT_LOADABLE, path="python3"),
    "/usr/bin/env: 'python': Exec format error": _of(Complaint.NOT_LOADABLE, path="python"),
    "fork/exec ./tool: bad CPU type in executable": _of(
        Complaint.WRONG_ARCHITECTURE, path="./tool"
    ),
    "Error: Exec format error (os error 8)": _of(Complaint.NOT_LOADABLE),
    # Containers'.
    'standard_init_linux.go:211: exec user process caused "exec format error"': _of(
        Complaint.NOT_LOADABLE
    ),
    "Error: crun: executable file `/bin/sh` : Exec format error: OCI runtime error": _of(
        Complaint.NOT_LOADABLE, path="/bin/sh"
    ),
    '{"msg":"exec container process `/usr/bin/python`: Exec format error","level":"error"}': _of(
        Complaint.NOT_LOADABLE, path="/usr/bin/python"
    ),
    "exec /app/tool: no such file or directory": _of(Complaint.CANNOT_OPEN, path="/app/tool"),
    "docker: no matching manifest for linux/arm64/v8 in the manifest list entries.": _of(
        Complaint.NO_IMAGE
    ),
    "ERROR: failed to solve: python:3.4: no match for platform in manifest: not found": _of(
        Complaint.NO_IMAGE
    ),
    "WARNING: image platform (linux/amd64) does not match the expected platform (linux/arm64)": _of(
        Complaint.WRONG_ARCHITECTURE
    ),
    "qemu-aarch64: ./tool: Invalid ELF image for this architecture": _of(
        Complaint.WRONG_ARCHITECTURE, path="./tool"
    ),
    "/lib64/ld-linux-x86-64.so.2: No such file or directory": _of(
        Complaint.CANNOT_OPEN, library="ld-linux-x86-64.so.2"
    ),
    # dyld's last line alone, and behind the rest.
    "  Reason: image not found": _of(Complaint.CANNOT_OPEN),
    (
        "dyld: Library not loaded: @rpath/libfoo.dylib\n"
        "  Referenced from: /v/x.so\n"
        "  Reason: image not found"
    ): _of(Complaint.CANNOT_OPEN, path="/v/x.so", library="libfoo.dylib"),
    "version `GLIBC_2.34' not found": _of(Complaint.SYSTEM_TOO_OLD),
    # PyInstaller's.
    (
        "[PYI-27521:ERROR] Failed to load Python shared library '/v/libpython3.11.so.1.0': "
        "/v/libpython3.11.so.1.0: cannot open shared object file: No such file or directory"
    ): _of(Complaint.WRONG_ARCHITECTURE, path="/v/libpython3.11.so.1.0"),
    (
        "[PYI-9608:ERROR] Failed to load Python DLL 'C:\\v\\python312.dll'.\n"
        "LoadLibrary: The specified module could not be found."
    ): _of(Complaint.CANNOT_OPEN, path="C:/v/python312.dll"),
    (
        "[1] Error loading Python DLL 'C:\\v\\python38.dll'. "
        "LoadLibrary: %1 is not a valid Win32 application"
    ): _of(Complaint.NOT_LOADABLE, path="C:/v/python38.dll"),
    # Windows' own windows, PowerShell's, and Java's.
    "This app can't run on your PC": _of(Complaint.WRONG_ARCHITECTURE),
    "This app can\u2019t run on your PC. To find a version for your PC, check": _of(
        Complaint.WRONG_ARCHITECTURE
    ),
    (
        "Program 'tool.exe' failed to run: The specified executable is not a valid application "
        "for this OS platform.At line:1 char:1"
    ): _of(Complaint.WRONG_ARCHITECTURE, path="tool.exe"),
    "The version of this file is not compatible with the version of Windows you're running.": _of(
        Complaint.WRONG_ARCHITECTURE
    ),
    "C:\\v\\x.dll is either not designed to run on Windows or it contains an error.": _of(
        Complaint.NOT_LOADABLE, path="C:/v/x.dll"
    ),
    "The program can't start because python38.dll is missing from your computer.": _of(
        Complaint.CANNOT_OPEN, library="python38.dll"
    ),
    (
        "The code execution cannot proceed because VCRUNTIME140_1.dll was not found. "
        "Reinstalling the program may fix this problem."
    ): _of(Complaint.CANNOT_OPEN, library="VCRUNTIME140_1.dll"),
    "java.lang.UnsatisfiedLinkError: C:\\v\\x.dll: %1 is not a valid Win32 application": _of(
        Complaint.NOT_LOADABLE, path="C:/v/x.dll"
    ),
    "java.lang.UnsatisfiedLinkError: C:\\v\\x.dll: Can't find dependent libraries": _of(
        Complaint.CANNOT_OPEN, path="C:/v/x.dll"
    ),
    "OSError: [Errno 0] JVM DLL not found: /usr/lib/jvm/libjvm.so": _of(
        Complaint.CANNOT_OPEN, path="/usr/lib/jvm/libjvm.so"
    ),
    "Unable to load DLL 'foo': An attempt was made to load a program with (0x8007000B)": _of(
        Complaint.NOT_LOADABLE, library="foo"
    ),
    "Process finished with exit code -1073741795 (0xC000001D)": _of(Complaint.NO_INSTRUCTION),
    # What is made for another release of what loads it.
    (
        "Error: The module '/v/hello.node'\n"
        "was compiled against a different Node.js version using\n"
        "NODE_MODULE_VERSION 57. This version of Node.js requires"
    ): _of(Complaint.OTHER_RELEASE, path="/v/hello.node"),
    "ValueError: numpy.dtype size changed, may indicate binary incompatibility. Expected 96": _of(
        Complaint.OTHER_RELEASE
    ),
    "RuntimeError: module compiled against API version 0x10 but this version of numpy is 0xf": _of(
        Complaint.OTHER_RELEASE
    ),
    "ValueError: numpy.ufunc has the wrong size, try recompiling. Expected 192, got 216": _of(
        Complaint.OTHER_RELEASE
    ),
    "ImportError: dynamic module does not define module export function (PyInit__x)": _of(
        Complaint.OTHER_PYTHON, module="_x"
    ),
    "ImportError: dynamic module does not define init function (init_x)": _of(
        Complaint.OTHER_PYTHON, module="_x"
    ),
    # Relative paths, as programs give them to the loader.
    "OSError: ./lib/x.so: wrong ELF class: ELFCLASS64": _of(
        Complaint.WRONG_ARCHITECTURE, path="./lib/x.so"
    ),
    "OSError: lib/x.so: undefined symbol: f": _of(
        Complaint.SYMBOL_NOT_FOUND, path="lib/x.so", symbol="f"
    ),
    "OSError: ../x.so: cannot open shared object file: No such file or directory": _of(
        Complaint.WRONG_ARCHITECTURE, path="../x.so"
    ),
    "A module that was compiled using NumPy 1.x cannot be run in": _of(Complaint.OTHER_RELEASE),
    "Error: Module did not self-register: '/v/x.node'.": _of(
        Complaint.OTHER_RELEASE, path="/v/x.node"
    ),
    'plugin.Open("/v/log"): plugin was built with a different version of package internal/cpu': _of(
        Complaint.OTHER_RELEASE
    ),
    # pip's and uv's.
    "ERROR: x-2.0+cpu-cp311-cp311-linux_arm64.whl is not a supported wheel on this platform.": _of(
        Complaint.OTHER_WHEEL, path="x-2.0+cpu-cp311-cp311-linux_arm64.whl"
    ),
    (
        "  cause: A path (d/x-1-py3-none-win_arm64.whl) dependency is incompatible with the "
        "current platform"
    ): _of(Complaint.OTHER_WHEEL, path="d/x-1-py3-none-win_arm64.whl"),
    # Of processors.
    "Fatal glibc error: CPU does not support x86-64-v2": _of(Complaint.NO_INSTRUCTION),
    "ImportError: /v/x.so: CPU ISA level is lower than required": _of(
        Complaint.NO_INSTRUCTION, path="/v/x.so"
    ),
    (
        "RuntimeError: NumPy was built with baseline optimizations: (X86_V2) "
        "but your machine doesn't support: (X86_V2)."
    ): _of(Complaint.NO_INSTRUCTION),
    (
        "The TensorFlow library was compiled to use AVX instructions, but these aren't available "
        "on your machine."
    ): _of(Complaint.NO_INSTRUCTION),
    "Incompatible processor. This Qt build requires the following features: neon": _of(
        Complaint.NO_INSTRUCTION
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
