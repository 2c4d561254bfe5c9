"""Make a toolchain's stand-ins for an older glibc, once for each floor. `floors.py` says how."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from archpip.builds.errors import ToolchainFailedError
from archpip.builds.toolchains.floors import (
    lower_symbols,
    parse_symbols,
    split_by_home,
    write_assembly,
    write_compatibility_source,
    write_libc_script,
    write_version_script,
)
from archpip.builds.toolchains.model import Toolchain
from archpip.owned_folders import owned_folder

_PATIENCE_SECONDS = 120


def ensure_floor(
    toolchain: Toolchain, floor: tuple[int, int], folder: Path, *, environment: Mapping[str, str]
) -> None:
    """Make the stand-ins for a floor in `folder`, unless they are there.

    Raises:
        ToolchainFailedError: The compiler or `readelf` failed.
    """
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with owned_folder(".new-", folder.parent) as scratch:
        maker = _FloorMaker(toolchain, floor, scratch, environment)
        maker.make(final=folder)
        try:
            (scratch / "out").rename(folder)
        except OSError:
            if not folder.exists():  # otherwise another process made the same meanwhile
                raise


class _FloorMaker:
    """Makes the stand-ins for one floor in a scratch folder."""

    def __init__(
        self,
        toolchain: Toolchain,
        floor: tuple[int, int],
        scratch: Path,
        environment: Mapping[str, str],
    ) -> None:
        self._toolchain = toolchain
        self._floor = floor
        self._scratch = scratch
        self._environment = dict(environment)
        self._libraries = scratch / "out" / "lib"
        self._libraries.mkdir(parents=True)

    def make(self, *, final: Path) -> None:
        libc = parse_symbols(self._read_symbols("libc.so.6"))
        libm = parse_symbols(self._read_symbols("libm.so.6"))
        homes = split_by_home(lower_symbols(libc, self._floor), libc, self._floor)
        homes["libm.so.6"] = lower_symbols(libm, self._floor)
        for name, symbols in homes.items():
            self._link(name, write_assembly(symbols), write_version_script(symbols))
        (self._libraries / "libm.so").symlink_to("libm.so.6")
        self._archive_compatibility()
        script = write_libc_script(
            folder=str(final / "lib"),
            libc_static=str(self._find("libc_nonshared.a")),
            loader=str(self._find_loader()),
            compatibility=str(final / "lib" / "libarchpip_compat.a"),
        )
        (self._libraries / "libc.so").write_text(script, encoding="utf-8")

    def _read_symbols(self, library: str) -> str:
        readelf = self._toolchain.c.with_name(self._toolchain.c.name.replace("gcc", "readelf"))
        return self._run([str(readelf), "--dyn-syms", "-W", str(self._find(library))])

    def _link(self, name: str, assembly: str, script: str) -> None:
        source, versions = self._scratch / f"{name}.s", self._scratch / f"{name}.map"
        source.write_text(assembly, encoding="utf-8")
        versions.write_text(script, encoding="utf-8")
        command = [str(self._toolchain.c), "-shared", "-nostdlib", f"-Wl,-soname,{name}"]
        if script:
            command.append(f"-Wl,--version-script={versions}")
        self._run([*command, str(source), "-o", str(self._libraries / name)])

    def _archive_compatibility(self) -> None:
        source, thing = self._scratch / "compat.c", self._scratch / "compat.o"
        text = write_compatibility_source(self._toolchain.architecture, self._floor)
        source.write_text(text, encoding="utf-8")
        self._run([str(self._toolchain.c), "-O2", "-fPIC", "-c", str(source), "-o", str(thing)])
        archive = self._libraries / "libarchpip_compat.a"
        self._run([str(self._toolchain.archiver), "rcs", str(archive), str(thing)])

    def _find(self, name: str) -> Path:
        folders = (
            self._toolchain.library_folder,
            self._toolchain.sysroot / "lib" / self._toolchain.library_folder.name,
        )
        for folder in folders:
            if (folder / name).exists():
                return folder / name
        reason = f"its sysroot has no {name}"
        raise ToolchainFailedError(name=self._toolchain.name, reason=reason)

    def _find_loader(self) -> Path:
        for pattern in ("lib*/ld-linux*.so.*", "lib*/ld64.so.*", "lib*/ld.so.*", "lib*/*/ld.so.*"):
            for path in sorted(self._toolchain.sysroot.glob(pattern)):
                return path
        reason = "its sysroot has no dynamic loader"
        raise ToolchainFailedError(name=self._toolchain.name, reason=reason)

    def _run(self, command: Sequence[str]) -> str:
        try:
            answer = subprocess.run(
                command,
                env=self._environment,
                capture_output=True,
                text=True,
                timeout=_PATIENCE_SECONDS,
                check=False,
                stdin=subprocess.DEVNULL,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ToolchainFailedError(name=self._toolchain.name, reason=str(error)) from error
        if answer.returncode != 0:
            lines = answer.stderr.strip().splitlines() or ["no word"]
            reason = f"{os.path.basename(command[0])}: {lines[0]}"  # noqa: PTH119  # a command
            raise ToolchainFailedError(name=self._toolchain.name, reason=reason)
        return answer.stdout
