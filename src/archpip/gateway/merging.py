"""Merge the project-level metadata that several indexes give for one project. Pure.

Source: PEP 700 (api-version 1.1), 708 (tracks, alternate-locations), 792 (project-status).
"""

from collections.abc import Iterable, Mapping, Sequence

_OLDEST = "1.0"


def merge_about(pages: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Merge the keys of all pages, in PEP 691's form, without files and versions.

    Lists of locations are joined. For every other key the first index that has it counts, since its
    owner knows the project.
    """
    if len(pages) == 1 and isinstance(pages[0].get("meta"), dict):
        return dict(pages[0])
    about: dict[str, object] = {}
    for page in pages:
        about |= {key: value for key, value in page.items() if key not in about}
    metas = [meta for page in pages if isinstance(meta := page.get("meta"), dict)]
    about["meta"] = _merge_meta(metas)
    if places := _join(page.get("alternate-locations") for page in pages):
        about["alternate-locations"] = places
    return about


def _merge_meta(metas: Sequence[Mapping[str, object]]) -> dict[str, object]:
    merged: dict[str, object] = {}
    for meta in metas:
        # Keys with a leading underscore are private to an index (PEP 691), such as `_last-serial`.
        merged |= {
            key: value for key, value in meta.items() if key not in merged and key[:1] != "_"
        }
    versions = [str(meta.get("api-version", _OLDEST)) for meta in metas]
    # The merged page guarantees only what the lowest version does.
    merged["api-version"] = min(versions, key=_minor, default=_OLDEST)
    if places := _join(meta.get("tracks") for meta in metas):
        merged["tracks"] = places
    return merged


def _minor(api_version: str) -> int:
    minor = api_version.partition(".")[2]
    return int(minor) if minor.isdecimal() else 0


def _join(lists: Iterable[object]) -> list[str]:
    """Join lists of strings without repeats; a value that is no list is ignored."""
    found = (item for each in lists if isinstance(each, list) for item in each)
    return list(dict.fromkeys(str(item) for item in found))
