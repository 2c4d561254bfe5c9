import pytest

from archpip.gateway import PolicyNotServedError


@pytest.mark.parametrize(
    ("known", "said"), [((), "but none"), (("strict", "lenient"), "but lenient, strict")]
)
def test_the_policies_that_are_served_are_named(known: tuple[str, ...], said: str) -> None:
    error = PolicyNotServedError(name="team", known=known)
    assert str(error) == f"There is no policy 'team' here, {said}"
