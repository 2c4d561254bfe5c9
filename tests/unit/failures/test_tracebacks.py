"""Messages of failing programs, word for word, and the binaries behind them."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from archpip.environments import Audit, Shape, audit_tree
from archpip.environments.folders import FolderTree
from archpip.failures import Complaint, Suspect, find_culprits, read_suspects
from archpip.targets import Target
from archpip.verdicts import Policy
from fake_index.elf import Elf, write_elf
from tests.unit.environments.installations import (
    AARCH64_MODULE,
    ELF_X86_64_MODULE,
    LINUX,
    MAC,
    SITE,
    X86_64_MODULE,
    distribution,
    lay_out,
)

KNOWN = {
    "ModuleNotFoundError: No module named '_cffi_backend'": Suspect(
        complaint=Complaint.NO_MODULE, module="_cffi_backend", message=""
    ),
    "ImportError: No module named _cffi_backend": Suspect(
        complaint=Complaint.NO_MODULE, module="_cffi_backend", message=""
    ),
    (
        "ImportError: dlopen(/v/x.so, 0x0002): tried: '/v/x.so' (mach-o file, but is an "
        "incompatible architecture (have 'x86_64', need 'arm64')), '/System/x.so' (no such file)"
    ): Suspect(complaint=Complaint.WRONG_ARCHITECTURE, path="/v/x.so", message=""),
    (
        "ImportError: dlopen(/v/x.so, 0x0002): tried: '/v/x.so' (mach-o file, but is an "
        "incompatible architecture (have (x86_64), need (arm64e)))"
    ): Suspect(complaint=Complaint.WRONG_ARCHITECTURE, path="/v/x.so", message=""),
    (
        "OSError: dlopen(/v/x.so, 0x0006): tried: '/v/x.so' (mach-o file, but is an "
        "incompatible architecture (have 'x86_64', need 'arm64e' or 'arm64'))"
    ): Suspect(complaint=Complaint.WRONG_ARCHITECTURE, path="/v/x.so", message=""),
    (
        "ImportError: dlopen(/v/x.so, 0x0002): tried: '/v/x.so' (fat file, but missing "
        "compatible architecture (have 'i386,x86_64', need 'arm64'))"
    ): Suspect(complaint=Complaint.WRONG_ARCHITECTURE, path="/v/x.so", message=""),
    (
        "ImportError: dlopen(/v/x.so, 2): no suitable image found.  Did find:\n"
        "\t/v/x.so: no matching architecture in universal wrapper"
    ): Suspect(complaint=Complaint.WRONG_ARCHITECTURE, path="/v/x.so", message=""),
    (
        "OSError: dlopen(/v/x.so, 0x0006): tried: '/v/x.so' (not a mach-o file), "
        "'/System/x.so' (no such file)"
    ): Suspect(complaint=Complaint.NOT_LOADABLE, path="/v/x.so", message=""),
    "OSError: dlopen(/v/x.so, 6): tried: '/v/x.so' (slice is not valid mach-o file)": Suspect(
        complaint=Complaint.NOT_LOADABLE, path="/v/x.so", message=""
    ),
    "OSError: [Errno 86] Bad CPU type in executable: '/v/bin/tool'": Suspect(
        complaint=Complaint.WRONG_ARCHITECTURE, path="/v/bin/tool", message=""
    ),
    "zsh: bad CPU type in executable: /v/bin/tool": Suspect(
        complaint=Complaint.WRONG_ARCHITECTURE, path="/v/bin/tool", message=""
    ),
    "bash: /v/bin/tool: cannot execute binary file: Exec format error": Suspect(
        complaint=Complaint.NOT_LOADABLE, path="/v/bin/tool", message=""
    ),
    "ImportError: /v/x.so: undefined symbol: PyUnicode_AsUTF8": Suspect(
        complaint=Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="PyUnicode_AsUTF8", message=""
    ),
    "ImportError: Error relocating /v/x.so: __sprintf_chk: symbol not found": Suspect(
        complaint=Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="__sprintf_chk", message=""
    ),
    (
        "ImportError: /lib64/libc.so.6: version `GLIBC_2.34' not found (required by /v/x.so)"
    ): Suspect(complaint=Complaint.SYSTEM_TOO_OLD, path="/v/x.so", message=""),
    (
        "FileNotFoundError: Could not find module 'C:\\v\\x.dll' (or one of its dependencies). "
        "Try using the full path with constructor syntax."
    ): Suspect(complaint=Complaint.CANNOT_OPEN, path="C:/v/x.dll", message=""),
    (
        "ImportError: dlopen(/v/x.so, 2): no suitable image found.  Did find:\n"
        "\t/v/x.so: mach-o, but wrong architecture"
    ): Suspect(complaint=Complaint.WRONG_ARCHITECTURE, path="/v/x.so", message=""),
    "ImportError: /v/x.so: wrong ELF class: ELFCLASS32": Suspect(
        complaint=Complaint.WRONG_ARCHITECTURE, path="/v/x.so", message=""
    ),
    "OSError: /v/libx.so: cannot open shared object file: No such file or directory": Suspect(
        complaint=Complaint.WRONG_ARCHITECTURE, path="/v/libx.so", message=""
    ),
    "ImportError: libfoo.so.1: cannot open shared object file: No such file or directory": Suspect(
        complaint=Complaint.CANNOT_OPEN, library="libfoo.so.1", message=""
    ),
    "ImportError: /v/x.so: file too short": Suspect(
        complaint=Complaint.NOT_LOADABLE, path="/v/x.so", message=""
    ),
    "ImportError: /v/x.so: ELF file data encoding not little-endian": Suspect(
        complaint=Complaint.NOT_LOADABLE, path="/v/x.so", message=""
    ),
    "ImportError: /v/x.so: ELF load command alignment not page-aligned": Suspect(
        complaint=Complaint.NOT_LOADABLE, path="/v/x.so", message=""
    ),
    "bash: line 1: ./tool: cannot execute binary file: Exec format error": Suspect(
        complaint=Complaint.NOT_LOADABLE, path="./tool", message=""
    ),
    "sh: 1: ./tool: Exec format error": Suspect(
        complaint=Complaint.NOT_LOADABLE, path="./tool", message=""
    ),
    "zsh: exec format error: ./tool": Suspect(
        complaint=Complaint.NOT_LOADABLE, path="./tool", message=""
    ),
    "-bash: ./tool: Bad CPU type in executable": Suspect(
        complaint=Complaint.WRONG_ARCHITECTURE, path="./tool", message=""
    ),
    "exec /v/bin/tool: exec format error": Suspect(
        complaint=Complaint.NOT_LOADABLE, path="/v/bin/tool", message=""
    ),
    "standard_init_linux.go:228: exec user process caused: exec format error": Suspect(
        complaint=Complaint.NOT_LOADABLE, message=""
    ),
    "ImportError: DLL load failed while importing _x: %1 不是有效的 Win32 应用程序。": Suspect(
        complaint=Complaint.NOT_LOADABLE, module="_x", message=""
    ),
    "OSError: [WinError 193] %1 n\u2019est pas une application Win32 valide": Suspect(
        complaint=Complaint.NOT_LOADABLE, message=""
    ),
    "OSError: [WinError 193] %1 is not a valid Win32 application: 'C:\\v\\tool.exe'": Suspect(
        complaint=Complaint.NOT_LOADABLE, path="C:/v/tool.exe", message=""
    ),
    (
        "OSError: [WinError 216] This version of %1 is not compatible with the version of Windows "
        "you're running"
    ): Suspect(complaint=Complaint.WRONG_ARCHITECTURE, message=""),
    "LoadLibrary: %1 is not a valid Win32 application.": Suspect(
        complaint=Complaint.NOT_LOADABLE, message=""
    ),
    "ImportError: /v/x.so: invalid ELF header": Suspect(
        complaint=Complaint.NOT_LOADABLE, path="/v/x.so", message=""
    ),
    "OSError: [Errno 8] Exec format error: '/v/bin/tool'": Suspect(
        complaint=Complaint.NOT_LOADABLE, path="/v/bin/tool", message=""
    ),
    (
        "ImportError: Error loading shared library libc.so.6: No such file or directory "
        "(needed by /v/x.so)"
    ): Suspect(complaint=Complaint.CANNOT_OPEN, path="/v/x.so", library="libc.so.6", message=""),
    (
        "ImportError: DLL load failed while importing _x: %1 is not a valid Win32 application."
    ): Suspect(complaint=Complaint.NOT_LOADABLE, module="_x", message=""),
    "ImportError: DLL load failed: %1 is not a valid Win32 application.": Suspect(
        complaint=Complaint.NOT_LOADABLE, message=""
    ),
    "ImportError: DLL load failed while importing _x: The specified module could not be found.": (
        Suspect(complaint=Complaint.CANNOT_OPEN, module="_x", message="")
    ),
    "OSError: [WinError 193] %1 is not a valid Win32 application": Suspect(
        complaint=Complaint.NOT_LOADABLE, message=""
    ),
    (
        "ImportError: dlopen(/v/x.so, 0x0002): symbol not found in flat namespace '_SASToken'"
    ): Suspect(
        complaint=Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="_SASToken", message=""
    ),
    "ImportError: dlopen(/v/x.so, 2): Symbol not found: _gone": Suspect(
        complaint=Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="_gone", message=""
    ),
}


@pytest.mark.parametrize(("text", "expected"), KNOWN.items(), ids=range(len(KNOWN)))
def test_messages_are_understood(text: str, expected: Suspect) -> None:
    (found,) = read_suspects(f"Traceback (most recent call last):\n  File x\n{text}\n")

    assert found == Suspect(
        complaint=expected.complaint,
        path=expected.path,
        module=expected.module,
        library=expected.library,
        symbol=expected.symbol,
        message=text.splitlines()[-1].strip(),
    )


def _of(complaint: Complaint, **named: str) -> Suspect:
    return Suspect(complaint=complaint, message="", **named)


MORE = {
    "OSError: dlopen: cannot load any more object with static TLS": _of(Complaint.NO_ROOM),
    "ImportError: /v/x.so: cannot allocate memory in static TLS block": _of(
        Complaint.NO_ROOM, path="/v/x.so"
    ),
    "ImportError: /v/x.so: cannot enable executable stack as shared object requires: Invalid": _of(
        Complaint.NOT_LOADABLE, path="/v/x.so"
    ),
    "ImportError: /v/x.so: failed to map segment from shared object": _of(
        Complaint.NOT_LOADABLE, path="/v/x.so"
    ),
    "ImportError: /v/x.so: symbol _ZdlPvm version GLIBCXX_3.4 not defined in file a with link": _of(
        Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="_ZdlPvm"
    ),
    "python: symbol lookup error: /v/x.so: undefined symbol: foo, version BAR_1.0": _of(
        Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="foo"
    ),
    "yuzu: /lib/libm.so.6: version 'GLIBC_2.29' not found (required by /v/x.so)": _of(
        Complaint.SYSTEM_TOO_OLD, path="/v/x.so"
    ),
    "Error relocating tool: __rawmemchr: symbol not found": _of(
        Complaint.SYMBOL_NOT_FOUND, path="tool", symbol="__rawmemchr"
    ),
    "ImportError: Error relocating /v/x.so: (null): initial-exec TLS resolves to dynamic": _of(
        Complaint.SYMBOL_NOT_FOUND, path="/v/x.so", symbol="(null)"
    ),
    "bash: ./tool: cannot execute: required file not found": _of(
        Complaint.NOT_LOADABLE, path="./tool"
    ),
    "qemu-x86_64: Could not open '/lib64/ld-linux-x86-64.so.2': No such file or directory": _of(
        Complaint.CANNOT_OPEN, library="ld-linux-x86-64.so.2"
    ),
    "rosetta error: failed to open elf at /lib64/ld-linux-x86-64.so.2": _of(
        Complaint.CANNOT_OPEN, library="ld-linux-x86-64.so.2"
    ),
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
    "dyld: cannot load 'tool' (load command 0x80000034 is unknown)": _of(
        Complaint.SYSTEM_TOO_OLD, path="tool"
    ),
    "\tliblovely.dylib: mach-o, but wrong architecture": _of(
        Complaint.WRONG_ARCHITECTURE, path="liblovely.dylib"
    ),
    "ImportError: dlopen(/v/x.so, 0x0002): tried: '/v/x.so' (code signature in <8A> not valid": _of(
        Complaint.NOT_LOADABLE, path="/v/x.so"
    ),
    "OSError: dlopen(/v/x.dylib, 0x0006): tried: '/v/x.dylib' (no such file)": _of(
        Complaint.CANNOT_OPEN, path="/v/x.dylib"
    ),
    ("dyld[1]: Library not loaded: '/opt/lib/libssl.3.dylib'\n  Referenced from: '/v/tool'"): _of(
        Complaint.CANNOT_OPEN, path="/v/tool", library="libssl.3.dylib"
    ),
    (
        "dyld[1]: Library not loaded: @rpath/libssl.3.dylib\n"
        "  Referenced from: <8A2F-11> /v/My App/tool\n  Reason: tried: '/v/libssl' (no such file)"
    ): _of(Complaint.CANNOT_OPEN, path="/v/My App/tool", library="libssl.3.dylib"),
    (
        "dyld: Symbol not found: _futimens\n"
        "  Referenced from: /v/tool (which was built for Mac OS X 10.13)\n  Expected in: x"
    ): _of(Complaint.SYMBOL_NOT_FOUND, path="/v/tool", symbol="_futimens"),
    "ImportError: DLL load failed:找不到指定的模块。": _of(Complaint.CANNOT_OPEN),
    "ImportError: DLL load failed with error code -1073741795 while importing _tf": _of(
        Complaint.NO_INSTRUCTION, module="_tf"
    ),
    "ImportError: DLL load failed with error code 1455 while importing _tf": _of(
        Complaint.CANNOT_OPEN, module="_tf"
    ),
    (
        "OSError: [WinError 216] This version of %1 is not compatible with the version of Windows "
        "you're running. Check your computer's system information: 'C:\\v\\tool.exe'"
    ): _of(Complaint.WRONG_ARCHITECTURE, path="C:/v/tool.exe"),
    'OSError: [WinError 126] Error loading "C:\\v\\x.dll" or one of its dependencies.': _of(
        Complaint.CANNOT_OPEN, path="C:/v/x.dll"
    ),
    "Error: \\\\?\\C:\\v\\sharp.node is not a valid Win32 application.": _of(
        Complaint.NOT_LOADABLE, path="C:/v/sharp.node"
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
    "Illegal instruction (core dumped)": _of(Complaint.NO_INSTRUCTION),
    "zsh: illegal hardware instruction  python": _of(Complaint.NO_INSTRUCTION),
}
"""Those of other programs than Python, of older and newer loaders, as users report them."""


@pytest.mark.parametrize(("text", "expected"), MORE.items(), ids=range(len(MORE)))
def test_messages_that_users_report_are_understood(text: str, expected: Suspect) -> None:
    (found,) = read_suspects(text)

    assert replace(found, message="") == expected


@pytest.mark.parametrize(
    "text", ["Illegal instruction", "OSError: dlopen: cannot load any more object with static TLS"]
)
def test_what_happens_to_files_that_fit_is_not_blamed_on_one_that_does_not(
    tmp_path: Path, text: str
) -> None:
    lay_out(tmp_path, distribution("a", {"a/_x.so": X86_64_MODULE}), within=SITE)

    (culprit,) = find_culprits(audit(tmp_path, MAC), read_suspects(text))

    assert culprit.part is None


def test_what_says_nothing_of_native_code_is_passed_over() -> None:
    assert read_suspects("ValueError: 3 is not 4\nTypeError: no\n") == ()


# What stands around a message in logs: `%s` is the message.
SURROUNDINGS = (
    "\x1b[1;35mImportError\x1b[0m: \x1b[35m%s\x1b[0m",  # CPython 3.13 with FORCE_COLOR
    "\x1b[1m\x1b[31mE   ImportError: %s\x1b[0m",  # pytest --color=yes
    "web-1  | ImportError: %s",
    "#12 0.345 ImportError: %s",
    "2026-05-01T10:00:00.123Z stderr F ImportError: %s",
    "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': %s",
    '{"errorMessage": "%s", "errorType": "ImportError"}',
    "\x1b]8;;https://example.org\x1b\\ImportError: %s\x1b]8;;\x1b\\",
)


@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_messages_are_understood_in_logs(surroundings: str) -> None:
    text = surroundings.replace("%s", "/v/x.so: wrong ELF class: ELFCLASS32")

    (found,) = read_suspects(text)

    assert (found.complaint, found.path) == (Complaint.WRONG_ARCHITECTURE, "/v/x.so")
    assert found.message.isprintable()


@pytest.mark.parametrize(
    "frame",
    [
        '2026-05-01T10:00:00Z   File "/v/pkg/__init__.py", line 3, in <module>',
        '  File \x1b[35m"/v/pkg/__init__.py"\x1b[0m, line \x1b[35m3\x1b[0m, in <module>',
        '    "  File \\"/v/pkg/__init__.py\\", line 3, in handler\\n    import x\\n",',
        '  File \\"\\\\v\\\\pkg\\\\__init__.py\\", line 3',
    ],
)
def test_who_imports_is_read_in_logs(frame: str) -> None:
    (found,) = read_suspects(f"{frame}\nModuleNotFoundError: No module named '_x'")

    assert found.importer == "/v/pkg/__init__.py"


def test_what_is_caught_and_raised_again_is_told_once() -> None:
    text = "/v/x.so: invalid ELF header"

    (found,) = read_suspects(
        f'  File "/v/a.py", line 1, in <module>\nImportError: {text}\n'
        f'  File "/v/b.py", line 1, in <module>\nOriginal error was: {text}\n'
    )

    assert found.message == f"ImportError: {text}"


def test_windows_paths_are_read() -> None:
    (found,) = read_suspects("Exec format error: 'C:\\env\\x.pyd'")

    assert found.path == "C:/env/x.pyd"


@pytest.mark.parametrize(
    "line", ["dlopen(" * 3000 + "a" * 1_000_000, "\x1b[" + "0" * 1_000_000, "\x1b]8" * 500_000]
)
def test_hostile_lines_are_read_at_once(line: str) -> None:
    assert read_suspects(line) == ()


def audit(root: Path, target: Target) -> Audit:
    parts = audit_tree(FolderTree(root), target, Policy())
    shape = Shape.ENVIRONMENT
    return Audit(path=str(root), shape=shape, target=target, target_origin="", parts=parts)


def test_a_path_of_another_machine_is_matched_by_its_end(tmp_path: Path) -> None:
    lay_out(tmp_path, distribution("one", {"one/_x.abi3.so": X86_64_MODULE}), within=SITE)
    lay_out(tmp_path, distribution("two", {"two/_x.abi3.so": X86_64_MODULE}), within=SITE)
    suspects = read_suspects("OSError: /srv/v/site-packages/two/_x.abi3.so: wrong ELF class: X")

    (culprit,) = find_culprits(audit(tmp_path, MAC), suspects)

    assert culprit.member == f"{SITE}/two/_x.abi3.so"
    assert [finding.member for finding in culprit.findings] == [culprit.member]


def test_a_module_is_found_by_its_name_whatever_its_suffix(tmp_path: Path) -> None:
    files = {"_cffi_backend.cpython-311-x86_64-linux-gnu.so": ELF_X86_64_MODULE}
    lay_out(tmp_path, distribution("cffi", files), within=SITE)
    suspects = read_suspects("ModuleNotFoundError: No module named '_cffi_backend'")

    (culprit,) = find_culprits(audit(tmp_path, LINUX), suspects)

    assert culprit.part is not None
    assert (culprit.part.label, len(culprit.findings)) == ("cffi 1.0", 1)


def test_behind_a_missing_library_is_who_needs_it(tmp_path: Path) -> None:
    needing = write_elf(Elf(machine="aarch64", needed=("libgone.so.1",)))
    files = {"pkg/_a.abi3.so": AARCH64_MODULE, "pkg/_b.abi3.so": needing}
    lay_out(tmp_path, distribution("pkg", files, tag="cp311-abi3-linux_aarch64"), within=SITE)
    suspects = read_suspects("libgone.so.1: cannot open shared object file: No such file")

    (culprit,) = find_culprits(audit(tmp_path, LINUX), suspects)

    assert culprit.member == f"{SITE}/pkg/_b.abi3.so"
    assert culprit.missing_library == "libgone.so.1"


def test_files_of_no_distribution_are_not_blamed_for_each_other(tmp_path: Path) -> None:
    lay_out(
        tmp_path,
        {"_good.abi3.so": AARCH64_MODULE, "_wrong.abi3.so": ELF_X86_64_MODULE},
        within=SITE,
    )
    suspects = read_suspects("ImportError: /v/_good.abi3.so: undefined symbol: gone")

    (culprit,) = find_culprits(audit(tmp_path, LINUX), suspects)

    assert (culprit.member, culprit.findings) == (f"{SITE}/_good.abi3.so", ())


def test_who_imports_decides_between_files_of_one_name(tmp_path: Path) -> None:
    for name in ("apart", "beside", "zoned"):
        files = {f"{name}/_x.abi3.so": ELF_X86_64_MODULE}
        lay_out(tmp_path, distribution(name, files), within=SITE)
    suspects = read_suspects(
        '  File "/srv/site-packages/beside/__init__.py", line 3, in <module>\n'
        '  File "<frozen importlib._bootstrap>", line 1, in _load\n'
        "ImportError: DLL load failed while importing _x: %1 is not a valid Win32 application."
    )

    (culprit,) = find_culprits(audit(tmp_path, LINUX), suspects)

    assert culprit.member == f"{SITE}/beside/_x.abi3.so"


def test_a_message_without_any_name_is_of_a_wrong_file_near_who_imports(tmp_path: Path) -> None:
    lay_out(tmp_path, distribution("good", {"good/_x.abi3.so": AARCH64_MODULE}), within=SITE)
    for name in ("apart", "beside", "zoned"):
        files = {f"{name}/_x.abi3.so": ELF_X86_64_MODULE}
        lay_out(tmp_path, distribution(name, files), within=SITE)
    suspects = read_suspects(
        '  File "C:\\v\\site-packages\\beside\\__init__.py", line 3, in <module>\n'
        '  File "C:\\Python\\Lib\\ctypes\\__init__.py", line 376, in __init__\n'
        "OSError: [WinError 193] %1 is not a valid Win32 application"
    )

    (culprit,) = find_culprits(audit(tmp_path, LINUX), suspects)

    assert culprit.member == f"{SITE}/beside/_x.abi3.so"


def test_a_message_without_any_name_blames_no_file_that_fits(tmp_path: Path) -> None:
    lay_out(tmp_path, distribution("good", {"good/_x.abi3.so": AARCH64_MODULE}), within=SITE)
    suspects = read_suspects("OSError: [WinError 193] %1 is not a valid Win32 application")

    (culprit,) = find_culprits(audit(tmp_path, LINUX), suspects)

    assert (culprit.part, culprit.is_explained) == (None, False)


def test_a_module_for_another_python_is_explained(tmp_path: Path) -> None:
    ending = ".cpython-310-aarch64-linux-gnu.so"
    files = {f"pkg/_a{ending}": AARCH64_MODULE, "pkg/_b.abi3.so": AARCH64_MODULE}
    lay_out(tmp_path, distribution("pkg", files, tag="cp310-abi3-linux_aarch64"), within=SITE)

    (culprit,) = find_culprits(audit(tmp_path, LINUX), read_suspects("No module named 'pkg._a'"))

    assert (culprit.findings, culprit.foreign_ending) == ((), ending)
    assert culprit.is_explained


def test_what_is_not_there_has_no_culprit(tmp_path: Path) -> None:
    lay_out(tmp_path, distribution("pkg", {"pkg/_a.abi3.so": AARCH64_MODULE}), within=SITE)

    (culprit,) = find_culprits(audit(tmp_path, LINUX), read_suspects("No module named 'numpy'"))

    assert (culprit.part, culprit.member, culprit.findings) == (None, None, ())


def test_an_empty_file_is_behind_the_message_that_names_it(tmp_path: Path) -> None:
    files = {"pkg/_a.abi3.so": AARCH64_MODULE, "pkg/_empty.abi3.so": b""}
    lay_out(tmp_path, distribution("pkg", files, tag="cp311-abi3-linux_aarch64"), within=SITE)
    suspects = read_suspects("ImportError: /v/site-packages/pkg/_empty.abi3.so: file too short")

    (culprit,) = find_culprits(audit(tmp_path, LINUX), suspects)

    assert culprit.member == f"{SITE}/pkg/_empty.abi3.so"
    assert [finding.code for finding in culprit.findings] == ["AP902"]
