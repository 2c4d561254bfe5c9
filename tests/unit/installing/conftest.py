"""Pins and targets for the tests of installing."""

from collections.abc import Callable

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.architecture import Architecture, OperatingSystem
from archpip.index import Link
from archpip.resolution import LinkKind, Pin
from archpip.targets import PythonTarget, Target

MakePin = Callable[..., Pin]


@pytest.fixture
def target() -> Target:
    return Target(
        operating_system=OperatingSystem.MACOS,
        architectures=(Architecture.ARM64,),
        floor=(13, 0),
        python=PythonTarget(version=(3, 11, 0)),
    )


@pytest.fixture
def make_pin() -> MakePin:
    def make(
        name: str = "alpha",
        version: str = "1.0",
        *,
        direct: bool = False,
        requested: bool = True,
        kind: LinkKind = LinkKind.WHEEL,
        url: str = "https://user:secret@example.org/alpha-1.0-py3-none-any.whl",
        extras: tuple[str, ...] = (),
        hashes: tuple[tuple[str, str], ...] = (("sha256", "ab" * 32),),
        yanked: str | None = None,
        subdirectory: str | None = None,
    ) -> Pin:
        link = Link(url=url, filename=url.rpartition("/")[2], hashes=hashes, yanked=yanked)
        return Pin(
            name=canonicalize_name(name),
            version=Version(version),
            link=link,
            kind=kind,
            direct=direct,
            requested=requested,
            extras=extras,
            subdirectory=subdirectory,
        )

    return make
