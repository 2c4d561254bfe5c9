"""Command lines of real clients, and what they ask the fake indexes for."""

import sys

HOLLOW = "uamqp-1.6.1-cp310-cp310-macosx_10_9_universal2.whl"
FOR_ARM_MAC = ("exec", "--target-platform", "macos-arm64", "--python-version", "3.10")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
PIP_ARM_MAC = (
    *("--only-binary", ":all:", "--platform", "macosx_11_0_arm64", "--python-version", "3.10"),
)
UV = (sys.executable, "-m", "uv", "--no-progress")
UV_ARM_MAC = ("--python-platform", "aarch64-apple-darwin", "--python-version", "3.10")
