"""pip's installation report, for `--dry-run --report FILE`.

Source: https://pip.pypa.io/en/stable/reference/installation-report/, version "1".
"""

from collections.abc import Mapping, Sequence
from email.parser import Parser
from typing import TypeAlias

from archpip.index import without_credentials
from archpip.installing.records import direct_url_of
from archpip.resolution import Pin
from archpip.targets import Target, marker_environment

Json: TypeAlias = str | bool | int | Sequence["Json"] | Mapping[str, "Json"] | None

# The fields that may repeat, or hold several words, as `packaging.metadata` and PEP 566 have them.
_LIST_FIELDS = frozenset(
    {
        "classifier",
        "dynamic",
        "license_file",
        "obsoletes",
        "obsoletes_dist",
        "platform",
        "project_url",
        "provides",
        "provides_dist",
        "provides_extra",
        "requires",
        "requires_dist",
        "requires_external",
        "supported_platform",
    }
)


def to_installation_report(
    entries: Sequence[tuple[Pin, bytes]], *, target: Target, version: str
) -> dict[str, Json]:
    """Return a report of the pins to install.

    Args:
        entries: Each pin to install, with its METADATA.
        target: The target; its markers are the report's `environment`.
        version: archpip's version.
    """
    return {
        "version": "1",
        "pip_version": f"archpip {version}",
        "install": [_entry(pin, metadata) for pin, metadata in entries],
        "environment": dict(marker_environment(target)),
    }


def _entry(pin: Pin, metadata: bytes) -> dict[str, Json]:
    entry: dict[str, Json] = {
        "download_info": _download_info(pin),
        "is_direct": pin.direct,
        "is_yanked": pin.link.yanked is not None,
        "requested": pin.requested,
        "metadata": metadata_to_json(metadata),
    }
    if pin.requested and pin.extras:
        entry["requested_extras"] = list(pin.extras)
    return entry


def _download_info(pin: Pin) -> Mapping[str, Json]:
    direct_url = direct_url_of(pin, sha256=pin.link.sha256 or "")
    if direct_url is not None:
        return dict(direct_url.to_dict())
    archive: dict[str, Json] = {}
    if pin.link.hashes:
        archive["hashes"] = dict(pin.link.hashes)
        algorithm, digest = pin.link.hashes[-1]
        archive["hash"] = f"{algorithm}={digest}"
    return {"url": without_credentials(pin.link.url), "archive_info": archive}


def metadata_to_json(metadata: bytes) -> dict[str, Json]:
    """Return METADATA as JSON.

    Keys are lower case with `_`; repeatable fields and keywords are lists; the body is the
    description.

    Source: PEP 566, "JSON-compatible Metadata".
    """
    message = Parser().parsestr(metadata.decode("utf-8", errors="replace"))
    result: dict[str, Json] = {}
    for field in dict.fromkeys(message.keys()):
        key = field.lower().replace("-", "_")
        values = message.get_all(field, [])
        if key in _LIST_FIELDS:
            result[key] = values
        elif key == "keywords":
            # Old metadata separates them by spaces.
            separator = "," if "," in values[0] else None
            result[key] = [word.strip() for word in values[0].split(separator)]
        else:
            result[key] = values[0]
    description = message.get_payload()
    if description:
        result["description"] = str(description)
    return result
