import pytest

from archpip.index import offers_metadata, sha256_of, url_of
from archpip.index.described import link_of

URL = "https://files.example/a-1-py3-none-any.whl"


@pytest.mark.parametrize(
    "said",
    [
        {"url": URL, "hashes": {"sha256": "AB"}, "core-metadata": True},
        {"url": URL, "hashes": {"md5": "cd"}, "dist-info-metadata": {"sha256": "ef"}},
        {"url": f"{URL}#sha256=AB", "hashes": {}, "core-metadata": False},
        {"url": f"{URL}?a=b c#sha256=ab", "hashes": {"sha256": "cd"}},
        {"url": URL, "hashes": "none", "core-metadata": "perhaps"},
    ],
    ids=str,
)
def test_glance_says_what_the_link_says(said: dict[str, object]) -> None:
    link = link_of({"filename": "a-1-py3-none-any.whl", **said}, index_url="https://i.example/")

    assert url_of(said) == link.url
    assert sha256_of(said) == link.sha256
    assert offers_metadata(said) is (link.metadata_hashes is not None)
