"""Messages of loaders and shells, word for word, as users report them."""

import pytest

from archpip.failures import Complaint, Suspect
from tests.unit.failures.messages import BEFORE, check, of

MESSAGES = {
    # dyld's, older and newer.
    (
        "ImportError: dlopen(/v/x.so, 0x0002): tried: '/v/x.so' (mach-o file, but is an "
        "incompatible architecture (have 'x86_64', need 'arm64')), '/System/x.so' (no such "
        "file)"
    ): of(Complaint.WRONG_ARCHITECTURE, path="/v/x.so"),
    (
        "ImportError: dlopen(/v/x.so, 0x0002): tried: '/v/x.so' (mach-o file, but is an "
        "incompatible architecture (have (x86_64), need (arm64e)))"
    ): of(Complaint.WRONG_ARCHITECTURE, path="/v/x.so"),
    (
        "OSError: dlopen(/v/x.so, 0x0006): tried: '/v/x.so' (mach-o file, but is an "
        "incompatible architecture (have 'x86_64', need 'arm64e' or 'arm64'))"
    ): of(Complaint.WRONG_ARCHITECTURE, path="/v/x.so"),
    (
        "ImportError: dlopen(/v/x.so, 0x0002): tried: '/v/x.so' (fat file, but missing "
        "compatible architecture (have 'i386,x86_64', need 'arm64'))"
    ): of(Complaint.WRONG_ARCHITECTURE, path="/v/x.so"),
    (
        "ImportError: dlopen(/v/x.so, 2): no suitable image found.  Did find:\n"
        "\t/v/x.so: no matching architecture in universal wrapper"
    ): of(Complaint.WRONG_ARCHITECTURE, path="/v/x.so"),
    (
        "OSError: dlopen(/v/x.so, 0x0006): tried: '/v/x.so' (not a mach-o file), "
        "'/System/x.so' (no such file)"
    ): of(Complaint.NOT_LOADABLE, path="/v/x.so"),
    "OSError: dlopen(/v/x.so, 6): tried: '/v/x.so' (slice is not valid mach-o file)": of(
        Complaint.NOT_LOADABLE, path="/v/x.so"
    ),
    (
        "ImportError: dlopen(/v/x.so, 2): no suitable image found.  Did find:\n"
        "\t/v/x.so: mach-o, but wrong architecture"
    ): of(Complaint.WRONG_ARCHITECTURE, path="/v/x.so"),
    "ImportError: dlopen(/v/x.so, 0x0002): symbol not found in flat namespace '_SASToken'": of(
        Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="_SASToken"
    ),
    "ImportError: dlopen(/v/x.so, 2): Symbol not found: _gone": of(
        Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="_gone"
    ),
    "dyld: cannot load 'tool' (load command 0x80000034 is unknown)": of(
        Complaint.SYSTEM_TOO_OLD, path="tool"
    ),
    "\tliblovely.dylib: mach-o, but wrong architecture": of(
        Complaint.WRONG_ARCHITECTURE, path="liblovely.dylib"
    ),
    (
        "ImportError: dlopen(/v/x.so, 0x0002): tried: '/v/x.so' (code signature in <8A> not valid"
    ): of(Complaint.NOT_LOADABLE, path="/v/x.so"),
    "OSError: dlopen(/v/x.dylib, 0x0006): tried: '/v/x.dylib' (no such file)": of(
        Complaint.CANNOT_OPEN, path="/v/x.dylib"
    ),
    ("dyld[1]: Library not loaded: '/opt/lib/libssl.3.dylib'\n  Referenced from: '/v/tool'"): of(
        Complaint.CANNOT_OPEN, path="/v/tool", library="libssl.3.dylib"
    ),
    (
        "dyld[1]: Library not loaded: @rpath/libssl.3.dylib\n"
        "  Referenced from: <8A2F-11> /v/My App/tool\n"
        "  Reason: tried: '/v/libssl' (no such file)"
    ): of(Complaint.CANNOT_OPEN, path="/v/My App/tool", library="libssl.3.dylib"),
    (
        "dyld: Symbol not found: _futimens\n"
        "  Referenced from: /v/tool (which was built for Mac OS X 10.13)\n"
        "  Expected in: x"
    ): of(Complaint.SYMBOL_NOT_FOUND, path="/v/tool", symbol="_futimens"),
    # glibc's.
    "ImportError: /v/x.so: undefined symbol: PyUnicode_AsUTF8": of(
        Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="PyUnicode_AsUTF8"
    ),
    "ImportError: /lib64/libc.so.6: version `GLIBC_2.34' not found (required by /v/x.so)": of(
        Complaint.SYSTEM_TOO_OLD, path="/v/x.so"
    ),
    "ImportError: /v/x.so: wrong ELF class: ELFCLASS32": of(
        Complaint.WRONG_ARCHITECTURE, path="/v/x.so"
    ),
    "OSError: /v/libx.so: cannot open shared object file: No such file or directory": of(
        Complaint.WRONG_ARCHITECTURE, path="/v/libx.so"
    ),
    "ImportError: libfoo.so.1: cannot open shared object file: No such file or directory": of(
        Complaint.CANNOT_OPEN, library="libfoo.so.1"
    ),
    "ImportError: /v/x.so: file too short": of(Complaint.NOT_LOADABLE, path="/v/x.so"),
    "ImportError: /v/x.so: ELF file data encoding not little-endian": of(
        Complaint.NOT_LOADABLE, path="/v/x.so"
    ),
    "ImportError: /v/x.so: ELF load command alignment not page-aligned": of(
        Complaint.NOT_LOADABLE, path="/v/x.so"
    ),
    "ImportError: /v/x.so: invalid ELF header": of(Complaint.NOT_LOADABLE, path="/v/x.so"),
    "OSError: dlopen: cannot load any more object with static TLS": of(Complaint.NO_ROOM),
    "ImportError: /v/x.so: cannot allocate memory in static TLS block": of(
        Complaint.NO_ROOM, path="/v/x.so"
    ),
    ("ImportError: /v/x.so: cannot enable executable stack as shared object requires: Invalid"): of(
        Complaint.NOT_LOADABLE, path="/v/x.so"
    ),
    "ImportError: /v/x.so: failed to map segment from shared object": of(
        Complaint.NOT_LOADABLE, path="/v/x.so"
    ),
    (
        "ImportError: /v/x.so: symbol _ZdlPvm version GLIBCXX_3.4 not defined in file a with link"
    ): of(Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="_ZdlPvm"),
    "python: symbol lookup error: /v/x.so: undefined symbol: foo, version BAR_1.0": of(
        Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="foo"
    ),
    "yuzu: /lib/libm.so.6: version 'GLIBC_2.29' not found (required by /v/x.so)": of(
        Complaint.SYSTEM_TOO_OLD, path="/v/x.so"
    ),
    # musl's.
    "ImportError: Error relocating /v/x.so: __sprintf_chk: symbol not found": of(
        Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="__sprintf_chk"
    ),
    (
        "ImportError: Error loading shared library libc.so.6: No such file or directory "
        "(needed by /v/x.so)"
    ): of(Complaint.CANNOT_OPEN, path="/v/x.so", library="libc.so.6"),
    "Error relocating tool: __rawmemchr: symbol not found": of(
        Complaint.SYMBOL_NOT_FOUND, path="tool", symbol="__rawmemchr"
    ),
    "ImportError: Error relocating /v/x.so: (null): initial-exec TLS resolves to dynamic": of(
        Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="(null)"
    ),
    # Android's (bionic).
    'ImportError: dlopen failed: "/v/x.so" is 64-bit instead of 32-bit': of(
        Complaint.WRONG_ARCHITECTURE, path="/v/x.so"
    ),
    'ImportError: dlopen failed: "/v/x.so" has unexpected e_machine: 62 (EM_X86_64)': of(
        Complaint.WRONG_ARCHITECTURE, path="/v/x.so"
    ),
    'ImportError: dlopen failed: library "libc.so.6" not found: needed by /v/x.so in': of(
        Complaint.CANNOT_OPEN, path="/v/x.so", library="libc.so.6"
    ),
    'ImportError: dlopen failed: cannot locate symbol "PyErr" referenced by "/v/x.so"...': of(
        Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="PyErr"
    ),
    # Those of shells and the kernel.
    "OSError: [Errno 86] Bad CPU type in executable: '/v/bin/tool'": of(
        Complaint.WRONG_ARCHITECTURE, path="/v/bin/tool"
    ),
    "zsh: bad CPU type in executable: /v/bin/tool": of(
        Complaint.WRONG_ARCHITECTURE, path="/v/bin/tool"
    ),
    "bash: /v/bin/tool: cannot execute binary file: Exec format error": of(
        Complaint.NOT_LOADABLE, path="/v/bin/tool"
    ),
    "bash: line 1: ./tool: cannot execute binary file: Exec format error": of(
        Complaint.NOT_LOADABLE, path="./tool"
    ),
    "sh: 1: ./tool: Exec format error": of(Complaint.NOT_LOADABLE, path="./tool"),
    "zsh: exec format error: ./tool": of(Complaint.NOT_LOADABLE, path="./tool"),
    "-bash: ./tool: Bad CPU type in executable": of(Complaint.WRONG_ARCHITECTURE, path="./tool"),
    "exec /v/bin/tool: exec format error": of(Complaint.NOT_LOADABLE, path="/v/bin/tool"),
    "standard_init_linux.go:228: exec user process caused: exec format error": of(
        Complaint.NOT_LOADABLE
    ),
    "OSError: [Errno 8] Exec format error: '/v/bin/tool'": of(
        Complaint.NOT_LOADABLE, path="/v/bin/tool"
    ),
    "bash: ./tool: cannot execute: required file not found": of(
        Complaint.NOT_LOADABLE, path="./tool"
    ),
    "qemu-x86_64: Could not open '/lib64/ld-linux-x86-64.so.2': No such file or directory": of(
        Complaint.CANNOT_OPEN, library="ld-linux-x86-64.so.2"
    ),
    # Shortened, or without a name.
    "ImportError: /v/libstdc++.so.6: version `GLIBCXX_3.4.30' not found": of(
        Complaint.SYSTEM_TOO_OLD, path="/v/libstdc++.so.6"
    ),
    "ImportError: dlopen(/v/x.so, 2): image not found": of(Complaint.CANNOT_OPEN, path="/v/x.so"),
    "ImportError: Incompatible library version: x.so requires version 14.0.0 or later, but": of(
        Complaint.SYSTEM_TOO_OLD, path="x.so"
    ),
    # Go's, and those of env.
    'exec: "/v/tool": cannot execute binary file': of(Complaint.NOT_LOADABLE, path="/v/tool"),
    "env: \u2018python3\u2019: Exec format error": of(Complaint.NOT_LOADABLE, path="python3"),
    "/usr/bin/env: 'python': Exec format error": of(Complaint.NOT_LOADABLE, path="python"),
    "fork/exec ./tool: bad CPU type in executable": of(Complaint.WRONG_ARCHITECTURE, path="./tool"),
    # Containers'.
    'standard_init_linux.go:211: exec user process caused "exec format error"': of(
        Complaint.NOT_LOADABLE
    ),
    "Error: crun: executable file `/bin/sh` : Exec format error: OCI runtime error": of(
        Complaint.NOT_LOADABLE, path="/bin/sh"
    ),
    '{"msg":"exec container process `/usr/bin/python`: Exec format error","level":"error"}': of(
        Complaint.NOT_LOADABLE, path="/usr/bin/python"
    ),
    "exec /app/tool: no such file or directory": of(Complaint.CANNOT_OPEN, path="/app/tool"),
    "/lib64/ld-linux-x86-64.so.2: No such file or directory": of(
        Complaint.CANNOT_OPEN, library="ld-linux-x86-64.so.2"
    ),
    # dyld's last line alone, and behind the rest.
    "  Reason: image not found": of(Complaint.CANNOT_OPEN),
    (
        "dyld: Library not loaded: @rpath/libfoo.dylib\n"
        "  Referenced from: /v/x.so\n"
        "  Reason: image not found"
    ): of(Complaint.CANNOT_OPEN, path="/v/x.so", library="libfoo.dylib"),
    "version `GLIBC_2.34' not found": of(Complaint.SYSTEM_TOO_OLD),
    # PyInstaller's.
    (
        "[PYI-27521:ERROR] Failed to load Python shared library '/v/libpython3.11.so.1.0': "
        "/v/libpython3.11.so.1.0: cannot open shared object file: No such file or directory"
    ): of(Complaint.WRONG_ARCHITECTURE, path="/v/libpython3.11.so.1.0"),
    # Relative paths, as programs give them to the loader.
    "OSError: ./lib/x.so: wrong ELF class: ELFCLASS64": of(
        Complaint.WRONG_ARCHITECTURE, path="./lib/x.so"
    ),
    "OSError: lib/x.so: undefined symbol: f": of(
        Complaint.SYMBOL_NOT_FOUND, path="lib/x.so", symbol="f"
    ),
    "OSError: ../x.so: cannot open shared object file: No such file or directory": of(
        Complaint.WRONG_ARCHITECTURE, path="../x.so"
    ),
    # Of processors.
    "Fatal glibc error: CPU does not support x86-64-v2": of(Complaint.NO_INSTRUCTION),
    "ImportError: /v/x.so: CPU ISA level is lower than required": of(
        Complaint.NO_INSTRUCTION, path="/v/x.so"
    ),
}


@pytest.mark.parametrize(("text", "expected"), MESSAGES.items(), ids=range(len(MESSAGES)))
@pytest.mark.parametrize("before", BEFORE)
def test_messages_are_understood(before: str, text: str, expected: Suspect) -> None:
    check(before, text, expected)
