from pathlib import Path

import pytest
import tomli_w
from msgspec.structs import replace
from packaging.markers import Marker

from archpip.architecture import Architecture
from archpip.fusing import RECIPE
from archpip.locking import UnhashedFileError, to_pylock
from archpip.resolution import Half, Resolution, parse_requirement
from archpip.verdicts import Verdict
from archpip.wheels import READER_VERSION
from tests.unit.locking.resolutions import (
    FOLDER,
    make_inspection,
    make_link,
    make_pin,
    make_slice,
    make_target,
)


def convert(resolution: Resolution, **arguments: object) -> dict[str, object]:
    given = {"folder": FOLDER, **arguments}
    return dict(to_pylock(resolution, **given).to_dict())  # type: ignore[arg-type]  # any argument


def package(resolution: Resolution, name: str) -> dict[str, object]:
    packages = to_pylock(resolution, folder=FOLDER).to_dict()["packages"]
    return next(p for p in packages if p["name"] == name)


def test_the_head_names_the_machine_and_no_time(resolution: Resolution) -> None:
    document = convert(resolution)

    assert document["lock-version"] == "1.0"
    assert document["requires-python"] == "==3.11.*"
    assert document["created-by"] == "archpip"
    markers = [Marker(text) for text in document["environments"]]  # type: ignore[attr-defined]  # a list
    assert markers == [
        Marker(
            "implementation_name == 'cpython' and sys_platform == 'darwin' "
            "and platform_machine == 'arm64' and python_version == '3.11'"
        )
    ]


def test_a_wheel_with_its_evidence(resolution: Resolution) -> None:
    assert package(resolution, "fat") == {
        "name": "fat",
        "version": "1.0",
        "requires-python": ">=3.9",
        "dependencies": [{"name": "built"}],
        "index": "https://index.example/simple",
        "wheels": [
            {
                "name": "fat-1.0-cp311-cp311-macosx_11_0_universal2.whl",
                "url": "https://files.example/fat-1.0-cp311-cp311-macosx_11_0_universal2.whl",
                "size": 1234,
                "upload-time": make_link("x").upload_time,
                "hashes": {"sha256": "a" * 64},
            }
        ],
        "tool": {
            "archpip": {
                "requested": True,
                "verdict": "ok",
                "slices": ["arm64", "x86_64"],
                "binaries": 1,
                "minimum-macos": "11.0",
                "minimum-glibc": "2.9",
                "findings": ["AP301"],
                "overrides": ["it is a plug-in"],
                "reader-version": READER_VERSION,
            }
        },
    }


def test_an_sdist_is_locked_alone_and_says_why(resolution: Resolution) -> None:
    built = package(resolution, "built")
    reason = "no wheel of built 1.0 fits macos-arm64"

    assert "wheels" not in built
    assert built["tool"] == {"archpip": {"built-from-source-because": [reason]}}


def test_direct_sources(resolution: Resolution) -> None:
    assert package(resolution, "archive")["archive"] == {
        "url": "https://files.example/archive-1.0.zip",
        "hashes": {"sha256": "a" * 64},
        "subdirectory": "python",
    }
    assert package(resolution, "folder") == {
        "name": "folder",
        "directory": {"path": "libs/folder"},
    }
    assert package(resolution, "repository") == {
        "name": "repository",
        "vcs": {
            "type": "git",
            "url": "https://host/repository.git",
            "requested-revision": "main",
            "commit-id": "c" * 40,
        },
    }


def test_a_file_on_this_machine_is_a_path_from_the_lockfile(resolution: Resolution) -> None:
    wheels = package(resolution, "local")["wheels"]

    assert wheels == [
        {
            "name": "local-1.0-py3-none-any.whl",
            "path": "../wheels/local-1.0-py3-none-any.whl",
            "hashes": {"sha256": "a" * 64},
        }
    ]


def test_no_credentials_reach_the_file(resolution: Resolution) -> None:
    requirement = parse_requirement("x @ https://user:secret@host/x-1.0.zip", base=FOLDER)

    text = tomli_w.dumps(to_pylock(resolution, folder=FOLDER, requirements=[requirement]).to_dict())

    assert "secret" not in text
    assert "x @ https://" in text


def test_equal_resolutions_give_equal_bytes(resolution: Resolution) -> None:
    once = tomli_w.dumps(to_pylock(resolution, folder=FOLDER).to_dict())

    assert tomli_w.dumps(to_pylock(resolution, folder=FOLDER).to_dict()) == once


def test_what_was_asked_is_kept_sorted(resolution: Resolution) -> None:
    requirements = [parse_requirement(text, base=Path("/")) for text in ("b", "a>1", "b")]

    document = convert(resolution, requirements=requirements, notes=("numpy differs",))

    tool = document["tool"]["archpip"]  # type: ignore[index]  # a table
    assert (tool["requirements"], tool["notes"]) == (["a>1", "b"], ["numpy differs"])


def test_a_file_without_any_strong_hash_cannot_be_locked() -> None:
    pin = make_pin(
        "a",
        "a-1.0-py3-none-any.whl",
        link=make_link("a-1.0-py3-none-any.whl", hashes=(("md5", "1" * 32),)),
        sha256=None,
    )

    with pytest.raises(UnhashedFileError, match=r"a-1\.0-py3-none-any\.whl of a has no hash"):
        to_pylock(Resolution(target=make_target(), pins=(pin,)), folder=FOLDER)


@pytest.mark.parametrize("filename", ["old-1.0.tgz", "old-1.0.tar.bz2", "old-1.0-1.tar.gz"])
def test_an_sdist_of_an_older_form_is_an_archive(filename: str) -> None:
    pins = (make_pin("old", filename),)
    resolution = Resolution(target=make_target(), pins=pins)

    locked = package(resolution, "old")

    assert "sdist" not in locked
    assert "index" not in locked
    assert locked["archive"]["url"] == f"https://files.example/{filename}"  # type: ignore[index]  # a table
    to_pylock(resolution, folder=FOLDER).validate()


def test_a_fused_pin_is_locked_with_both_wheels_and_the_recipe() -> None:
    arm, intel = (
        "thin-1.0-cp311-cp311-macosx_11_0_arm64.whl",
        "thin-1.0-cp311-cp311-macosx_10_9_x86_64.whl",
    )
    pin = make_pin(
        "thin",
        arm,
        inspection=make_inspection(make_slice(Architecture.ARM64, (11, 0, 0)), filename=arm),
        verdict=Verdict(target="macos-universal2"),
        fused_with=Half(
            link=make_link(intel, hashes=(("sha256", "b" * 64),)),
            sha256="b" * 64,
            inspection=make_inspection(make_slice(Architecture.X86_64, (10, 9, 0)), filename=intel),
        ),
    )
    target = replace(make_target(), architectures=(Architecture.ARM64, Architecture.X86_64))

    locked = package(Resolution(target=target, pins=(pin,)), "thin")

    wheels = [(wheel["name"], wheel["hashes"]["sha256"]) for wheel in locked["wheels"]]  # type: ignore[attr-defined]  # a list
    assert wheels == [(arm, "a" * 64), (intel, "b" * 64)]
    evidence = locked["tool"]["archpip"]  # type: ignore[index]  # a table
    assert evidence["fuse-recipe"] == RECIPE
    assert (evidence["slices"], evidence["binaries"]) == (["arm64", "x86_64"], 2)
    assert evidence["minimum-macos"] == "10.9"
