from pathlib import Path

from archpip.builds.toolchains.debian import merge_folder


def test_a_merged_folder_leaves_a_link_and_loses_nothing(tmp_path: Path) -> None:
    lib, usr = tmp_path / "lib", tmp_path / "usr" / "lib"
    for folder in (lib / "arm", usr / "arm"):
        folder.mkdir(parents=True)
    (lib / "arm" / "libc.so.6").write_text("libc")
    (lib / "arm" / "libz.so").symlink_to("libz.so.1")
    (lib / "ld.so").symlink_to("arm/libc.so.6")
    (usr / "arm" / "libm.a").write_text("libm")
    merge_folder(lib, usr)
    assert lib.is_symlink()
    assert str(lib.readlink()) == "usr/lib"
    assert sorted(path.name for path in (lib / "arm").iterdir()) == [
        "libc.so.6",
        "libm.a",
        "libz.so",
    ]
    assert (lib / "ld.so").read_text() == "libc"


def test_a_folder_that_only_usr_has_becomes_a_link(tmp_path: Path) -> None:
    (tmp_path / "usr" / "lib64").mkdir(parents=True)
    merge_folder(tmp_path / "lib64", tmp_path / "usr" / "lib64")
    assert str((tmp_path / "lib64").readlink()) == "usr/lib64"


def test_a_merged_sysroot_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "usr" / "lib").mkdir(parents=True)
    (tmp_path / "lib").symlink_to("usr/lib")
    merge_folder(tmp_path / "lib", tmp_path / "usr" / "lib")
    assert str((tmp_path / "lib").readlink()) == "usr/lib"


def test_what_is_nowhere_stays_nowhere(tmp_path: Path) -> None:
    merge_folder(tmp_path / "lib64", tmp_path / "usr" / "lib64")
    assert list(tmp_path.iterdir()) == []
