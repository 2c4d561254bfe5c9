"""How projects lay out native files that an installation does not run.

All of it is in lower case.
"""

TEST_FOLDERS = frozenset(
    (
        "test", "tests", "testing", "test_data", "testdata", "test_files", "test_assets",
        "fixtures", "_test", "_tests", "unittests", "testsuite",
    )
)  # fmt: skip
"""Folders whose contents are inputs of a test suite, not part of the program. Packaging tools keep
binaries for many systems there (delocate's `tests/data`, auditwheel's `tests/integration`)."""

LINKED_AGAINST_FOLDERS = frozenset(("stubs", "sysroot", "sysroots"))
"""Folders of files to link against, never loaded here: CUDA's stubs of the driver's
libraries (https://docs.nvidia.com/cuda/cuda-compiler-driver-nvcc/), and another machine's system
(`gcc --sysroot`)."""

DATA_SUFFIXES = (
    ".elf", ".axf", ".hex", ".img", ".fw", ".rom", ".uf2",  # firmware (ARM, Xtensa, AVR write ELF)
    ".ko", ".sys", ".efi", ".drv", ".inf",  # kernels and boot loaders
    ".cubin", ".fatbin", ".hsaco", ".co", ".bpf",  # other processors
    ".o", ".obj", ".a", ".lib", ".rlib", ".bc", ".lo", ".la",  # to link against
    ".debug", ".dbg", ".pdb", ".dsym", ".dwo",  # debug symbols
)  # fmt: skip
"""Suffixes of files in a native format that no loader of the target opens."""

DATA_FOLDER_SUFFIXES = (".dsym", "cmakefiles")
"""Folders of debug symbols (Apple's dsymutil writes `x.dSYM/Contents/Resources/DWARF/x`), and of
what CMake builds to try a compiler (`CMakeFiles/3.17.3/CompilerIdC/CompilerIdC.exe`)."""

PROGRAM_FOLDER_SUFFIXES = (".app", ".xpc", ".appex")
"""Folders of a separate program with its plug-ins: nothing there is loaded into Python."""

PROGRAM_SUFFIXES = (".node", ".xll", ".oxt", ".vst3", ".component", ".scr")
"""Native plug-ins of another run-time with a process of its own (Node's addons, R's, VST)."""

LAUNCHERS = (
    r"(?:cli|gui|t|w)(?:[-_]?(?:32|64|arm(?:64)?))*\.exe",
    r"easy_install-[\d.]+\.exe",
)
"""Base names of templates of the launchers that installers put beside scripts on Windows: one for
each machine that may be installed for, chosen by the installer's own machine (distlib's
`t64-arm.exe`, setuptools' `cli-arm64.exe`). Patterns that match the whole name."""

SHARED_BY_COMPILED = "__mypyc"
"""How the name of a module ends that holds the code of a group of compiled modules, each of which
only imports it (mypyc's `30fcd23745efe32ce681__mypyc`, `md__mypyc`).
https://github.com/python/mypy/blob/master/mypyc/build.py (group_name)"""

PLUGIN_FOLDERS = frozenset(("plugins", "plugin"))
"""Folders that a program scans, ignoring files that do not load (Qt's
plugins/sqldrivers, https://doc.qt.io/qt-6/deployment-plugins.html; OpenMM's lib/plugins)."""

POSIX_LAYERS = {"cyg": "cygwin1.dll", "msys-": "msys-2.0.dll"}
"""How names of libraries begin that need a layer of POSIX functions for Windows, and its library.
Only programs that start with the layer load them (https://cygwin.com/cygwin-ug-net/dll.html)."""

REPAIR_FOLDERS = (".libs", ".dylibs")
"""Where auditwheel and delvewheel (`project.libs`, `.libs_cffi_backend`) and delocate (`.dylibs`)
put copies of the libraries that modules link."""

LIBRARY_SUFFIXES = (".so", ".dylib", ".dll", ".pyd", ".jnilib", ".bundle", ".ocx", ".tbd")
EXECUTABLE_SUFFIXES = (".exe",)
