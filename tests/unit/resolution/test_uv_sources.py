from pathlib import Path

import pytest

from archpip.architecture import OperatingSystem
from archpip.index import IndexPin
from archpip.resolution import (
    LinkKind,
    RequirementSet,
    UvSourceError,
    decide_pins,
    parse_requirement,
    resolve,
)
from archpip.resolution.uv_sources import add_sources_of_folders, apply_uv_sources
from tests.unit.resolution.fake_world import FakeWorld, make_target

LINUX_ONLY = "sys_platform == 'linux'"
INDEXES = [{"name": "ours", "url": "https://ours.example/simple", "explicit": True}]


def follow(folder: Path, sources: dict[str, object], *names: str) -> RequirementSet:
    asked = RequirementSet(
        requirements=tuple(parse_requirement(name, base=folder) for name in names)
    )
    tool: dict[str, object] = {"sources": sources, "index": INDEXES}
    return apply_uv_sources(asked, tool, folder=folder, shown="pyproject.toml")


@pytest.mark.parametrize(
    ("source", "url", "revision"),
    [
        ({"git": "https://h/a.git", "tag": "v1"}, "git+https://h/a.git", "v1"),
        ({"git": "https://h/a.git", "branch": "main"}, "git+https://h/a.git", "main"),
        ({"git": "https://h/a.git"}, "git+https://h/a.git", None),
        ({"url": "https://h/a-1.tar.gz"}, "https://h/a-1.tar.gz", None),
    ],
    ids=["tag", "branch", "default", "url"],
)
def test_a_requirement_comes_from_its_source(
    tmp_path: Path, source: dict[str, str], url: str, revision: str | None
) -> None:
    asked, other = follow(tmp_path, {"A": source}, "a>=1", "b").requirements
    assert asked.direct is not None
    assert (asked.direct.url, asked.direct.revision) == (url, revision)
    assert (str(asked.specifier), other.direct) == (">=1", None)


def test_a_path_and_a_member_of_the_workspace_are_folders(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.uv.workspace]\nmembers = ["parts/*"]\n')
    for name in ("near", "member"):
        (tmp_path / "parts" / name).mkdir(parents=True)
        (tmp_path / "parts" / name / "pyproject.toml").write_text(f'[project]\nname = "{name}"\n')
    sources: dict[str, object] = {
        "near": {"path": "parts/near", "editable": True},
        "member": {"workspace": True},
    }
    near, member = follow(tmp_path, sources, "near", "member").requirements
    assert near.direct is not None
    assert member.direct is not None
    assert (near.direct.kind, near.editable) == (LinkKind.DIRECTORY, True)
    assert member.direct.path == tmp_path / "parts" / "member"


def test_an_explicit_index_serves_what_is_pinned_to_it(tmp_path: Path) -> None:
    found = follow(tmp_path, {"torch": {"index": "ours"}}, "torch", "numpy")
    assert found.index.pins == (IndexPin(url="https://ours.example/simple", projects=("torch",)),)
    assert all(requirement.direct is None for requirement in found.requirements)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ({"index": "theirs"}, "no index named theirs"),
        ([{"url": "a"}, {"url": "b", "marker": LINUX_ONLY}], "each needs a marker"),
        ([{"index": "ours", "marker": "linux"}], "Expected"),
        ({"index": "ours", "extra": "cpu"}, "depends on an extra or a group"),
        ({"workspace": True}, "no project of the workspace"),
        ({"ipfs": "x"}, "not known here"),
    ],
    ids=["index", "several", "marker", "extra", "workspace", "unknown"],
)
def test_what_cannot_be_followed_is_an_error(tmp_path: Path, source: object, reason: str) -> None:
    with pytest.raises(UvSourceError, match=reason):
        follow(tmp_path, {"torch": source}, "torch")


def test_each_of_several_sources_holds_where_its_marker_does(tmp_path: Path) -> None:
    sources = [
        {"url": "https://h/a-1.tar.gz", "marker": LINUX_ONLY},
        {"git": "https://h/a.git", "marker": "sys_platform == 'darwin'"},
    ]
    plain, archive, repository = follow(
        tmp_path, {"a": sources}, "a>=1; python_version > '3'"
    ).requirements
    assert (plain.direct, str(plain.marker)) == (None, 'python_version > "3"')
    assert archive.direct is not None
    assert archive.direct.url == "https://h/a-1.tar.gz"
    assert str(archive.marker) == 'python_version > "3" and sys_platform == "linux"'
    assert repository.direct is not None
    assert repository.direct.kind is LinkKind.VCS
    assert {str(each.specifier) for each in (plain, archive, repository)} == {">=1"}


def test_a_source_for_some_machines_counts_there_alone(world: FakeWorld, tmp_path: Path) -> None:
    direct = world.add("a-1.0-py3-none-any.whl")
    world.add("a-2.0-py3-none-any.whl")
    asked = follow(tmp_path, {"a": [{"url": direct.url, "marker": LINUX_ONLY}]}, "a<3")
    for system, version in ((OperatingSystem.LINUX, "1.0"), (OperatingSystem.MACOS, "2.0")):
        found = resolve(asked.requirements, target=make_target(system), world=world)
        assert [str(pin.version) for pin in found.pins] == [version]


def test_an_index_for_some_machines_is_decided_for_the_targets(tmp_path: Path) -> None:
    sources: dict[str, object] = {"torch": {"index": "ours", "marker": LINUX_ONLY}}
    found = follow(tmp_path, sources, "torch")
    linux, mac = make_target(OperatingSystem.LINUX), make_target(OperatingSystem.MACOS)
    pin = IndexPin(url="https://ours.example/simple", projects=("torch",))
    assert decide_pins(found, [linux]).index.pins == (pin,)
    assert decide_pins(found, [mac]).index.pins == ()
    with pytest.raises(UvSourceError, match="another index on linux-aarch64 than on macos-arm64"):
        decide_pins(found, [linux, mac])


def test_an_index_that_uv_would_ask_first_is_refused(tmp_path: Path) -> None:
    tool: dict[str, object] = {"index": [{"name": "mirror", "url": "https://m.example/simple"}]}
    with pytest.raises(UvSourceError, match="neither `explicit` nor `default`"):
        apply_uv_sources(RequirementSet(), tool, folder=tmp_path, shown="pyproject.toml")


def test_the_default_index_is_the_index(tmp_path: Path) -> None:
    tool: dict[str, object] = {"index": [{"url": "https://m.example/simple", "default": True}]}
    found = apply_uv_sources(RequirementSet(), tool, folder=tmp_path, shown="pyproject.toml")
    assert found.index.index_url == "https://m.example/simple"


def ask_for(*folders: Path) -> RequirementSet:
    return RequirementSet(
        requirements=tuple(parse_requirement(str(folder), base=folder) for folder in folders)
    )


def test_a_folder_bounds_what_it_requires(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.uv.sources]\na = { git = "https://h/a.git" }\nb = { index = "x" }\n'
        '[[tool.uv.index]]\nname = "x"\nurl = "https://x.example/simple"\nexplicit = true\n'
    )
    found = add_sources_of_folders(ask_for(tmp_path), named=True)
    (constraint,) = found.constraints
    assert constraint.name == "a"
    assert constraint.direct is not None
    assert found.index.pins[0].projects == ("b",)


def test_so_do_the_folders_that_are_its_sources(tmp_path: Path) -> None:
    index = '[[tool.uv.index]]\nname = "x"\nurl = "https://x.example/simple"\n'
    for name, sources in {
        "app": 'a = { path = "../a" }\n',
        "a": 'b = { path = "../b" }\napp = { path = "../app" }\n',
        "b": f'c = {{ index = "x" }}\n{index}',
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "pyproject.toml").write_text(f"[tool.uv.sources]\n{sources}")

    found = add_sources_of_folders(ask_for(tmp_path / "app"), named=True)
    assert [constraint.name for constraint in found.constraints] == ["a", "b", "app"]
    assert found.index.pins[0].projects == ("c",)
