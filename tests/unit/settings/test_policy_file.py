import pytest

from archpip.settings import (
    Origin,
    OwnSetting,
    OwnSettings,
    PolicyFileError,
    PolicyMissingError,
    parse_policy,
    put_beneath,
    select_policy,
    split_policy_location,
)

WHERE = "https://archpip.example/policy.toml"
POLICY = """\
version = 1
target-platform = ["linux-aarch64"]
glibc = "2.28"
strict = true
override = ["debugpy: helpers of its own"]
approve-source-build = ["uamqp"]
"""


def test_policy_bears_the_names_of_the_settings() -> None:
    policy = parse_policy(POLICY, WHERE)

    assert policy.problems == ()
    assert {each.name: each.value for each in policy.settings} == {
        "target-platform": ("linux-aarch64",),
        "glibc": "2.28",
        "strict": True,
        "override": ("debugpy: helpers of its own",),
        "approve-source-build": ("uamqp",),
    }
    assert {str(each.origin) for each in policy.settings} == {f"the policy {WHERE}"}


def test_everything_that_is_wrong_is_told_at_once() -> None:
    text = 'version = 2\nstrict = "yes"\ncache-dir = "/tmp"\nmacos = 11'

    problems = parse_policy(text, WHERE).problems

    assert len(problems) == 4
    assert "version must be 1, and is 2" in problems
    assert any("strict is 'yes', but true or false is wanted" in each for each in problems)
    assert any("a policy has no 'cache-dir'" in each for each in problems)
    assert any("macos is '11', but a string is wanted" in each for each in problems)


@pytest.mark.parametrize("text", ["", "strict = true"])
def test_policy_without_a_version_is_none(text: str) -> None:
    assert parse_policy(text, WHERE).problems == ("version must be 1, and is None",)


def test_named_policies_say_what_their_views_show() -> None:
    policy = parse_policy(
        "version = 1\n[policies.release]\nstrict = true\n"
        '[policies.try-out]\non-unknown = "accept"\noverride = ["a: tried by hand"]\n',
        WHERE,
    )

    found = {
        name: {each.name: each.value for each in settings}
        for name, settings in policy.named.items()
    }
    assert policy.problems == ()
    assert found == {
        "release": {"strict": True},
        "try-out": {"on-unknown": "accept", "override": ("a: tried by hand",)},
    }


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("policies = 1", "policies is not a table"),
        ("policies.a = 1", "policies.a is not a table"),
        ("policies.strict = {}", "policies.strict: every gateway has"),
        ('policies."a/b" = {}', "policies.a/b: a name is of"),
        ('policies.a.fallback = "fail"', "policies.a: a policy has no 'fallback'"),
        ("policies.a.glibc = 2.28", "policies.a: glibc is '2.28', but a string is wanted"),
        ('policies.a.strict = "yes"', "policies.a: strict is 'yes'"),
    ],
)
def test_named_policy_that_is_none_is_told(written: str, problem: str) -> None:
    [found] = parse_policy(f"version = 1\n{written}", WHERE).problems

    assert found.startswith(problem)


def test_named_policy_lies_over_what_has_no_name() -> None:
    policy = parse_policy(
        f"{POLICY}[policies.old]\nglibc = '2.17'\noverride = ['numpy: ours']\n", WHERE
    )

    found = {each.name: each.value for each in select_policy(policy, "old", WHERE)}

    assert select_policy(policy, None, WHERE) == policy.settings
    assert found["glibc"] == "2.17"
    assert found["strict"] is True
    assert found["override"] == ("debugpy: helpers of its own", "numpy: ours")


def test_named_policy_that_is_missing_is_told_with_those_that_are_there() -> None:
    policy = parse_policy("version = 1\n[policies.old]\n[policies.release]\n", WHERE)

    with pytest.raises(PolicyMissingError, match="it has no policy 'new', but old, release"):
        select_policy(policy, "new", WHERE)


@pytest.mark.parametrize(
    ("location", "parts"),
    [
        ("team.toml", ("team.toml", None)),
        ("team.toml#release", ("team.toml", "release")),
        (f"{WHERE}#release", (WHERE, "release")),
        ("c#/team.toml", ("c#/team.toml", None)),
        ("#release", ("#release", None)),
    ],
)
def test_name_of_a_policy_stands_after_its_place(
    location: str, parts: tuple[str, str | None]
) -> None:
    assert split_policy_location(location) == parts


def test_text_that_is_no_toml_is_told() -> None:
    for text in ("[", f"version = {'9' * 5000}", f"a = {'[' * 5000}"):
        assert "it is not TOML" in parse_policy(text, WHERE).problems[0]


def test_what_is_set_nearer_holds_and_lists_of_exceptions_add_up() -> None:
    settings = parse_policy(POLICY, WHERE).settings
    nearer = Origin(variable="ARCHPIP_GLIBC")
    own = OwnSettings(
        settings=(
            OwnSetting(name="glibc", value="2.17", origin=nearer),
            OwnSetting(name="override", value=("numpy: ours",), origin=nearer),
        )
    )

    found = put_beneath(own, settings)

    assert found.text("glibc") == "2.17"
    assert found.boolean("strict")
    assert found.words("override") == ("debugpy: helpers of its own", "numpy: ours")
    assert found.words("approve-source-build") == ("uamqp",)


def test_error_names_every_problem() -> None:
    error = PolicyFileError(where=WHERE, problems=("one", "https://u:secret@h/ two"))

    assert str(error) == (f"The policy {WHERE} is invalid:\n  one\n  https://u:****@h/ two")
