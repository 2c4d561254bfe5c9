import pytest

from archpip.integrations import ExtraMissingError, require_extra


def test_extra_that_is_there_is_no_error() -> None:
    require_extra("gateway", find=lambda module: module)


def test_missing_extra_says_how_to_get_it() -> None:
    with pytest.raises(ExtraMissingError, match="gateway") as caught:
        require_extra("gateway", find=lambda module: None if module == "uvicorn" else module)

    assert caught.value.hint == "`pip install 'archpip[gateway]'` brings it."
