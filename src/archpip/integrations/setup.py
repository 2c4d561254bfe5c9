"""`archpip config init`: the changes to pip's and uv's files, and how they are undone.

Before a file is first changed, a copy is saved beside it. Undoing restores the copy's settings,
whatever else was changed since, and deletes the copy; a file that was created is deleted.
"""

import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from msgspec import Struct, field

from archpip.integrations.changes import FileChange
from archpip.integrations.ini_text import restore_option, set_option
from archpip.integrations.toml_text import (
    restore_default_index,
    restore_value,
    set_default_index,
    set_value,
)
from archpip.integrations.uv_config import find_system_uv_file, find_user_uv_file
from archpip.redaction import redact
from archpip.settings import ConfigurationError, Level, Surroundings, find_pip_files
from archpip.whole_files import write_whole

_COPY_SUFFIX = ".before-archpip"
_OWN = "archpip"
_MARK = "\ufeff"


class Scope(StrEnum):
    """Which files are written."""

    USER = "user"
    GLOBAL = "global"
    SITE = "site"
    """The environment's; uv has no such file."""
    PROJECT = "project"
    """`pyproject.toml`, or the `uv.toml` beside it; pip has no such file."""


class Wishes(Struct, frozen=True, kw_only=True):
    """The settings to write."""

    index_url: str | None = None
    """A gateway's view."""
    own: Mapping[str, str] = field(default_factory=dict)
    """archpip's own settings, by name."""


class _Edit(Struct, frozen=True, kw_only=True):
    """How one file is changed and restored."""

    path: Path
    apply: Callable[[str], str]
    undo: Callable[[str, str], str]
    """Called with the text and that of the copy."""


def plan_setup(wishes: Wishes, scope: Scope, surroundings: Surroundings) -> tuple[FileChange, ...]:
    """Return the changes to make; none if everything is set already.

    Raises:
        ConfigurationError: A file cannot be read, or is malformed.
    """
    changes = []
    for edit in _edits(wishes, scope, surroundings):
        before = _read(edit.path)
        after = _in_its_form(before or "", edit.apply)
        if after != (before or ""):
            changes.append(FileChange(path=edit.path, before=before, after=after))
    return tuple(changes)


def plan_undo(scope: Scope, surroundings: Surroundings) -> tuple[FileChange, ...]:
    """Return the changes that undo a setup, only of files that were set up.

    Raises:
        ConfigurationError: A file cannot be read, or is malformed.
    """
    every = Wishes(index_url="", own=dict.fromkeys(("target-platform", "policy"), ""))
    changes = []
    for edit in _edits(every, scope, surroundings):
        copy, before = _read(_copy_of(edit.path)), _read(edit.path)
        if copy is not None and before is not None:
            after = _in_its_form(before, edit.undo, copy)
            after = copy if after.rstrip() == copy.rstrip() else after
            # A link is the user's: what it leads to was empty before.
            gone = not copy and not after.strip() and not edit.path.is_symlink()
            changes.append(FileChange(path=edit.path, before=before, after=None if gone else after))
    return tuple(changes)


def carry_out(change: FileChange) -> None:
    """Write one file atomically, saving a copy the first time.

    Raises:
        ConfigurationError: It cannot be written.
    """
    copy = _copy_of(change.path)
    with _writing(change.path):
        change.path.parent.mkdir(parents=True, exist_ok=True)
        if not copy.exists():
            _write(copy, change.before or "", like=change.path)
        _write(change.path, change.after or "", like=change.path)


def carry_back(change: FileChange) -> None:
    """Restore one file, and delete its copy.

    Raises:
        ConfigurationError: It cannot be written.
    """
    with _writing(change.path):
        if change.after is None:
            change.path.unlink(missing_ok=True)
        else:
            _write(change.path, change.after, like=change.path)
        _copy_of(change.path).unlink(missing_ok=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = f"it cannot be written: {error.strerror or error}"
        raise ConfigurationError(where=str(path), reason=reason) from error


def _edits(wishes: Wishes, scope: Scope, surroundings: Surroundings) -> Iterator[_Edit]:
    if scope is Scope.PROJECT:
        yield from _project_edits(wishes, surroundings)
        return
    level = Level(scope.value)
    files = [file.path for file in find_pip_files(surroundings) if file.level is level]
    existing = [path for path in files if path.exists()]
    if files:
        # Of several places the last has precedence; one that exists already is the user's.
        yield _pip_edit((existing or files)[-1], wishes)
    if scope is not Scope.SITE and wishes.index_url is not None:
        find = find_user_uv_file if scope is Scope.USER else find_system_uv_file
        yield _uv_edit(find(surroundings), (), wishes.index_url)


def _pip_edit(path: Path, wishes: Wishes) -> _Edit:
    options = {(_OWN, name): value for name, value in wishes.own.items()}
    if wishes.index_url is not None:
        options = {("global", "index-url"): wishes.index_url, **options}

    def apply(text: str) -> str:
        for (section, name), value in options.items():
            text = set_option(text, section, name, value)
        return text

    def undo(text: str, original: str) -> str:
        for section, name in options:
            text = restore_option(text, original, section, name)
        return text

    return _Edit(path=path, apply=apply, undo=undo)


def _uv_edit(path: Path, table: tuple[str, ...], url: str) -> _Edit:
    where = str(path)
    return _Edit(
        path=path,
        apply=lambda text: set_default_index(text, table, url, where=where),
        undo=lambda text, original: restore_default_index(text, original, table, where=where),
    )


def _project_edits(wishes: Wishes, surroundings: Surroundings) -> Iterator[_Edit]:
    folder = surroundings.working_folder
    project, own_file = folder / "pyproject.toml", folder / "uv.toml"
    # A uv.toml hides uv's table in the pyproject.toml beside it.
    beside = own_file.exists()
    if beside and wishes.index_url is not None:
        yield _uv_edit(own_file, (), wishes.index_url)
    index_url = None if beside else wishes.index_url
    table, where = ("tool", _OWN), str(project)

    def apply(text: str) -> str:
        if index_url is not None:
            text = set_default_index(text, ("tool", "uv"), index_url, where=where)
        for name, value in wishes.own.items():
            text = set_value(text, table, name, value, where=where)
        return text

    def undo(text: str, original: str) -> str:
        if index_url is not None:
            text = restore_default_index(text, original, ("tool", "uv"), where=where)
        for name in wishes.own:
            text = restore_value(text, original, table, name, where=where)
        return text

    yield _Edit(path=project, apply=apply, undo=undo)


def _in_its_form(text: str, change: Callable[..., str], *more: str) -> str:
    """Change a text that keeps its byte order mark and its line ends, those of Windows too."""
    changed = change(*map(_plain, (text, *more)))
    if _has_windows_lines(text):
        changed = changed.replace("\n", "\r\n")
    return f"{_MARK}{changed}" if text.startswith(_MARK) else changed


def _plain(text: str) -> str:
    text = text.removeprefix(_MARK)
    return text.replace("\r\n", "\n") if _has_windows_lines(text) else text


def _has_windows_lines(text: str) -> bool:
    return "\r\n" in text and text.count("\r\n") == text.count("\n")


def _read(path: Path) -> str | None:
    try:
        # Not `read_text`, which gives all lines the same end.
        return path.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(where=str(path), reason=f"it cannot be read: {error}") from error


def _write(path: Path, text: str, *, like: Path) -> None:
    """Replace a file, with the permissions of `like`."""
    private = redact(text) != text
    mode = like.stat().st_mode if like.exists() else 0o600 if private else 0o644
    write_whole(path, text, mode=stat.S_IMODE(mode))


def _copy_of(path: Path) -> Path:
    return path.with_name(path.name + _COPY_SUFFIX)
