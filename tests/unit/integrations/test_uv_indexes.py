import pytest

from archpip.index import Authenticate
from archpip.integrations import UvCommand, read_uv_tables, sort_uv_indexes
from tests.unit.integrations.uv_sorting import Sort
from tests.unit.settings.machines import MakeSurroundings

PROJECT = """\
[[tool.uv.index]]
url = "https://user:secret@unnamed.example/simple"
[[tool.uv.index]]
name = "named"
url = "https://named.example/simple"
[[tool.uv.index]]
name = "pinned"
url = "https://pinned.example/simple"
explicit = true
[[tool.uv.index]]
name = "sometimes"
url = "https://sometimes.example/simple"
explicit = true
[[tool.uv.index]]
name = "own"
url = "https://default.example/simple"
default = true
[tool.uv.sources]
My_Torch = { index = "pinned" }
other = [{ index = "sometimes", marker = "sys_platform == 'linux'" }]
"""


def test_variables_name_indexes(sort: Sort) -> None:
    found = sort(
        {},
        UV_DEFAULT_INDEX="main=https://one.example/simple",
        UV_INDEX="two=https://two.example/?a=b https://three.example/?a=b",
        UV_EXTRA_INDEX_URL="https://four.example",
        UV_FIND_LINKS="my wheels,https://five.example",
    )

    assert found.default_url == "https://one.example/simple"
    assert [(each.name, each.url) for each in found.apart] == [("two", "https://two.example/?a=b")]
    assert found.extra_urls == ("https://three.example/?a=b", "https://four.example")
    assert found.find_links == ("my wheels", "https://five.example")


def test_files_of_uv_name_the_default_index(sort: Sort) -> None:
    user = "index-url = 'https://user.example/simple'\n"

    of_user = sort({"home/.config/uv/uv.toml": user})
    of_project = sort({"work/pyproject.toml": PROJECT})

    assert of_user.default_url == "https://user.example/simple"
    assert of_project.default_url == "https://default.example/simple"


def test_named_index_gets_a_gateway_and_an_explicit_one_for_its_pins_alone(sort: Sort) -> None:
    found = sort({"work/pyproject.toml": PROJECT})

    assert [(each.name, set(each.projects)) for each in found.apart] == [
        (None, set()),
        ("named", set()),
        ("pinned", {"my-torch"}),
    ]


def test_what_no_gateway_can_stand_before_is_told(
    sort: Sort, surroundings: MakeSurroundings
) -> None:
    more = """\
find-links = ['w']
[[index]]
name = "flat"
url = "https://flat.example/"
format = "flat"
[[index]]
url = "./folder"
"""

    found = sort(
        {"work/pyproject.toml": PROJECT, "home/.config/uv/uv.toml": more},
        UV_INDEX_STRATEGY="unsafe-best-match",
    )

    assert found.around == (
        "https://sometimes.example/simple",
        str(surroundings({}, {}).home / ".config/uv/folder"),
    )


def test_index_that_is_never_to_know_who_asks_loses_its_credentials(sort: Sort) -> None:
    shy = "[[index]]\nname = 'a'\nurl = 'https://me:secret@a.example'\nauthenticate = 'never'\n"

    found = sort({"work/uv.toml": shy}, UV_INDEX_A_USERNAME="me", UV_INDEX_A_PASSWORD="secret")

    assert [(each.url, each.terms.authenticate) for each in found.apart] == [
        ("https://a.example", Authenticate.NEVER)
    ]


@pytest.mark.parametrize("entry", ["exclude-newer = 'soon'", "hash-algorithm = 'sha512'"])
def test_what_no_gateway_can_do_is_left_to_uv(sort: Sort, entry: str) -> None:
    key, _, value = entry.replace("'", "").partition(" = ")
    written = f"[[index]]\nname = 'a'\nurl = 'https://a.example/simple'\n{entry}\n"
    after = "[[index]]\nurl = 'https://b.example'\n"

    found = sort({"work/uv.toml": written + after})
    default = sort({"work/uv.toml": f"{written}default = true\n{after}"})

    # The second one too, or uv would query it first.
    assert [index.entry for index in found.apart] == [{"name": "a", key: value}, {}]
    assert default.default_entry == {"name": "a", "default": True, key: value}
    assert found.unheeded == default.unheeded == ()
    assert sort({"work/uv.toml": written}, UV_INDEX="a=https://other.example").unheeded == ()


PINNED = "[sources]\nx = { index = 'a' }\n"
PINNED_TO_ANOTHER = (
    "[[index]]\nname = 'b'\nurl = 'https://b.example'\n[sources]\nx = { index = 'b' }\n"
)


@pytest.mark.parametrize(
    ("more", "command"),
    [
        (PINNED, UvCommand()),
        (PINNED_TO_ANOTHER, UvCommand()),
        ("", UvCommand(config_file="other.toml")),
    ],
)
def test_what_does_not_hold_behind_a_gateway_is_told(
    surroundings: MakeSurroundings, more: str, command: UvCommand
) -> None:
    entry = "[[index]]\nname = 'a'\nurl = 'https://a.example'\nhash-algorithm = 'sha256'\n"
    tables = read_uv_tables(surroundings({"work/uv.toml": entry + more}, {}))
    found = sort_uv_indexes({}, tables, command)

    [told] = found.unheeded
    assert told.startswith("hash-algorithm of uv's index a does not hold")
    assert found.apart[0].entry is None


def test_default_index_keeps_its_name(sort: Sort) -> None:
    written = "[[index]]\nname = 'a'\nurl = 'https://a.example/simple'\ndefault = true\n"
    found = sort({"work/uv.toml": written})
    assert (found.default_name, found.default_url) == ("a", "https://a.example/simple")
    by_variable = sort({"work/uv.toml": written}, UV_DEFAULT_INDEX="b=https://b.example")
    assert (by_variable.default_name, by_variable.default_url) == ("b", "https://b.example")


def test_index_without_a_name_stands_where_uv_would_ask_it(sort: Sort) -> None:
    extra = "extra-index-url = ['https://extra.example']\n[[index]]\nurl = 'https://two.example'\n"

    found = sort(
        {"work/uv.toml": extra, "home/.config/uv/uv.toml": "index-strategy = 'first-index'"}
    )

    assert [each.url for each in found.apart] == ["https://two.example", "https://extra.example"]
    assert found.around == ()


def test_index_without_a_name_goes_out_of_uvs_files_where_all_are_compared(sort: Sort) -> None:
    extra = "extra-index-url = 'https://extra.example'\nindex-strategy = 'unsafe-first-match'\n"

    compared = sort({"work/uv.toml": extra})
    first = sort({"work/uv.toml": extra}, UV_INDEX_STRATEGY="first-index")

    assert [each.url for each in compared.apart] == ["https://extra.example"]
    assert compared.overlay == {"index-strategy": "unsafe-first-match"}
    assert [each.url for each in first.apart] == ["https://extra.example"]
    assert first.overlay is None


def test_what_is_for_uv_pip_alone_comes_first(surroundings: MakeSurroundings) -> None:
    text = """\
index-url = 'https://of-all.example'
extra-index-url = ['https://extra.example']
[pip]
index-url = 'https://of-pip.example'
extra-index-url = 'https://more.example'
find-links = ['w']
"""
    [table] = read_uv_tables(surroundings({"work/uv.toml": text}, {}))

    found = sort_uv_indexes({}, (table,), UvCommand(reads_pip_table=True))

    assert found.default_url == "https://of-pip.example"
    assert [each.url for each in found.apart] == ["https://more.example", "https://extra.example"]
    assert table.origin.file is not None
    assert found.find_links == (str(table.origin.file.parent / "w"),)
    assert found.overlay == {"pip": {}}


def test_name_given_by_a_variable_hides_the_files(sort: Sort) -> None:
    found = sort({"work/pyproject.toml": PROJECT}, UV_INDEX="named=https://mirror.example")

    assert [each.url for each in found.apart if each.name == "named"] == ["https://mirror.example"]


def test_credentials_of_a_named_index_are_its_variables(sort: Sort) -> None:
    found = sort(
        {"work/pyproject.toml": PROJECT},
        UV_INDEX_NAMED_USERNAME="me",
        UV_INDEX_NAMED_PASSWORD="p@ss",
    )

    assert found.apart[1].url == "https://me:p%40ss@named.example/simple"


def test_file_that_a_variable_names_stands_in_place_of_all_others(sort: Sort) -> None:
    files = {"work/pyproject.toml": PROJECT, "work/other.toml": "index-url = 'https://o.example'"}

    assert sort(files, UV_CONFIG_FILE="other.toml").default_url == "https://o.example"


IDLE = '[[tool.uv.index]]\nname = "idle"\nurl = "https://idle.example"\nexplicit = true\n'


def test_explicit_index_that_nothing_is_pinned_to_is_not_asked(sort: Sort) -> None:
    found = sort({"work/pyproject.toml": IDLE})

    assert (found.apart, found.around) == ((), ())


def test_member_of_a_workspace_has_the_roots_indexes_and_pins_of_its_own(sort: Sort) -> None:
    root = f'{IDLE}[tool.uv.workspace]\nmembers = ["wo*"]\n'
    member = '[tool.uv]\nno-index = true\n[tool.uv.sources]\nours = { index = "idle" }\n'

    found = sort({"pyproject.toml": root, "work/pyproject.toml": member})

    assert [(each.name, sorted(each.projects)) for each in found.apart] == [("idle", ["ours"])]
    assert not found.no_index


def test_project_that_a_workspace_leaves_out_has_its_own_indexes(sort: Sort) -> None:
    root = '[tool.uv]\nno-index = true\n[tool.uv.workspace]\nmembers = ["*"]\nexclude = ["work"]\n'
    own = "[[tool.uv.index]]\nurl = 'https://own.example'\ndefault = true\n"

    found = sort({"pyproject.toml": root, "work/pyproject.toml": own})

    assert (found.default_url, found.no_index) == ("https://own.example", False)


FLAT = """\
find-links = ["wheels", "https://links.example"]
[[index]]
url = "https://flat.example"
format = "flat"
[[index]]
name = "named"
url = "named"
format = "flat"
"""


def test_pages_of_files_stand_behind_every_gateway(sort: Sort) -> None:
    found = sort({"work/uv.toml": FLAT}, UV_FIND_LINKS="https://more.example")

    folder = found.find_links[1].removesuffix("wheels")
    assert found.find_links == (
        *("https://more.example", f"{folder}wheels", "https://links.example"),
    )
    assert [(each.name, each.url, each.is_flat) for each in found.apart] == [
        (None, "https://flat.example", True),
        ("named", f"{folder}named", True),
    ]
    assert found.around == ()
    assert found.overlay == {
        "index": [{"name": "named", "url": f"{folder}named", "format": "flat"}]
    }


def test_folders_go_round_where_a_lockfile_names_paths(surroundings: MakeSurroundings) -> None:
    tables = read_uv_tables(surroundings({"work/uv.toml": FLAT}, {}))

    found = sort_uv_indexes({}, tables, UvCommand(writes_paths=True))

    folder = found.around[0].removesuffix("named")
    assert found.around == (f"{folder}named", f"{folder}wheels")
    assert found.find_links == ("https://links.example",)
    assert found.overlay is not None
    assert found.overlay["find-links"] == [f"{folder}wheels"]


def test_pages_of_files_go_round_where_the_command_names_its_settings(
    surroundings: MakeSurroundings,
) -> None:
    tables = read_uv_tables(surroundings({"work/uv.toml": FLAT}, {}))

    found = sort_uv_indexes({}, tables, UvCommand(config_file=""))

    assert [each.name for each in found.apart] == ["named"]
    assert "https://links.example" in found.around
    assert found.overlay is None


def test_default_index_that_is_a_page_of_files_is_all_there_is(sort: Sort) -> None:
    flat = '[[index]]\nurl = "https://flat.example"\nformat = "flat"\ndefault = true\n'

    found = sort({"work/uv.toml": flat})

    assert (found.default_url, found.find_links) == (None, ("https://flat.example",))
    assert found.no_index


@pytest.mark.parametrize(
    ("settings", "variables", "overlaid"),
    [
        ("no-index = true", {}, True),
        ("", {"UV_NO_INDEX": "1"}, False),
        ("no-index = false", {}, None),
        ("", {"UV_NO_INDEX": "false"}, None),
    ],
)
def test_no_index_leaves_pages_of_files_alone(
    sort: Sort,
    settings: str,
    variables: dict[str, str],
    overlaid: bool | None,  # noqa: FBT001
) -> None:
    found = sort(
        {"work/uv.toml": f"{settings}\nextra-index-url = 'https://extra.example'"}, **variables
    )

    assert found.no_index == (overlaid is not None)
    assert [each.url for each in found.apart] == (
        ["https://extra.example"] if overlaid is None else []
    )
    assert (found.overlay is not None) == bool(overlaid)
