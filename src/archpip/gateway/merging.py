"""Merge the project-level metadata that several indexes give for one project. Pure.

Source: PEP 700 (api-version 1.1), 708 (tracks, alternate-locations), 792 (project-status).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from packaging.version import Version

_OLDEST = "1.0"


def merge_about(pages: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Merge the keys of all pages, in PEP 691's form, without name and files.

    Lists of locations and of versions are joined. For every other key the first index that has it
    counts, since its owner knows the project.
    """
    if len(pages) == 1 and isinstance(pages[0].get("meta"), dict):
        return dict(pages[0])
    about: dict[str, object] = {}
    for page in pages:
        about |= {key: value for key, value in page.items() if key not in about}
    metas = [meta for page in pages if isinstance(meta := page.get("meta"), dict)]
    about["meta"] = _merge_meta(metas)
    for key in ("alternate-locations", "versions"):
        if joined := _join(page.get(key) for page in pages):
            about[key] = joined
    return about


def list_versions(
    said: object, *, offered: Iterable[Version], emptied: Collection[Version]
) -> tuple[str, ...]:
    """Return the versions that a page states, without repeats, as the indexes write them.

    An index may state versions that never had a file (PEP 700), or none whose files it still has;
    such a version is passed on, as no file of it was left out. One whose files were all left out is
    not: clients that only read this list, to say which versions there are, would otherwise name one
    that no client of the page can choose. pip and uv do not read the list.

    Args:
        said: The `versions` of the indexes' pages, joined; anything, if an index has it wrong.
        offered: The versions that have a file on the page.
        emptied: The versions of which every file was left out.
    """
    by_text = {str(version): version for version in (*offered, *emptied)}
    # Versions such as 1.0 and 1.0.0 are one. What is no version, such as 2004d, stands for itself.
    listed: dict[Version | str, str] = {}
    for text in _join([said]):
        version = by_text.get(text) or _parse_version(text)
        if version not in emptied:
            listed.setdefault(version or text, text)
    for text, version in by_text.items():
        if version not in emptied:
            listed.setdefault(version, text)
    return tuple(listed.values())


def _parse_version(text: str) -> Version | None:
    try:
        return Version(text)
    except ValueError:  # also Python's, for a number of 5,000 digits
        return None


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
    return int(minor[:9]) if minor.isdecimal() else 0  # Python reads no number of 5,000 digits


def _join(lists: Iterable[object]) -> list[str]:
    """Join lists of strings without repeats; a value that is no list is ignored."""
    found = (item for each in lists if isinstance(each, list) for item in each)
    return list(dict.fromkeys(str(item) for item in found))
