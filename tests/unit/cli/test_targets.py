"""The targets that arguments name."""

from archpip.cli.targets import SeveralTargetsError


def test_several_targets_are_named_with_how_to_choose_one() -> None:
    error = SeveralTargetsError(names=("macos-arm64", "linux-aarch64"))

    assert str(error) == "This command takes one target, not macos-arm64, linux-aarch64"
    assert error.hint == "Name one with --target-platform; `archpip lock` takes several."
