"""Published fat wheels: which slices miss what their sibling has, and which only seem to."""

from pathlib import Path

import pytest

from archpip.binaries import Depth, FileSource, read_binary
from tests.oracle.files import extract_binaries, fetch_wheels

pytestmark = pytest.mark.pypi

# The slice, how many symbols it misses, and whence its sibling has most of them.
HOLLOW = {
    "c_uamqp.cpython-310-darwin.so": ("arm64", 315, None),
    "_psycopg.cpython-311-darwin.so": ("arm64", 86, "@loader_path/.dylibs/libpq.5.14.dylib"),
    "_openmm.cpython-311-darwin.so": ("x86_64", 1168, "@rpath/libOpenMM.dylib"),
    "_mssql.cpython-313-darwin.so": ("arm64", 52, None),
    "capnp.cpython-311-darwin.so": ("arm64", 232, None),
}


def test_hollow_slices_are_found_and_no_others(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    wheels = fetch_wheels(request.config.cache.mkdir("wheels"), containing="universal2")
    assert len(wheels) > 20
    found = {}
    for path in extract_binaries(wheels, tmp_path):
        with FileSource(path) as source:
            binary = read_binary(source, depth=Depth.SYMBOLS)
        assert binary is not None
        for one in binary.slices:
            if one.unbound is not None:
                found[path.name] = (one.architecture, one.unbound.count, one.unbound.provider)
    assert found == HOLLOW
