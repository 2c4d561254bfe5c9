"""The native build environment: an isolated interpreter of the host with the build requirements.

Always native, for any target: the backend, cmake and ninja run on this machine. The settings of a
cross build are passed only to the backend's hooks, never to pip or uv, which would otherwise fetch
build tools for the target.
"""

import math
import os
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from urllib.request import pathname2url

from archpip.builds.model import BuildOptions, IndexOptions, Installer
from archpip.builds.processes import CommandRunner

# Variables that would make modules of the caller's environment importable in the build.
_LEAKS = (
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONSTARTUP",
    "PYTHONPLATLIBDIR",
    "PYTHONEXECUTABLE",
    "PYTHONUSERBASE",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "__PYVENV_LAUNCHER__",
    "_PYTHON_HOST_PLATFORM",
    "_PYTHON_SYSCONFIGDATA_NAME",
)


class BuildEnvironment:
    """A virtual environment for one build. Satisfies `build.env.IsolatedEnv`."""

    def __init__(
        self,
        *,
        folder: Path,
        python: Path,
        base_environment: Mapping[str, str],
        options: BuildOptions,
        runner: CommandRunner,
    ) -> None:
        self._folder = folder
        self._python = python
        self._options = options
        self._runner = runner
        self._asked: list[str] = []
        self._scripts = folder / ("Scripts" if os.name == "nt" else "bin")
        self._base = {
            name: base_environment[name] for name in base_environment if name not in _LEAKS
        }

    @property
    def python_executable(self) -> str:
        """The environment's interpreter."""
        return str(self._scripts / ("python.exe" if os.name == "nt" else "python"))

    @property
    def folder(self) -> Path:
        """The environment's folder."""
        return self._folder

    def make_extra_environ(self) -> dict[str, str]:
        """Return all variables for a native command in this environment."""
        path = os.pathsep.join(filter(None, (str(self._scripts), self._base.get("PATH"))))
        return {**self._base, "PATH": path, "PYTHONNOUSERSITE": "1", "PYTHONIOENCODING": "utf-8"}

    @property
    def site_packages(self) -> Path:
        """The folder of its modules, once it is created."""
        if os.name == "nt":
            return self._folder / "Lib" / "site-packages"
        return next(self._folder.glob("lib/python*/site-packages"))

    def create(self) -> None:
        """Create the empty environment.

        Raises:
            subprocess.CalledProcessError: The interpreter has no `venv`, or it failed.
        """
        command = [str(self._python), "-Im", "venv", "--without-pip", str(self._folder)]
        self._runner.run(command, cwd=self._folder.parent, environment=self._base)

    def install(self, requirements: Iterable[str]) -> None:
        """Install requirements, which were parsed already so that none of them is an option.

        Raises:
            subprocess.CalledProcessError: pip or uv failed; the log says why.
        """
        wanted = sorted(set(requirements))
        if not wanted:
            return
        if self._options.installer is Installer.UV:
            self._install_with_uv(wanted)
        else:
            self._install_with_pip(wanted)

    def _install_with_pip(self, requirements: list[str]) -> None:
        command = [sys.executable, "-m", "pip", "--python", self.python_executable]
        command += ["--disable-pip-version-check", "--no-input", "install", "--quiet"]
        # The environment is used for a minute: compiling all its modules costs more than it saves.
        command += ["--no-compile", "--no-warn-script-location"]
        if self._options.require_approval:
            command += ["--only-binary", ":all:"]  # an sdist among them would run unapproved code
        variables = {**self._base, **pip_environment(self._options.indexes)}
        if self._options.pin_requirements is not None:
            # Installed versions stay: all requirements so far are resolved together.
            self._asked = [*dict.fromkeys((*self._asked, *requirements))]
            requirements = [*self._options.pin_requirements(self._asked, self._python)]
            command += ["--no-deps"]
            variables.pop("PIP_UPLOADED_PRIOR_TO", None)
        self._runner.run([*command, "--", *requirements], cwd=None, environment=variables)

    def _install_with_uv(self, requirements: list[str]) -> None:
        command = [str(self._options.uv or "uv"), "pip", "install", "--quiet"]
        command += ["--python", self.python_executable]
        if self._options.require_approval:
            command += ["--only-binary", ":all:"]
        if self._options.indexes is not None:
            command += ["--no-config"]
            command += ["--no-index"] if self._options.indexes.no_index else []
            for name, moment in self._options.indexes.uploaded_before_of:
                until = "false" if moment is None else moment.isoformat()
                command += ["--exclude-newer-package", f"{name}={until}"]
        variables = {**self._base, **uv_environment(self._options.indexes)}
        self._runner.run([*command, "--", *requirements], cwd=None, environment=variables)


def pip_environment(indexes: IndexOptions | None) -> dict[str, str]:
    """Return the variables that make pip use only these indexes; empty if `None`.

    pip's own configuration files are disabled then: the caller has read them already.
    """
    if indexes is None:
        return {}
    variables = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": indexes.index_url,
        "PIP_EXTRA_INDEX_URL": " ".join(indexes.extra_index_urls),
        "PIP_FIND_LINKS": " ".join(_as_url(location) for location in indexes.find_links),
        "PIP_NO_INDEX": "1" if indexes.no_index else "0",
        "PIP_TRUSTED_HOST": " ".join(indexes.trusted_hosts),
        "PIP_CERT": indexes.certificate,
        "PIP_CLIENT_CERT": indexes.client_certificate,
        "PIP_PROXY": indexes.proxy,
        "PIP_TIMEOUT": _number(indexes.timeout_seconds),
        "PIP_RETRIES": _number(indexes.retries),
        "PIP_KEYRING_PROVIDER": indexes.keyring_provider,
        # pip before 26 ignores the variable, but would reject the option.
        "PIP_UPLOADED_PRIOR_TO": _moment(indexes.uploaded_before),
    }
    return {name: value for name, value in variables.items() if value is not None}


def uv_environment(indexes: IndexOptions | None) -> dict[str, str]:
    """Return the variables that make uv use only these indexes; empty if `None`."""
    if indexes is None:
        return {}
    variables = {
        "UV_DEFAULT_INDEX": indexes.index_url,
        "UV_INDEX": " ".join(indexes.extra_index_urls),
        "UV_FIND_LINKS": ",".join(_as_url(location) for location in indexes.find_links),
        # pip's meaning of several indexes, which the caller's own resolution has as well.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_INSECURE_HOST": " ".join(indexes.trusted_hosts),
        "SSL_CERT_FILE": indexes.certificate,
        "SSL_CLIENT_CERT": indexes.client_certificate,
        "ALL_PROXY": indexes.proxy,
        "UV_HTTP_TIMEOUT": _number(indexes.timeout_seconds),
        "UV_HTTP_RETRIES": _number(indexes.retries),
        "UV_KEYRING_PROVIDER": indexes.keyring_provider,
        "UV_EXCLUDE_NEWER": _moment(indexes.uploaded_before),
    }
    return {name: value for name, value in variables.items() if value}


def _number(value: float | None) -> str | None:
    """Return a whole number, which is all that uv takes; a fraction counts as one more."""
    return None if value is None else str(math.ceil(value))


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def _as_url(location: str) -> str:
    """Write a find-links path as a URL: both installers split their lists at spaces."""
    if "://" in location:
        return location
    return "file://" + pathname2url(str(Path(location).resolve()))
