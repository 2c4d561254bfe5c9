"""py-build-cmake's `cross` file.

A cross file without a toolchain file gives wheels with the target's tag and the host's code in
them, so the two are always written together.

Source: https://tttapa.github.io/py-build-cmake/usage/cross-compilation.html
"""

import tomli_w

from archpip.builds.profile import FILES, TargetProfile
from archpip.targets import python_abis


def write_py_build_cmake_cross(profile: TargetProfile, *, toolchain_file: str | None = None) -> str:
    """Return the TOML text of a cross file that uses our CMake toolchain file, or a given one."""
    python = profile.target.python
    table = {
        "implementation": python.tag[:2],
        "version": python.nodot,
        "abi": python_abis(profile.target)[0],
        "arch": profile.platform.replace("-", "_").replace(".", "_"),
        "toolchain_file": toolchain_file or f"{FILES}/toolchain.cmake",
        "include_dir": profile.include_folders[0],
        "soabi": profile.soabi,
    }
    if profile.python_library is not None:
        table["library"] = profile.python_library
    return tomli_w.dumps(table)
