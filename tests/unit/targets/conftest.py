"""A host for the tests of targets: an ordinary Linux machine with CPython 3.11.7."""

import pytest

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.targets import PythonTarget, Target


@pytest.fixture
def host() -> Target:
    return Target(
        operating_system=OperatingSystem.LINUX,
        architectures=(Architecture.X86_64,),
        libc=Libc.GLIBC,
        floor=(2, 36),
        python=PythonTarget(version=(3, 11, 7)),
        platform_release="6.1.0",
        platform_version="#1 SMP",
    )


@pytest.fixture
def old_mac() -> Target:
    return Target(
        operating_system=OperatingSystem.MACOS,
        architectures=(Architecture.X86_64,),
        floor=(12, 7),
        python=PythonTarget(version=(3, 12, 1)),
    )
