"""Describe the running interpreter; also run as a script by interpreters without archpip.

This file must run under Python 2.7 and every Python 3: no annotations that need new syntax, no
f-strings, standard library only. Run as a script, it prints one line of JSON.

Source: the methods are `packaging`'s (`_manylinux`, `_musllinux`, `tags.mac_platforms`).
"""

import os
import platform
import re
import struct
import sys
import sysconfig

# A plain str: type checkers take `sys.platform` for the one system that they run on.
_SYSTEM = str(sys.platform)


def describe_interpreter():
    # type: () -> dict[str, object]
    """Return the keys of `host._Description`, with plain JSON values."""
    implementation = getattr(sys, "implementation", None)
    name = implementation.name if implementation else platform.python_implementation().lower()
    own_version = getattr(sys, "pypy_version_info", sys.version_info)
    libc, system_version = _system_version()
    return {
        "implementation": name,
        "implementation_version": list(own_version[:3]),
        "version": list(sys.version_info[:3]),
        "prerelease": platform.python_version()[len("%d.%d.%d" % sys.version_info[:3]) :],
        # On older ones, this call would read the whole build configuration for nothing.
        "free_threaded": sys.version_info >= (3, 13)
        and bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "sys_platform": _SYSTEM,
        "machine": _machine(),
        "pointer_bits": struct.calcsize("P") * 8,
        "libc": libc,
        "system_version": system_version,
        "release": platform.release(),
        "kernel": platform.version(),
        "simulator": _SYSTEM == "ios" and "simulator" in sysconfig.get_platform(),
    }


def _machine():
    # type: () -> str
    # In an x64 Python that Windows on Arm emulates, platform.machine() returns ARM64, the real
    # machine. sysconfig's name is compiled into the interpreter.
    if _SYSTEM == "win32":
        return {"win32": "x86"}.get(sysconfig.get_platform(), sysconfig.get_platform()[4:])
    return platform.machine()


def _system_version():
    # type: () -> tuple[str, str]
    """Return the name of the libc, empty off Linux, and the version of libc or system."""
    if _SYSTEM.startswith("linux"):
        return _libc_version()
    if _SYSTEM == "darwin":
        return "", _macos_version()
    if _SYSTEM == "win32":
        return "", "%d.%d" % sys.getwindowsversion()[:2]  # type: ignore[attr-defined] # Windows only
    if _SYSTEM == "android":
        return "", "%d.0" % platform.android_ver().api_level  # type: ignore[attr-defined] # since 3.13
    if _SYSTEM == "ios":
        return "", platform.ios_ver().release  # type: ignore[attr-defined] # since 3.13
    return "", ""


def _libc_version():
    # type: () -> tuple[str, str]
    try:
        name, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").split()
    except (AttributeError, OSError, ValueError):
        return _musl_version()
    return name, version


def _musl_version():
    # type: () -> tuple[str, str]
    # The loader's path is near the start of the executable (PT_INTERP); the loader, run without
    # arguments, prints its version. A static Python has none: it loads no extension modules.
    with open(sys.executable, "rb") as executable:
        loader = re.search(b"/[^\0]*ld-musl-[^\0]*", executable.read(65536))
    if loader is None:
        return "glibc", "0.0"
    import subprocess  # slow to load, and needed here only

    process = subprocess.Popen([loader.group()], stderr=subprocess.PIPE)
    said = process.communicate()[1].decode("ascii", "replace")
    version = re.search(r"Version (\d+\.\d+)", said)
    return "musl", version.group(1) if version else "0.0"


def _macos_version():
    # type: () -> str
    version = platform.mac_ver()[0]
    if not version.startswith("10.16"):
        return version
    import subprocess

    # An interpreter built with an SDK before 11 gets 10.16 unless the variable is set.
    answer = subprocess.check_output(
        [sys.executable, "-sS", "-c", "import platform; print(platform.mac_ver()[0])"],
        env={"SYSTEM_VERSION_COMPAT": "0"},
    )
    return answer.decode("ascii").strip()


if __name__ == "__main__":
    import json

    print(json.dumps(describe_interpreter()))
