"""What wheels are for that do not fit a target."""

import pytest

from archpip.index import Link
from archpip.resolution import describe_misfit
from tests.unit.resolution.fake_world import make_target


@pytest.mark.parametrize(
    ("filenames", "said"),
    [
        (
            ["a-1.0-cp311-cp311-win_amd64.whl", "a-1.0-cp310-cp310-macosx_11_0_arm64.whl"],
            "its wheels for this Python are for win_amd64",
        ),
        (
            ["a-1.0-cp310-cp310-macosx_11_0_arm64.whl", "a-1.0-cp39-cp39-win_amd64.whl"],
            "its wheels for this system are for CPython 3.10",
        ),
        (
            [f"a-1.0-{tag}-macosx_11_0_arm64.whl" for tag in ("cp310-cp310", "cp37-cp37m")],
            "its wheels for this system are for CPython 3.7, 3.10",
        ),
        (
            [f"a-1.0-{tag}-macosx_11_0_arm64.whl" for tag in ("cp312-abi3", "pp310-pypy310_pp73")],
            "its wheels for this system are for cp312-abi3, pp310-pypy310_pp73",
        ),
        (
            [f"a-1.0-cp311-cp311-{tag}.whl" for tag in ("win_amd64", "macosx_99_0_arm64")],
            "its wheels for this Python are for more than macOS 13.0: macosx_99_0_arm64",
        ),
        (["a-1.0-cp310-cp310-win_amd64.whl"], "its wheels are for win_amd64"),
    ],
)
def test_misfits_are_described_by_what_comes_closest(filenames: list[str], said: str) -> None:
    links = [Link(url=f"https://files.example/{name}", filename=name) for name in filenames]

    assert describe_misfit(links, make_target()) == said
