"""PEP 739's `build-details.json`: the target's Python described for build tools.

meson reads it with `-Dpython.build_config=FILE`; others will.

Source: https://peps.python.org/pep-0739/
"""

import json

from archpip.architecture import OperatingSystem
from archpip.builds.profile import TargetProfile
from archpip.targets import extension_suffixes

_SYSTEM_NAMES = {OperatingSystem.MACOS: "darwin", OperatingSystem.WINDOWS: "win32"}


def write_build_details(profile: TargetProfile) -> str:
    """Return the JSON text, schema 1.0."""
    python = profile.target.python
    suffixes = extension_suffixes(profile.target)
    major, minor, micro = python.version
    numbers = {"major": major, "minor": minor, "micro": micro}
    details = {
        "schema_version": "1.0",
        "base_prefix": profile.prefix,
        "platform": profile.platform,
        "language": {"version": python.short_version, "version_info": _final(numbers)},
        "implementation": {
            "name": python.implementation,
            "cache_tag": f"{python.implementation}-{python.nodot}",
            "version": _final(numbers),
            "hexversion": (major << 24) | (minor << 16) | (micro << 8) | 0xF0,
            "_multiarch": profile.gnu_triple,
        },
        "abi": {
            "flags": ["t"] if python.free_threaded else [],
            "extension_suffix": suffixes[0],
            "stable_abi_suffix": next((s for s in suffixes if s.startswith(".abi3")), None),
        },
        "suffixes": {"extensions": list(suffixes), "source": [".py"], "bytecode": [".pyc"]},
        "c_api": {"headers": profile.include_folders[0]},
        "arbitrary_data": {"system": _SYSTEM_NAMES.get(profile.target.operating_system, "linux")},
    }
    return json.dumps(details, indent=2) + "\n"


def _final(numbers: dict[str, int]) -> dict[str, int | str]:
    return {**numbers, "releaselevel": "final", "serial": 0}
