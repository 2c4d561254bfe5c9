"""pip's installation report."""

from collections.abc import Callable

from archpip.installing import metadata_to_json, to_installation_report
from archpip.resolution import Pin
from archpip.targets import Target, marker_environment

MakePin = Callable[..., Pin]

METADATA = b"""\
Metadata-Version: 2.1
Name: Alpha
Version: 1.0
Keywords: one, two
Classifier: Typing :: Typed
Requires-Dist: beta>=1
Requires-Dist: gamma; extra == "g"
Provides-Extra: g

It does.
"""


def test_whole_report(make_pin: MakePin, target: Target) -> None:
    pin = make_pin(extras=("g",), yanked="broken")
    assert to_installation_report([(pin, METADATA)], target=target, version="9") == {
        "version": "1",
        "pip_version": "archpip 9",
        "install": [
            {
                "download_info": {
                    "url": "https://example.org/alpha-1.0-py3-none-any.whl",
                    "archive_info": {
                        "hash": "sha256=" + "ab" * 32,
                        "hashes": {"sha256": "ab" * 32},
                    },
                },
                "is_direct": False,
                "is_yanked": True,
                "requested": True,
                "requested_extras": ["g"],
                "metadata": metadata_to_json(METADATA),
            }
        ],
        "environment": dict(marker_environment(target)),
    }


def test_metadata() -> None:
    assert metadata_to_json(METADATA) == {
        "metadata_version": "2.1",
        "name": "Alpha",
        "version": "1.0",
        "keywords": ["one", "two"],
        "classifier": ["Typing :: Typed"],
        "requires_dist": ["beta>=1", 'gamma; extra == "g"'],
        "provides_extra": ["g"],
        "description": "It does.\n",
    }


def test_old_keywords_are_separated_by_spaces() -> None:
    assert metadata_to_json(b"Keywords: one two\n\n")["keywords"] == ["one", "two"]


def test_a_file_without_hashes(make_pin: MakePin, target: Target) -> None:
    report = to_installation_report([(make_pin(hashes=()), b"")], target=target, version="9")
    assert "'archive_info': {}" in str(report)


def test_only_what_was_asked_for_names_its_extras(make_pin: MakePin, target: Target) -> None:
    pin = make_pin(extras=("g",), requested=False)
    report = to_installation_report([(pin, b"")], target=target, version="9")
    assert "requested_extras" not in str(report)
