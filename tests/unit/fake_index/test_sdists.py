import io
import tarfile

import pytest
from packaging.metadata import Metadata

from fake_index.sdists import Build, Sdist, SdistMetadata, write_sdist
from fake_index.wheels import CoreMetadata, Wheel

METADATA = CoreMetadata(name="ruamel.yaml", version="1.0", requires=("a",))


def files(sdist: Sdist) -> dict[str, bytes]:
    found = {}
    with tarfile.open(fileobj=io.BytesIO(write_sdist(sdist))) as archive:
        for member in archive:
            content = archive.extractfile(member)
            assert content is not None
            found[member.name] = content.read()
    return found


def test_everything_lies_below_one_folder() -> None:
    assert {name.partition("/")[0] for name in files(Sdist(metadata=METADATA))} == {
        "ruamel_yaml-1.0"
    }


@pytest.mark.parametrize(
    ("kind", "version", "dynamic", "requires"),
    [
        (SdistMetadata.STATIC, "2.2", None, ["a"]),
        (SdistMetadata.DYNAMIC, "2.2", ["requires-dist", "provides-extra"], None),
        (SdistMetadata.OLD, "2.1", None, None),
    ],
)
def test_package_info_says_what_it_can_be_believed_for(
    kind: SdistMetadata, version: str, dynamic: list[str] | None, requires: list[str] | None
) -> None:
    content = files(Sdist(metadata=METADATA, kind=kind))["ruamel_yaml-1.0/PKG-INFO"]

    metadata = Metadata.from_email(content)

    assert metadata.metadata_version == version
    assert metadata.dynamic == dynamic
    assert ([str(each) for each in metadata.requires_dist or ()] or None) == requires


def test_prebuilt_wheels_stand_beside_the_plan() -> None:
    build = Build(wheels=(("*", Wheel(metadata=METADATA)),), log=("error: cc",), fails="no cc")

    found = files(Sdist(metadata=METADATA, build=build))

    assert "ruamel_yaml-1.0/prebuilt/ruamel_yaml-1.0-py3-none-any.whl" in found
    assert b'"fails": "no cc"' in found["ruamel_yaml-1.0/prebuilt/plan.json"]


def test_writing_is_reproducible() -> None:
    assert write_sdist(Sdist(metadata=METADATA)) == write_sdist(Sdist(metadata=METADATA))
