"""A meson cross file.

Source: https://mesonbuild.com/Cross-compilation.html. In meson's words the host machine is the one
that the code runs on: our target.
"""

from archpip.architecture import OperatingSystem
from archpip.builds.profile import TargetProfile

_SYSTEMS = {
    OperatingSystem.MACOS: "darwin",
    OperatingSystem.IOS: "darwin",
    OperatingSystem.WINDOWS: "windows",
    OperatingSystem.ANDROID: "android",
}


def write_meson_cross(profile: TargetProfile) -> str:
    """Return the text of a cross file."""
    sections = {
        "binaries": _binaries(profile),
        "properties": _properties(profile),
        "built-in options": _options(profile),
        "host_machine": _host_machine(profile),
    }
    parts = []
    for name, table in sections.items():
        lines = "".join(f"{key} = {_literal(value)}\n" for key, value in table.items())
        parts.append(f"[{name}]\n{lines}")
    return "\n".join(parts)


_Value = str | bool | tuple[str, ...]


def _binaries(profile: TargetProfile) -> dict[str, _Value]:
    compilers = profile.compilers
    table: dict[str, _Value] = {
        "c": compilers.c,
        "cpp": compilers.cxx,
        "ar": compilers.archiver,
        "ranlib": compilers.ranlib,
        "pkg-config": "pkg-config",
    }
    if compilers.strip is not None:
        table["strip"] = compilers.strip
    if profile.emulator:
        table["exe_wrapper"] = profile.emulator
    return table


def _properties(profile: TargetProfile) -> dict[str, _Value]:
    table: dict[str, _Value] = {"needs_exe_wrapper": True}
    if profile.sysroot is not None:
        table["sys_root"] = profile.sysroot
        table["pkg_config_libdir"] = pkg_config_folders(profile)
    if profile.target.operating_system is OperatingSystem.LINUX and profile.machine.long_double:
        table["longdouble_format"] = profile.machine.long_double  # numpy asks by running code
    return table


def _options(profile: TargetProfile) -> dict[str, _Value]:
    arguments = (*profile.c_flags, *(f"-I{folder}" for folder in profile.include_folders))
    table: dict[str, _Value] = {"c_args": arguments, "cpp_args": arguments}
    if profile.link_flags:
        table["c_link_args"] = table["cpp_link_args"] = profile.link_flags
    return table


def _host_machine(profile: TargetProfile) -> dict[str, _Value]:
    return {
        "system": _SYSTEMS.get(profile.target.operating_system, "linux"),
        "cpu_family": profile.machine.meson_family,
        "cpu": profile.machine.cmake,
        "endian": "big" if profile.machine.big_endian else "little",
    }


def pkg_config_folders(profile: TargetProfile) -> tuple[str, ...]:
    """Return where pkg-config finds the sysroot's libraries, first match wins."""
    return (
        f"{profile.library_folder}/pkgconfig",
        f"{profile.prefix}/lib/pkgconfig",
        f"{profile.prefix}/share/pkgconfig",
    )


def _literal(value: _Value) -> str:
    """Write a value of meson's machine files, whose strings escape like Python's."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
