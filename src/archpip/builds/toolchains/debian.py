"""A toolchain from Debian's packages, under the user's own folder, without touching the system.

apt solves, downloads and verifies within a state of its own that knows no installed package;
`dpkg -x` unpacks; nothing is installed and no setting of the machine is read or written but apt's
proxies. The compiler and the emulator are of this machine's architecture; the sysroot, with C
library, Python and OpenSSL, is of the target's. `recipes.py` says which packages.
"""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from archpip.builds.errors import ToolchainFailedError
from archpip.builds.logs import find_first_error
from archpip.builds.processes import CommandRunner
from archpip.builds.toolchains.model import CrossPython, Toolchain
from archpip.builds.toolchains.recipes import DebianRecipe

DEBIAN_MIRROR = "http://deb.debian.org/debian"
"""What comes from it is signed; apt checks it against the keyring."""

_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

_APT_CONFIG = """\
Dir::State "{apt}/state";
Dir::State::status "{apt}/status";
Dir::Cache "{apt}/cache";
Dir::Etc::sourcelist "{apt}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Acquire::Languages "none";
APT::Sandbox::User "";
APT::Install-Recommends "false";
APT::Architecture "{host}";
APT::Architectures:: "{host}";
APT::Architectures:: "{target}";
pkgCacheGen::Essential "none";
"""

_WRAPPER = """\
#!/bin/sh
LD_LIBRARY_PATH={libraries} exec {program} {options} "$@"
"""

_USELESS = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info")


class DebianWorkshop:
    """Makes one toolchain. Its folder is new, and becomes the toolchain's."""

    def __init__(
        self,
        recipe: DebianRecipe,
        *,
        folder: Path,
        final_folder: Path,
        environment: Mapping[str, str],
        runner: CommandRunner,
        log: Path,
        mirror: str = DEBIAN_MIRROR,
        on_step: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Take where to work and where the toolchain will stand in the end."""
        self._recipe = recipe
        self._folder = folder
        self._final = final_folder
        self._apt = folder / "apt"
        self._environment = {**environment, "APT_CONFIG": str(self._apt / "apt.conf")}
        self._runner = runner
        self._log = log
        self._mirror = mirror
        self._on_step = on_step

    def make(self) -> Toolchain:
        """Download and unpack everything, and describe it at its final place.

        Raises:
            ToolchainFailedError: A needed program is missing, or a step failed.
        """
        self._check_machine()
        recipe = self._recipe
        self._write_apt_state()
        self._read_lists(recipe.host_release.suites)
        self._fetch("the compiler and the emulator", recipe.host_packages, "host")
        if recipe.release is not recipe.host_release:
            self._read_lists(recipe.release.suites)
        self._fetch("the sysroot", recipe.target_packages, "sysroot")
        shutil.rmtree(self._apt)
        self._tidy_sysroot()
        self._tidy_host()
        self._write_wrappers()
        return self._describe()

    def _check_machine(self) -> None:
        for program in ("apt-get", "dpkg"):
            if shutil.which(program, path=self._environment.get("PATH")) is None:
                reason = f"this machine has no {program}, so Debian's packages cannot be fetched"
                raise self._failure(reason)
        if not _KEYRING.exists():
            reason = f"{_KEYRING} is missing, so Debian's signatures cannot be checked"
            raise self._failure(reason)

    def _write_apt_state(self) -> None:
        for folder in ("state/lists/partial", "cache/archives/partial"):
            (self._apt / folder).mkdir(parents=True)
        (self._apt / "status").touch()
        config = _APT_CONFIG.format(
            apt=self._apt,
            host=self._recipe.host_architecture,
            target=self._recipe.target_architecture,
        )
        (self._apt / "apt.conf").write_text(config, encoding="utf-8")

    def _read_lists(self, suites: Sequence[str]) -> None:
        sources = "".join(
            f"deb [signed-by={_KEYRING}] {self._mirror} {suite} main\n" for suite in suites
        )
        (self._apt / "sources.list").write_text(sources, encoding="utf-8")
        self._step(f"reading the package lists of Debian {suites[0]}", ["apt-get", "-qq", "update"])

    def _fetch(self, what: str, packages: Sequence[str], folder: str) -> None:
        command = ["apt-get", "-qq", "-y", "--download-only", "install", *packages]
        self._step(f"downloading {what}", command)
        self._on_step(f"unpacking {what}")
        archives = self._apt / "cache" / "archives"
        for package in sorted(archives.glob("*.deb")):
            name, *_, architecture = package.stem.split("_")  # NAME_VERSION_ARCHITECTURE.deb
            if self._recipe.unpacks(name, architecture, into_sysroot=folder == "sysroot"):
                command = ["dpkg", "-x", str(package), str(self._folder / folder)]
                self._run(f"unpacking {name}", command)
            package.unlink()

    def _step(self, what: str, command: Sequence[str]) -> None:
        self._on_step(what)
        self._run(what, command)

    def _run(self, what: str, command: Sequence[str]) -> None:
        try:
            self._runner.run(command, cwd=None, environment=self._environment)
        except (subprocess.CalledProcessError, FileNotFoundError) as error:
            lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
            raise self._failure(f"{what} failed: {find_first_error(lines) or error}") from error

    def _failure(self, reason: str) -> ToolchainFailedError:
        return ToolchainFailedError(name=self._recipe.name, reason=reason)

    def _tidy_sysroot(self) -> None:
        """Merge /usr, and make links relative: absolute ones lead to this machine's own files."""
        sysroot = self._folder / "sysroot"
        for path in _USELESS:
            shutil.rmtree(sysroot / path, ignore_errors=True)
        for name in ("lib", "lib64", "bin"):
            # One folder for each, as newer releases have it: a 32-bit loader under the emulator
            # takes /lib/ARCH for missing once it has not found a library there.
            merge_folder(sysroot / name, sysroot / "usr" / name)
        for link in _iter_links(sysroot):
            goal = str(link.readlink())
            if goal.startswith("/"):
                link.unlink()
                link.symlink_to(os.path.relpath(sysroot / goal.lstrip("/"), link.parent))

    def _tidy_host(self) -> None:
        host = self._folder / "host"
        for path in _USELESS:
            shutil.rmtree(host / path, ignore_errors=True)
        for emulator in (host / "usr" / "bin").glob("qemu-*"):
            if emulator.name != self._recipe.emulator:
                emulator.unlink()

    def _write_wrappers(self) -> None:
        """Write a script for each program, which brings its libraries and the sysroot."""
        wrappers = self._folder / "bin"
        wrappers.mkdir()
        sysroot = shlex.quote(str(self._final / "sysroot"))
        compiler = f"--sysroot={sysroot}"
        # The emulator's own libraries are this machine's: the target's loader must not see them.
        emulator = f"-U LD_LIBRARY_PATH -L {sysroot}"
        options = {f"{self._recipe.triple}-{name}": compiler for name in ("gcc", "g++", "cpp")}
        options[self._recipe.emulator] = emulator
        host = self._final / "host"
        libraries = [str(host / folder) for folder in self._recipe.host_libraries]
        for program in sorted((self._folder / "host/usr/bin").iterdir()):
            text = _WRAPPER.format(
                libraries=shlex.quote(":".join(libraries)),
                program=shlex.quote(str(self._final / "host/usr/bin" / program.name)),
                options=options.get(program.name, ""),
            )
            wrapper = wrappers / program.name
            wrapper.write_text(text, encoding="utf-8")
            wrapper.chmod(0o755)

    def _describe(self) -> Toolchain:
        recipe, programs = self._recipe, self._final / "bin"
        sysroot = self._final / "sysroot"
        major, minor = recipe.python
        glibc = ".".join(map(str, recipe.release.glibc))
        headers = sysroot / "usr/include"
        python = CrossPython(
            version=recipe.python,
            include_folders=(headers / f"python{major}.{minor}",),
            executable=sysroot / f"usr/bin/python{major}.{minor}",
        )
        return Toolchain(
            name=recipe.name,
            operating_system=recipe.operating_system,
            architecture=recipe.architecture,
            libc=recipe.libc,
            c=programs / f"{recipe.triple}-gcc",
            cxx=programs / f"{recipe.triple}-g++",
            archiver=programs / f"{recipe.triple}-gcc-ar",
            ranlib=programs / f"{recipe.triple}-gcc-ranlib",
            strip=programs / f"{recipe.triple}-strip",
            sysroot=sysroot,
            library_folder=sysroot / "usr/lib" / recipe.multiarch,
            libc_version=recipe.release.glibc,
            floors_folder=self._final / "floors",
            pythons=(python,),
            emulator=(str(programs / recipe.emulator),),
            origin=f"Debian {recipe.release.name}, glibc {glibc}",
        )


def merge_folder(source: Path, destination: Path) -> None:
    """Move everything in a folder to another, and leave a relative link in its place."""
    if source.is_symlink() or not (source.is_dir() or destination.is_dir()):
        return
    for folder, _, files in os.walk(source, topdown=False) if source.is_dir() else ():
        goal = destination / Path(folder).relative_to(source)
        goal.mkdir(parents=True, exist_ok=True)
        for name in files:
            Path(folder, name).replace(goal / name)
        for link in [path for path in Path(folder).iterdir() if path.is_symlink()]:
            link.replace(goal / link.name)
        Path(folder).rmdir()
    source.symlink_to(os.path.relpath(destination, source.parent))


def _iter_links(folder: Path) -> list[Path]:
    found = []
    for parent, folders, files in os.walk(folder):
        found += [path for name in (*folders, *files) if (path := Path(parent, name)).is_symlink()]
    return found
