"""Libraries that the system or the interpreter provides: a wheel's copy does not decide.

Each name is a case-insensitive `fnmatch` pattern.
"""

WINDOWS_RUNTIME = (
    # Microsoft's C and C++ run-time and the universal CRT. Installers bundle them for systems that
    # lack them; Windows and Python's own folder hold the right ones.
    # https://learn.microsoft.com/cpp/windows/determining-which-dlls-to-redistribute
    "api-ms-win-*", "ext-ms-*", "ucrtbase*.dll", "vcruntime*.dll", "msvcp*.dll", "msvcr*.dll",
    "concrt*.dll", "vccorlib*.dll", "vcomp*.dll", "vcamp*.dll", "mfc*.dll", "atl1*.dll",
    "python3.dll", "python3??.dll", "libwinpthread-1.dll",
    # Qt's copies of a system component and of a software renderer that is loaded on request.
    # https://doc.qt.io/qt-6/windows-graphics.html
    "d3dcompiler_*.dll", "opengl32sw.dll", "dxcompiler.dll", "dxil.dll",
    # Known DLLs: a process always gets the system's, wherever else one lies; wheels hold copies to
    # be emulated or read.
    # https://learn.microsoft.com/windows/win32/dlls/dynamic-link-library-search-order
    "kernel32.dll", "kernelbase.dll", "ntdll.dll", "advapi32.dll", "user32.dll", "gdi32.dll",
    "ole32.dll", "oleaut32.dll", "combase.dll", "rpcrt4.dll", "sechost.dll", "shell32.dll",
    "shlwapi.dll", "ws2_32.dll", "psapi.dll", "setupapi.dll", "comdlg32.dll", "imm32.dll",
    "wldap32.dll", "imagehlp.dll", "normaliz.dll", "msctf.dll", "nsi.dll",
)  # fmt: skip

LINUX_RUNTIME = (
    "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1",
    "ld-linux*.so.*", "libresolv.so.2", "libgcc_s.so.1", "libstdc++.so.6",
    "libnsl.so.1", "libX11.so.6", "libXext.so.6", "libXrender.so.1", "libICE.so.6", "libSM.so.6",
    "libGL.so.1", "libgobject-2.0.so.0", "libgthread-2.0.so.0", "libglib-2.0.so.0",
)  # fmt: skip
"""glibc's own parts, the compiler's run-time and other libraries of every Linux desktop, which
wheels need not bring (PEP 599, the manylinux2014 policy): the loader uses the system's if a bundled
one does not fit."""

# Library names that identify a C library.
GLIBC = ("libc.so.6", "ld-linux*.so.*")
MUSL = ("libc.musl-*.so.1", "ld-musl-*.so.1", "libc.so")

EXPORTED = (
    # numpy's _multiarray_umath holds npymath, its random modules hold npyrandom.
    # https://numpy.org/doc/stable/reference/c-api/coremath.html
    ("numpy", ("_npy_*", "_random_*", "_legacy_*")),
    # The compiler's run-time for arithmetic that a processor lacks is part of libSystem, which
    # every process has.
    # https://github.com/llvm/llvm-project/tree/main/compiler-rt/lib/builtins (libcompiler_rt.dylib)
    (
        "macOS",
        (
            "___*[sdtx]c3", "___*[sdt]i[234]", "___fix*", "___float*", "___*platform_version*",
            "___isPlatformVersionAtLeast", "___isPlatformOrVariantPlatformVersionAtLeast",
            "___isOSVersionAtLeast", "___extend*", "___trunc*", "___clear_cache",
        ),
    ),
)  # fmt: skip
"""Projects, and the symbols that their modules export into macOS' flat namespace, where modules
loaded later find them (dlopen defaults to RTLD_GLOBAL there, dlopen(3))."""

MACOS_PREFIXES = ("/usr/lib/", "/System/")
"""Folders of macOS' own libraries; they are in the shared cache and have every slice."""

MACOS_LIBRARIES = (
    "libSystem.*", "libobjc.*", "libc++*.dylib", "libz.*", "libbz2.*", "liblzma.*", "libiconv.*",
    "libcharset.*", "libxml2.*", "libxslt.*", "libexslt.*", "libsqlite3.*", "libexpat.*",
    "libcurl.*", "libarchive.*", "libedit.*", "libncurses.*", "libffi.*", "libresolv.*",
    "libpcap.*", "libcups.*",
)  # fmt: skip
"""Libraries that dyld finds in `/usr/lib` if the linked path does not exist."""

INTEL_HOMEBREW = ("/usr/local/opt/", "/usr/local/Cellar/")
"""Homebrew's folder of x86_64 libraries. (The arm64 ones in `/opt/homebrew` mostly exist on Intel
in `/usr/local/lib`, dyld's fallback.)
https://docs.brew.sh/Installation"""

BUILDERS = ("/Users/", "/private/", "/tmp/", "/var/folders/")  # noqa: S108 -- told, not used
"""Folders of the machine that built a wheel: of its user, and for temporary files."""
