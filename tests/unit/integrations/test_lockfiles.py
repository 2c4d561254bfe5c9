import tomllib
from pathlib import Path

import pytest
from msgspec.structs import replace

from archpip.integrations import GatewayAddresses
from archpip.integrations.lockfiles import find_uv_lock, name_gateways, name_indexes, to_real

VIEW = "http://127.0.0.1:20000/macos-arm64"
REAL = {"a": "https://one.example/simple", "b": "https://two.example/simple"}
ADDRESSES = GatewayAddresses(
    index_url=f"{VIEW}/simple/",
    files_url=f"{VIEW}/files/",
    # With and without a slash, as users write them.
    real_indexes=("https://one.example/simple/", "https://two.example/simple"),
    find_links=(),
    find_index=REAL.get,
    find_file=lambda path: f"https://files.example/{path.rpartition('/')[2]}",
)

TRUE_LOCK = """\
version = 1

[[package]]
name = "a"
version = "1"
source = { registry = "https://one.example/simple/" }
wheels = [
    { url = "https://files.example/a-1-py3-none-any.whl", hash = "sha256:ab" },
]

[[package]]
name = "b"
version = "1"
source = { registry = "https://two.example/simple" }
sdist = { url = "https://elsewhere.example/b-1.tar.gz", hash = "sha256:cd" }

[[package]]
name = "c"
source = { registry = "https://other.example/simple" }

[[package]]
name = "demo"
source = { virtual = "." }
"""


def test_lock_names_each_projects_own_index_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    path.write_text(
        TRUE_LOCK.replace("https://one.example/simple/", f"{VIEW}/simple")
        .replace("https://two.example/simple", f"{VIEW}/simple/")
        .replace("https://files.example/", f"{VIEW}/files/a/0123456789abcdef/")
    )

    name_indexes(path, [ADDRESSES])

    assert path.read_text() == TRUE_LOCK


def test_there_and_back_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    path.write_text(TRUE_LOCK)

    name_gateways(path, [ADDRESSES])
    between = path.read_text()
    name_indexes(path, [ADDRESSES])

    assert between.count(f'registry = "{VIEW}/simple/"') == 2
    assert "https://other.example/simple" in between
    assert path.read_text() == TRUE_LOCK
    assert [each.name for each in tmp_path.iterdir()] == ["uv.lock"]


def test_lockfile_is_the_nearest_upward(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").touch()
    (tmp_path / "one" / "two").mkdir(parents=True)

    assert find_uv_lock(tmp_path / "one" / "two") == tmp_path / "uv.lock"


def test_lockfile_that_is_gone_is_no_error(tmp_path: Path) -> None:
    name_indexes(tmp_path / "uv.lock", [ADDRESSES])


def test_each_gateway_of_a_named_index_is_undone_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    path.write_text(TRUE_LOCK)
    default = replace(ADDRESSES, real_indexes=("https://one.example/simple/",))
    view = "http://127.0.0.1:20001/macos-arm64"
    named = replace(
        ADDRESSES,
        index_url=f"{view}/simple/",
        files_url=f"{view}/files/",
        real_indexes=("https://two.example/simple",),
        name="two",
    )

    name_gateways(path, [default, named])
    between = path.read_text()
    name_indexes(path, [default, named])

    assert between.count(f'registry = "{VIEW}/simple/"') == 1
    assert between.count(f'registry = "{view}/simple/"') == 1
    assert path.read_text() == TRUE_LOCK


def test_standard_lockfile_names_real_files_and_indexes() -> None:
    text = (
        f'[[packages]]\nname = "b"\nindex = "{VIEW}/simple/"\n'
        f'wheels = [{{ url = "{VIEW}/files/b/0123456789abcdef/b-1-py3-none-any.whl" }}]\n'
    )

    assert to_real(text, [ADDRESSES]) == (
        '[[packages]]\nname = "b"\nindex = "https://two.example/simple"\n'
        'wheels = [{ url = "https://files.example/b-1-py3-none-any.whl" }]\n'
    )


def test_requirements_name_all_indexes_that_stood_behind() -> None:
    text = f"--index-url {VIEW}/simple/\n--extra-index-url {VIEW}/simple/\n\na==1\n"

    assert to_real(text, [ADDRESSES]) == (
        "--index-url https://one.example/simple/\n"
        "--extra-index-url https://two.example/simple\n\na==1\n"
    )


def test_annotation_of_requirements_names_each_projects_own_index() -> None:
    text = f"a==1\n    # from {VIEW}/simple/\nb[x]==1\n    # via a\n    # from {VIEW}/simple/\n"

    assert to_real(text, [ADDRESSES]) == (
        "a==1\n    # from https://one.example/simple/\n"
        "b[x]==1\n    # via a\n    # from https://two.example/simple\n"
    )


def test_bill_of_materials_names_each_projects_own_index() -> None:
    text = "".join(
        f'  "name": "{name}",\n  "purl": "pkg:pypi/{name}@1?repository_url={VIEW}/simple/",\n'
        for name in REAL
    )

    assert to_real(text, [ADDRESSES]) == "".join(
        f'  "name": "{name}",\n  "purl": "pkg:pypi/{name}@1?repository_url={url}",\n'
        for name, url in (("a", "https://one.example/simple/"), ("b", REAL["b"]))
    )


def test_bill_of_materials_does_not_name_pypi() -> None:
    pypi = "https://pypi.org/simple"
    gateway = replace(ADDRESSES, real_indexes=(pypi,), find_index=lambda _: pypi)

    assert to_real(f'"purl": "pkg:pypi/a@1?repository_url={VIEW}/simple/"', [gateway]) == (
        '"purl": "pkg:pypi/a@1"'
    )


def test_requirements_name_the_index_that_is_asked_besides_and_none_that_is_pinned_to() -> None:
    view, house = "http://127.0.0.1:20001/x/simple/", "https://house.example/simple"
    extra = replace(
        ADDRESSES,
        index_url=view,
        files_url=view.replace("simple", "files"),
        real_indexes=(house,),
        is_extra=True,
    )
    text = f"--index-url {VIEW}/simple/\n--extra-index-url {view}\n\na==1\n"

    assert f"--extra-index-url {house}\n" in to_real(text, [ADDRESSES, extra])
    assert house not in to_real(text, [ADDRESSES, replace(extra, is_extra=False)])


@pytest.mark.parametrize(
    ("projects", "is_extra", "asked"),
    [(frozenset({"b"}), False, {"b"}), (frozenset(), True, {"a", "b"})],
    ids=["pinned", "first"],
)
def test_lock_names_the_one_gateway_of_several_before_an_index_that_uv_asks(
    tmp_path: Path,
    projects: frozenset[str],
    asked: set[str],
    *,
    is_extra: bool,
) -> None:
    real = "https://one.example/simple"
    default = replace(ADDRESSES, real_indexes=(real,))
    again = f"{VIEW}/again/simple/"
    named = replace(default, index_url=again, projects=projects, is_extra=is_extra)
    path = tmp_path / "uv.lock"
    path.write_text(
        f'[[package]]\nname = "a"\nsource = {{ registry = "{real}" }}\n'
        f'[[package]]\nname = "b"\nsource = {{ registry = "{real}" }}\n'
        '[[package]]\nname = "demo"\n[package.metadata]\n'
        "requires-dist = ["
        f'{{ name = "a", index = "{real}" }}, {{ name = "b", index = "{real}" }}]\n'
    )

    name_gateways(path, [default, named])

    one, two, demo = tomllib.loads(path.read_text())["package"]
    sources = {each["name"]: each["source"]["registry"] for each in (one, two)}
    pins = {each["name"]: each["index"] for each in demo["metadata"]["requires-dist"]}
    assert sources == pins
    assert {name for name, url in sources.items() if url == again} == asked
    assert real not in path.read_text()


def test_what_stands_beside_no_project_names_the_first_index() -> None:
    text = f'[options]\nindex = "{VIEW}/simple"\n'
    assert to_real(text, [ADDRESSES]) == '[options]\nindex = "https://one.example/simple/"\n'
