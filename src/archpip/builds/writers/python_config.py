"""A `TRIPLE-pythonX.Y-config` for the target.

CMake's FindPython and configure scripts look for it on PATH, and would take this machine's.
FindPython asks it for the extension suffix where it is to find no interpreter.

Source: CMake `Modules/FindPython/Support.cmake`; CPython `Misc/python-config.sh.in`.
"""

from shlex import quote

from archpip.builds.profile import TargetProfile

_SCRIPT = """\
#!/bin/sh
for option in "$@"; do
  case "$option" in
{answers}
    --embed) ;;
    *) echo "$0: $option is not known" >&2; exit 1 ;;
  esac
done
"""


def python_config_name(profile: TargetProfile) -> str:
    """Return the name that CMake and configure scripts look for."""
    python = profile.target.python
    return f"{profile.gnu_triple}-python{python.short_version}{_abi_flags(profile)}-config"


def write_python_config(profile: TargetProfile) -> str:
    """Return the script; it answers every option of CPython's own."""
    version = profile.target.python.short_version
    includes = " ".join(f"-I{folder}" for folder in profile.include_folders)
    # CMake takes it for the target's only where the triple stands in its folder.
    folder = f"{profile.prefix}/lib/python{version}/config-{version}-{profile.gnu_triple}"
    answers = {
        "--prefix|--exec-prefix": profile.prefix,
        "--includes|--cflags": includes,
        "--libs": "",
        "--ldflags": f"-L{profile.library_folder}",
        "--extension-suffix": profile.extension_suffix,
        "--abiflags": _abi_flags(profile),
        "--configdir": folder,
    }
    lines = (f"    {options}) echo {quote(text)} ;;" for options, text in answers.items())
    return _SCRIPT.format(answers="\n".join(lines))


def _abi_flags(profile: TargetProfile) -> str:
    return "t" if profile.target.python.free_threaded else ""
