"""Tags of foreign targets, compared with the ones that pip would use.

pip expands a macOS, iOS or Android platform into its ladder; of Linux it takes each tag as given,
so the ladder itself is handed to it and the order is compared.
"""

import re
import subprocess
import sys

import pytest

from archpip.targets import (
    Target,
    compatible_tags,
    detect_host,
    parse_python,
    parse_target,
    platform_tags,
    python_abis,
)


def _pip_tags(target: Target, platforms: list[str]) -> list[str]:
    command = [sys.executable, "-m", "pip", "debug", "--verbose"]
    command += [f"--platform={platform}" for platform in platforms]
    command += [f"--abi={abi}" for abi in python_abis(target)]
    command += [
        f"--python-version={target.python.short_version}",
        f"--implementation={target.python.tag[:2]}",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    listed = said.partition("Compatible tags: ")[2]
    return list(dict.fromkeys(re.findall(r"^  (\S+-\S+-\S+)$", listed, re.MULTILINE)))


@pytest.mark.parametrize("python", ["3.9", "3.13", "3.13t"])
@pytest.mark.parametrize(
    "tag",
    [
        "macosx_11_0_arm64",
        "macosx_13_0_x86_64",
        "macosx_10_9_x86_64",
        "macosx_13_0_universal2",
        "ios_13_0_arm64_iphoneos",
        "android_24_arm64_v8a",
        "win_amd64",
        "win_arm64",
        "win32",
    ],
)
def test_pip_expands_the_platform_likewise(tag: str, python: str) -> None:
    target = parse_target(tag, host=detect_host(), python=parse_python(python))
    assert [str(found) for found in compatible_tags(target)] == _pip_tags(target, [tag])


@pytest.mark.parametrize("name", ["linux-aarch64", "linux-x86_64-musl", "linux-riscv64"])
def test_pip_orders_linux_tags_likewise(name: str) -> None:
    target = parse_target(name, host=detect_host(), python=parse_python("3.12"))
    expected = _pip_tags(target, list(platform_tags(target)))
    assert [str(found) for found in compatible_tags(target)] == expected
