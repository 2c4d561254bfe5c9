"""The index client against the public index."""

from pathlib import Path

import pytest
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.index import IndexLocations, ProjectNotFoundError
from archpip.index.anchors import _read_carefully, read_anchors
from archpip.index.client import IndexClient

pytestmark = pytest.mark.pypi


def test_page_range_and_download_of_one_wheel_agree(tmp_path: Path) -> None:
    with IndexClient(IndexLocations()) as client:
        links = client.project(NormalizedName("six"))[Version("1.17.0")]
        (wheel,) = [link for link in links if link.filename.endswith(".whl")]
        tail = client.ranges.read_tail(wheel.url, 100)
        content = client.download(wheel, tmp_path).read_bytes()
    assert (tail.file_size, tail.content) == (len(content), content[-100:])


def test_project_that_nobody_made_is_not_found() -> None:
    with IndexClient(IndexLocations()) as client, pytest.raises(ProjectNotFoundError):
        client.project(NormalizedName("archpip-no-such-project-a7f3"))


@pytest.mark.parametrize("name", ["pydantic-core", "requests", "boto3", "pytz"])
def test_quick_reading_of_a_real_page_is_the_careful_one(name: str) -> None:
    with IndexClient(IndexLocations()) as client:
        text = client._session.get(f"https://pypi.org/simple/{name}/").content.decode()
    quick, careful = read_anchors(text), _read_carefully(text)
    assert [href for href, _ in quick.anchors] == [href for href, _ in careful.anchors]
    assert quick.anchors
