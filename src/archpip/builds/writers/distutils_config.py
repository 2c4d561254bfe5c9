"""The file that `DIST_EXTRA_CONFIG` names: options for distutils' and setuptools' commands.

Source: setuptools `_distutils/dist.py`, `find_config_files`; cibuildwheel sets the
same for Windows.
"""

from collections.abc import Sequence


def write_distutils_config(platform: str, *, library_folders: Sequence[str] = ()) -> str:
    """Return the text of a config file that names the platform: `win-arm64`, `linux-aarch64`."""
    libraries = f"library_dirs={';'.join(library_folders)}\n" if library_folders else ""
    return (
        f"[build]\nplat_name={platform}\n"
        f"[build_ext]\n{libraries}plat_name={platform}\n"
        f"[bdist_wheel]\nplat_name={platform}\n"
    )
