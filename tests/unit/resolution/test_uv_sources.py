from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from archpip.architecture import OperatingSystem
from archpip.index import IndexPin
from archpip.resolution import (
    IndexOptions,
    InvalidMetadataError,
    LinkKind,
    RequirementSet,
    UvSourceError,
    decide_pins,
    parse_requirement,
    resolve,
)
from archpip.resolution.demands import DemandBook
from archpip.resolution.uv_sources import (
    add_sources_of_folders,
    apply_sources_of_repository,
    apply_uv_sources,
)
from archpip.resolution.uv_workspaces import Repository
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
        ({"path": "gone"}, "there is no .*gone"),
    ],
    ids=["index", "several", "marker", "extra", "workspace", "unknown", "gone"],
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


def test_a_path_for_some_machines_need_not_be_there_on_others(tmp_path: Path) -> None:
    plain, elsewhere = follow(
        tmp_path, {"a": {"path": "gone", "marker": LINUX_ONLY}}, "a"
    ).requirements
    assert (plain.direct, str(elsewhere.marker)) == (None, 'sys_platform == "linux"')


@pytest.mark.parametrize(
    "tool",
    [
        {"index": [{"name": "mirror", "url": "https://m.example/simple"}]},
        {"extra-index-url": ["https://m.example/simple"]},
    ],
)
def test_an_index_that_uv_would_ask_first_is_refused(
    tmp_path: Path, tool: dict[str, object]
) -> None:
    with pytest.raises(UvSourceError, match="neither `explicit` nor `default`"):
        apply_uv_sources(RequirementSet(), tool, folder=tmp_path, shown="pyproject.toml")


def test_the_older_keys_for_places_count_as_well(tmp_path: Path) -> None:
    tool: dict[str, object] = {
        "index-url": "https://m.example/simple",
        "find-links": ["https://f.example/", "wheels"],
        "no-index": True,
    }
    found = apply_uv_sources(RequirementSet(), tool, folder=tmp_path, shown="pyproject.toml")
    assert found.index == IndexOptions(
        index_url="https://m.example/simple",
        find_links=("https://f.example/", str(tmp_path / "wheels")),
        no_index=True,
    )


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


def write_workspace(root: Path) -> None:
    for place, text in {
        ".": '[tool.uv.workspace]\nmembers = ["parts/*"]\nexclude = ["parts/out"]\n'
        '[tool.uv.sources]\nnear = { workspace = true }\nroot = { path = "other" }\n'
        '[[tool.uv.index]]\nname = "far"\nurl = "https://far.example"\nexplicit = true\n',
        "parts/mine": '[project]\nname = "mine"\n[tool.uv.sources]\n'
        'beside = { path = "../near" }\nfile = { path = "pyproject.toml" }\n'
        'gone = { path = "none" }\nout = { path = "../../../x" }\n'
        'pinned = { index = "far" }\nelsewhere = { git = "https://h/e.git", tag = "v2" }\n'
        'some = [{ path = "../near", extra = "dev" }, { path = "../out", group = "dev" }]\n'
        'marked = { path = "../near", marker = "sys_platform == \'linux\'" }\n',
        "parts/near": '[project]\nname = "near"\n',
        "parts/silent": '[project]\nname = "silent"\n',
        "parts/out": '[project]\nname = "outside"\n',
        "other": "",
    }.items():
        (root / place).mkdir(parents=True, exist_ok=True)
        (root / place / "pyproject.toml").write_text(text)


NEAR = "git+https://h/r.git@main#subdirectory=parts/near"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("numpy>=1", ["numpy>=1"]),
        ("beside>=1", [f"beside @ {NEAR}"]),
        ("beside[b,a]; os_name == 'nt'", [f'beside[a,b] @ {NEAR} ; os_name == "nt"']),
        ("near", [f"near @ {NEAR}"]),
        ("root", ["root @ git+https://h/r.git@main#subdirectory=other"]),
        ("elsewhere", ["elsewhere @ git+https://h/e.git@v2"]),
        ("outside", ["outside"]),
        ("mine[all]", ["mine[all]"]),
        ("beside @ https://h/b-1.zip", [f"beside @ {NEAR}"]),
        ("silent @ https://h/s-1.zip", ["silent @ https://h/s-1.zip"]),
        ("some", ["some"]),
        ("some; extra == 'dev'", [f'some @ {NEAR} ; extra == "dev"']),
        ("marked<2", ["marked<2", f'marked @ {NEAR} ; sys_platform == "linux"']),
        ("chosen", ["chosen"]),
    ],
)
def test_sources_of_a_repository_are_places_in_it(
    tmp_path: Path, line: str, expected: list[str]
) -> None:
    write_workspace(tmp_path)
    assert follow_in_repository(tmp_path, line) == expected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("out", "outside of the repository"),
        ("file", "no folder of the repository"),
        ("gone", "no folder of the repository"),
        ("silent", "a project of the same workspace needs a source"),
        ("pinned", r"--index-pin pinned=https://far\.example"),
    ],
)
def test_what_no_repository_can_give_refuses_its_project(
    tmp_path: Path, line: str, reason: str
) -> None:
    write_workspace(tmp_path)
    (followed,) = follow_in_repository(tmp_path, f"{line}; extra == 'x'")
    book = DemandBook([{"python_version": "3.11"}])
    mine = canonicalize_name("mine")
    assert book.for_project(mine, (followed,)) == ()
    with pytest.raises(InvalidMetadataError, match=reason):
        book.for_extra(mine, (followed,), canonicalize_name("x"))


def test_patterns_of_members_that_are_none_are_passed_over(tmp_path: Path) -> None:
    """Their author may be anybody."""
    write_workspace(tmp_path)
    root = '[tool.uv.workspace]\nmembers = ["/etc", "", "parts/*"]\n'
    root += "[tool.uv.sources]\nnear = { workspace = true }\n"
    (tmp_path / "pyproject.toml").write_text(root)
    assert follow_in_repository(tmp_path, "near") == [f"near @ {NEAR}"]


def test_a_member_of_a_workspace_has_the_sources_of_its_root(tmp_path: Path) -> None:
    """Without them the index's project of that name was taken."""
    write_workspace(tmp_path)
    (tmp_path / "parts" / "mine" / "pyproject.toml").write_text('[project]\nname = "mine"\n')
    asked = RequirementSet(
        requirements=tuple(parse_requirement(name, base=tmp_path) for name in ("near", "root"))
    )
    folder = tmp_path / "parts" / "mine"

    found = apply_uv_sources(asked, {}, folder=folder, shown="pyproject.toml").requirements
    assert [each.direct and each.direct.path for each in found] == [
        tmp_path / "parts" / "near",
        tmp_path / "other",
    ]
    script = apply_uv_sources(asked, {}, folder=folder, shown="s.py", in_workspace=False)
    assert script.requirements == asked.requirements


def follow_in_repository(root: Path, line: str) -> list[str]:
    return list(
        apply_sources_of_repository(
            [line],
            folder=root / "parts" / "mine",
            shown="r.git/pyproject.toml",
            repository=Repository(root=root, url="git+https://h/r.git", revision="main"),
            is_pinned=lambda name: name == "chosen",
        )
    )
