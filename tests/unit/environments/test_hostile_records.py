"""Records that list the same files, thousands of times, cost no more than the files."""

from pathlib import Path

from archpip.environments.folders import FolderTree
from archpip.environments.partition import Scope, find_parts
from tests.unit.environments.installations import AARCH64_MODULE, lay_out


def lay_out_records(path: Path, *, records: int, files: int) -> Path:
    names = [f"m{number}.so" for number in range(files)]
    record = "".join(f"{name},,\n" for name in names).encode()
    return lay_out(
        path,
        {
            **dict.fromkeys(names, AARCH64_MODULE),
            **{f"a{number}-1.dist-info/METADATA": b"" for number in range(records)},
            **{f"a{number}-1.dist-info/RECORD": record for number in range(records)},
        },
    )


def test_files_of_countless_records_belong_to_the_first_of_them(tmp_path: Path) -> None:
    tree = FolderTree(lay_out_records(tmp_path, records=100, files=100))
    parts = find_parts(tree, Scope())
    counts = [sum(path.endswith(".so") for path in part.paths) for part in parts]
    assert len(counts) == 100
    assert 100 <= sum(counts) <= 2000
    assert set(counts) == {0, 100}


def test_files_of_a_few_records_belong_to_all_of_them(tmp_path: Path) -> None:
    tree = FolderTree(lay_out_records(tmp_path, records=5, files=100))
    parts = find_parts(tree, Scope())
    assert [sum(path.endswith(".so") for path in part.paths) for part in parts] == [100] * 5
