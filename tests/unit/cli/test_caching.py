from collections.abc import Iterator
from pathlib import Path

import pytest

from archpip.cli.caching import remove_passing_folder


def test_folder_of_one_command_goes_although_a_file_in_it_went_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "archpip-cache-12345678"
    (folder / "files").mkdir(parents=True)
    (folder / "store.sqlite3").touch()
    iterdir = Path.iterdir

    def list_with_journal(path: Path) -> Iterator[Path]:
        # SQLite removes its journal by itself, maybe after it was listed.
        monkeypatch.undo()
        return iter([folder / "store.sqlite3-journal", *iterdir(path)])

    monkeypatch.setattr(Path, "iterdir", list_with_journal)
    remove_passing_folder(folder)
    assert not folder.exists()
