"""A policy that a gateway serves, and commands that obey it."""

import time
from pathlib import Path

from fake_index.binaries import write_binary
from fake_index.elf import Elf
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from fake_index.world import Index, IndexFile, Project, World
from tests.conftest import ArchpipCommand, FakeWorldFactory
from tests.integration.gateway.clients import FOR_ARM_MAC, UV, UV_ARM_MAC
from tests.integration.gateway.serving import get, serving

POLICY = 'version = 1\ntarget-platform = "macos-arm64"\noverride = ["uamqp: tried by hand"]\n'
MODERN = "a-1-py3-none-manylinux_2_35_x86_64.whl"
HOLLOW = "uamqp-1.6.1-cp310-cp310-macosx_10_9_universal2.whl"


def test_gateway_obeys_its_policy_and_hands_it_on(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2")
    policy = tmp_path / "team.toml"
    policy.write_text(POLICY)
    asked = ("lock", "uamqp", "--python-version", "3.10", "--index-url", fake.index_url())

    with serving("--policy", str(policy), "--index-url", fake.index_url()) as gateway:
        page = get(f"{gateway}/macos-arm64/simple/uamqp/").json()
        served = get(f"{gateway}/policy.toml")
        locked = archpip_cli(*asked, "--policy", f"{gateway}/policy.toml")
        shown = archpip_cli("config", "show", ARCHPIP_POLICY=f"{gateway}/policy.toml")
    away = archpip_cli(*asked, "--policy", f"{gateway}/policy.toml", "--retries", "0")
    stranger = archpip_cli(*asked, "--policy", f"{gateway}/other.toml", "--retries", "0")

    assert HOLLOW in [file["filename"] for file in page["files"]]
    assert served.text == POLICY
    assert served.headers["etag"]
    assert locked.returncode == 0, locked.stderr
    assert HOLLOW in (tmp_path / "pylock.macos-arm64.toml").read_text()
    assert f"(the policy {gateway}/policy.toml)" in shown.stdout
    assert away.returncode == 0, away.stderr
    assert "the policy as it was at" in away.stderr
    assert stranger.returncode == 5
    assert "other.toml" in stranger.stderr


def test_gateway_follows_a_policy_that_changes(
    fake_world: FakeWorldFactory, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2")
    policy = tmp_path / "team.toml"
    policy.write_text("version = 1\n")
    options = ("--policy", str(policy), "--index-url", fake.index_url(), "--page-age", "1")

    with serving(*options) as gateway:

        def served() -> list[str]:
            files = get(f"{gateway}/macos-arm64/simple/uamqp/").json()["files"]
            return [file["filename"] for file in files]

        def wait_until_served(policy: str) -> None:
            give_up = time.monotonic() + 30
            while get(f"{gateway}/policy.toml").text != policy:
                assert time.monotonic() < give_up
                time.sleep(0.1)

        before = served()
        policy.write_text(POLICY)
        wait_until_served(POLICY)
        allowed = served()
        policy.write_text("version = 'new'\n")
        time.sleep(2)
        broken = served()
        policy.write_text("version = 1\n")
        wait_until_served("version = 1\n")
        after = served()

    assert HOLLOW not in before
    assert HOLLOW in allowed
    assert HOLLOW in broken
    assert HOLLOW not in after


def test_named_policy_has_views_of_its_own(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2")
    policy = tmp_path / "team.toml"
    policy.write_text('version = 1\n[policies.tried]\noverride = ["uamqp: tried by hand"]\n')

    with serving("--policy", str(policy), "--index-url", fake.index_url()) as gateway:
        plain, tried = (
            [file["filename"] for file in get(f"{gateway}/{view}/simple/uamqp/").json()["files"]]
            for view in ("macos-arm64", "tried/macos-arm64")
        )
        unknown = get(f"{gateway}/lenient/macos-arm64/simple/uamqp/")
        obeyed = archpip_cli("config", "show", ARCHPIP_POLICY=f"{gateway}/policy.toml")

    assert HOLLOW not in plain
    assert HOLLOW in tried
    assert unknown.status_code == 404
    assert unknown.json()["detail"] == (
        "There is no policy 'lenient' here, but strict, tried. "
        "Paths begin with TARGET/simple/, or POLICY/TARGET/simple/."
    )
    assert obeyed.returncode == 0, obeyed.stderr


def test_floors_of_a_policy_hold_for_every_view(
    fake_world: FakeWorldFactory, tmp_path: Path
) -> None:
    fake = fake_world(world_of_a_modern_wheel())
    policy = tmp_path / "team.toml"
    policy.write_text('version = 1\nglibc = "2.36"\n')
    page = "linux-x86_64/simple/a/"

    with serving("--index-url", fake.index_url()) as gateway:
        usual = get(f"{gateway}/{page}").json()
    with serving("--index-url", fake.index_url(), "--policy", str(policy)) as gateway:
        newer = get(f"{gateway}/{page}").json()

    # By its name it is for newer systems than the usual floor: nobody takes it, so nobody opens it.
    assert [file["filename"] for file in usual["files"]] == [MODERN]
    assert newer["files"] == []


def test_view_whose_name_has_a_floor_is_another_than_that_of_the_usual_floor(
    fake_world: FakeWorldFactory,
) -> None:
    fake = fake_world(world_of_a_modern_wheel())
    views = ("linux-x86_64", "manylinux_2_36_x86_64", "linux-amd64")

    with serving("--index-url", fake.index_url()) as gateway:
        pages = [get(f"{gateway}/{view}/simple/a/").json()["files"] for view in views]
        served = get(f"{gateway}/").text

    assert [[file["filename"] for file in page] for page in pages] == [[MODERN], [], [MODERN]]
    assert [view for view in views if f"{view}/simple/" in served] == list(views[:2])


def test_floors_of_a_named_policy_hold_for_its_views_and_for_who_obeys_it(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world(world_of_a_modern_wheel())
    policy = tmp_path / "team.toml"
    policy.write_text('version = 1\n[policies.modern]\nglibc = "2.36"\n')
    asked = ("config", "show", "--format", "json")

    with serving("--index-url", fake.index_url(), "--policy", str(policy)) as gateway:
        usual, modern = (
            get(f"{gateway}/{view}/simple/a/").json()["files"]
            for view in ("linux-x86_64", "modern/linux-x86_64")
        )
        shared = f"{gateway}/policy.toml"
        plain = archpip_cli(*asked, ARCHPIP_POLICY=shared)
        named = archpip_cli(*asked, ARCHPIP_POLICY=f"{shared}#modern")
        missing = archpip_cli("lock", "a", "--policy", f"{shared}#old")

    assert [file["filename"] for file in usual] == [MODERN]
    assert modern == []
    assert "2.36" not in plain.stdout
    assert "2.36" in named.stdout
    assert missing.returncode == 2
    assert "it has no policy 'old', but modern" in missing.stderr


def world_of_a_modern_wheel() -> World:
    library = WheelFile(path="a/x.so", content=write_binary(Elf(machine="aarch64")))
    modern = Wheel(
        metadata=CoreMetadata(name="a", version="1"),
        tag="py3-none-manylinux_2_35_x86_64",
        files=(library,),
    )
    file = IndexFile(filename=modern.filename, content=write_wheel(modern))
    return World(indexes=(Index(name="main", projects=(Project(name="a", files=(file,)),)),))


def test_all_mistakes_of_a_policy_are_told_at_once(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    (tmp_path / "team.toml").write_text(
        'version = 1\nstrict = 1\nmacos = "eleven"\ntarget-platform = ["amiga"]\n'
        'override = ["numpy"]\non-unknown = "panic"\n[policies.tried]\non-unknown = "laugh"\n'
        'glibc = "new"\n'
    )

    run = archpip_cli("lock", "a", "--policy", "team.toml")

    assert run.returncode == 2
    assert "The policy team.toml is invalid" in run.stderr
    for word in ("strict", "macos", "amiga", "override", "on-unknown", "policies.tried: glibc"):
        assert word in run.stderr
    assert "Traceback" not in run.stderr


def test_policy_that_a_file_names_lies_beside_it(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "team.toml").write_text('version = 1\nglibc = "2.17"\n')
    (tmp_path / "etc" / "pip.conf").write_text("[archpip]\npolicy = team.toml\n")

    shown = archpip_cli("config", "show", PIP_CONFIG_FILE=str(tmp_path / "etc" / "pip.conf"))

    assert "archpip.glibc" in shown.stdout
    assert "2.17  (the policy team.toml)" in shown.stdout


def test_sdists_are_offered_where_the_policy_approves_their_builds(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2")
    policy = tmp_path / "team.toml"
    policy.write_text(
        "version = 1\nrequire-source-build-approval = true\n"
        '[policies.building]\napprove-source-build = ["Uamqp"]\n'
        "[policies.trusting]\nrequire-source-build-approval = false\n"
    )

    with serving("--policy", str(policy), "--index-url", fake.index_url()) as gateway:
        sdists = {
            view: [
                file["filename"]
                for file in get(f"{gateway}/{view}/simple/uamqp/").json()["files"]
                if not file["filename"].endswith(".whl")
            ]
            for view in ("macos-arm64", "building/macos-arm64", "trusting/macos-arm64")
        }
        front = get(f"{gateway}/?project=uamqp").text
        obeyed = archpip_cli("config", "show", ARCHPIP_POLICY=f"{gateway}/policy.toml#building")

    assert sdists["macos-arm64"] == []
    assert len(sdists["building/macos-arm64"]) > 1
    assert sdists["trusting/macos-arm64"] == sdists["building/macos-arm64"]
    assert "✗ sdist not approved" in front
    assert "building uamqp is not approved" in front
    assert "archpip.approve-source-build" in obeyed.stdout


def test_exec_keeps_the_client_from_building_what_is_not_approved(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    fake = fake_world("hollow-universal2")
    command = (*FOR_ARM_MAC, "--index-url", fake.index_url(), "--require-source-build-approval")
    compiling = ("--", *UV, "pip", "compile", *UV_ARM_MAC, "requirements.in")
    (tmp_path / "requirements.in").write_text("uamqp==1.6.1\n")

    refused = archpip_cli(*command, *compiling)
    approved = archpip_cli(*command, "--approve-source-build", "uamqp", *compiling)

    assert refused.returncode == 1
    assert (
        "archpip kept 2 files out for macos-arm64:\n"
        "  uamqp-1.6.1.tar.gz: building uamqp is not approved"
    ) in refused.stderr
    assert approved.returncode == 0, approved.stderr
    assert "uamqp==1.6.1" in approved.stdout
