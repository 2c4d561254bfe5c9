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
        self._write_apt_state()
        self._step("reading Debian's package lists", ["apt-get", "-qq", "update"])
        self._fetch("the compiler and the emulator", self._recipe.host_packages, "host")
        self._fetch("the sysroot", self._recipe.target_packages, "sysroot")
        shutil.rmtree(self._apt)
        self._tidy_sysroot()
        self._tidy_host()
        self._write_wrappers()
        return self._describe()

    def _check_machine(self) -> None:
        for program in ("apt-get", "dpkg"):
            if shutil.which(program, path=self._environment.get("PATH")) is None:
                reason = f"this machine has no {program}, so Debian's packages cannot be had"
                raise self._failure(reason)
        if not _KEYRING.exists():
            reason = f"{_KEYRING} is missing, so Debian's signatures cannot be checked"
            raise self._failure(reason)

    def _write_apt_state(self) -> None:
        for folder in ("state/lists/partial", "cache/archives/partial"):
            (self._apt / folder).mkdir(parents=True)
        (self._apt / "status").touch()
        sources = "".join(
            f"deb [signed-by={_KEYRING}] {self._mirror} {suite} main\n"
            for suite in self._recipe.suites
        )
        (self._apt / "sources.list").write_text(sources, encoding="utf-8")
        config = _APT_CONFIG.format(
            apt=self._apt,
            host=self._recipe.host_architecture,
            target=self._recipe.target_architecture,
        )
        (self._apt / "apt.conf").write_text(config, encoding="utf-8")

    def _fetch(self, what: str, packages: Sequence[str], folder: str) -> None:
        command = ["apt-get", "-qq", "-y", "--download-only", "install", *packages]
        self._step(f"downloading {what}", command)
        archives = self._apt / "cache" / "archives"
        for package in sorted(archives.glob("*.deb")):
            name, *_, architecture = package.stem.split("_")  # NAME_VERSION_ARCHITECTURE.deb
            if self._recipe.unpacks(name, architecture, into_sysroot=folder == "sysroot"):
                command = ["dpkg", "-x", str(package), str(self._folder / folder)]
                self._step(f"unpacking {name}", command)
            package.unlink()

    def _step(self, what: str, command: Sequence[str]) -> None:
        self._on_step(what)
        try:
            self._runner.run(command, cwd=None, environment=self._environment)
        except (subprocess.CalledProcessError, FileNotFoundError) as error:
            lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
            raise self._failure(f"{what} failed: {find_first_error(lines) or error}") from error

    def _failure(self, reason: str) -> ToolchainFailedError:
        return ToolchainFailedError(name=self._recipe.name, reason=reason)

    def _tidy_sysroot(self) -> None:
        """Make links relative, for absolute ones lead to this machine's own files."""
        sysroot = self._folder / "sysroot"
        for path in _USELESS:
            shutil.rmtree(sysroot / path, ignore_errors=True)
        for name in ("lib", "lib64", "bin"):
            # Releases with a merged /usr leave these links to their installer.
            if not (sysroot / name).exists() and (sysroot / "usr" / name).exists():
                (sysroot / name).symlink_to(f"usr/{name}")
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
        for program in sorted((self._folder / "host/usr/bin").iterdir()):
            text = _WRAPPER.format(
                libraries=shlex.quote(str(self._final / "host" / self._recipe.host_libraries)),
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
        headers = sysroot / "usr/include"
        python = CrossPython(
            version=recipe.python,
            include_folders=(headers / f"python{major}.{minor}", headers),
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
            libc_version=recipe.glibc,
            floors_folder=self._final / "floors",
            pythons=(python,),
            emulator=(str(programs / recipe.emulator),),
            origin=f"Debian {recipe.release}, glibc {recipe.glibc[0]}.{recipe.glibc[1]}",
        )


def _iter_links(folder: Path) -> list[Path]:
    found = []
    for parent, folders, files in os.walk(folder):
        found += [path for name in (*folders, *files) if (path := Path(parent, name)).is_symlink()]
    return found
