"""What several indexes say of one project, as one statement. Pure.

Source: PEP 700 (api-version 1.1), 708 (tracks, alternate-locations), 792 (project-status).
"""

from collections.abc import Iterable, Mapping, Sequence

_OLDEST = "1.0"


def merge_about(pages: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Return what all pages say together, in PEP 691's form, without files and versions.

    Lists of places are joined. Of everything else, the first index that speaks of it counts: its
    owner knows what it is.
    """
    if len(pages) == 1 and isinstance(pages[0].get("meta"), dict):
        return dict(pages[0])
    about: dict[str, object] = {}
    for page in pages:
        about |= {key: value for key, value in page.items() if key not in about}
    metas = [meta for page in pages if isinstance(meta := page.get("meta"), dict)]
    about["meta"] = _merge_meta(metas)
    if places := _joined(page.get("alternate-locations") for page in pages):
        about["alternate-locations"] = places
    return about


def _merge_meta(metas: Sequence[Mapping[str, object]]) -> dict[str, object]:
    merged: dict[str, object] = {}
    for meta in metas:
        # What begins with an underscore is an index's own (PEP 691), such as its serial number.
        merged |= {
            key: value for key, value in meta.items() if key not in merged and key[:1] != "_"
        }
    versions = [str(meta.get("api-version", _OLDEST)) for meta in metas]
    # Whoever promises the least is who can be relied upon.
    merged["api-version"] = min(versions, key=_minor, default=_OLDEST)
    if places := _joined(meta.get("tracks") for meta in metas):
        merged["tracks"] = places
    return merged


def _minor(api_version: str) -> int:
    minor = api_version.partition(".")[2]
    return int(minor) if minor.isdecimal() else 0


def _joined(lists: Iterable[object]) -> list[str]:
    """Join lists of texts, each text once; what is no list is passed over."""
    found = (item for each in lists if isinstance(each, list) for item in each)
    return list(dict.fromkeys(str(item) for item in found))
