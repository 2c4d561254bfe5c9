"""The build backend that stands inside every sdist of `fake_index`; PEP 517 and PEP 660 hooks.

It imports the standard library alone, so that builds need no index. What it builds was written
beforehand: `prebuilt/` holds wheels, and `prebuilt/plan.json` says which of them a build ends in.

```json
{"wheels": {"linux-aarch64": "x-1.0-cp311-….whl", "*": "x-1.0-py3-none-any.whl"},
 "log": ["lines that the build prints"], "fails": "the message it fails with, or null"}
```

A key of `wheels` is what `sysconfig.get_platform()` says while building, which cross builds steer
with `_PYTHON_HOST_PLATFORM`; `*` is for any other.
"""
# ruff: noqa: ARG001 # front ends pass hooks' arguments by name as well

import json
import shutil
import sys
import sysconfig  # noqa: TID251 # a build asks what it builds for, as setuptools does
import zipfile
from pathlib import Path

_PREBUILT = Path("prebuilt")


def _choose() -> Path:
    plan = json.loads((_PREBUILT / "plan.json").read_text())
    for line in plan["log"]:
        print(line, flush=True)
    if plan["fails"] is not None:
        sys.exit(plan["fails"])
    wheels: dict[str, str] = plan["wheels"]
    platform = sysconfig.get_platform()
    wheel = wheels.get(platform, wheels.get("*"))
    if wheel is None:
        sys.exit(f"error: nothing here builds for {platform}")
    return _PREBUILT / wheel


def get_requires_for_build_wheel(config_settings: object = None) -> list[str]:
    """Return nothing: builds stay off the network."""
    return []


get_requires_for_build_editable = get_requires_for_build_wheel


def prepare_metadata_for_build_wheel(
    metadata_directory: str, config_settings: object = None
) -> str:
    """Unpack the `dist-info` folder of the wheel that would be built."""
    with zipfile.ZipFile(_choose()) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" in name]
        archive.extractall(metadata_directory, names)
    return names[0].partition("/")[0]


def build_wheel(
    wheel_directory: str, config_settings: object = None, metadata_directory: str | None = None
) -> str:
    """Copy the wheel that was written for this platform."""
    wheel = _choose()
    shutil.copy(wheel, wheel_directory)
    return wheel.name


build_editable = build_wheel
