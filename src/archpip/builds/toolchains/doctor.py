"""Test a toolchain: does it compile, does the result run, does the target's Python exist?"""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from archpip.builds.plan import Zig
from archpip.builds.toolchains.model import CrossPython, Toolchain
from archpip.owned_folders import owned_folder

_PATIENCE_SECONDS = 120
_C = '#include <stdio.h>\nint main(void) { puts("works"); return 0; }\n'
_CXX = '#include <iostream>\nint main() { std::cout << "works" << std::endl; }\n'
_MODULE = "#include <Python.h>\nint main(void) { return PY_MAJOR_VERSION != 3; }\n"
_ASK_PYTHON = "import sysconfig; print(sysconfig.get_platform())"


class Check(Struct, frozen=True, kw_only=True):
    """One test and its result."""

    subject: str
    works: bool
    detail: str
    """Its output, or why it failed."""


def examine_toolchain(toolchain: Toolchain, *, environment: Mapping[str, str]) -> tuple[Check, ...]:
    """Compile, link and run small programs, and the target's Python."""
    with owned_folder("archpip-doctor-") as folder:
        bench = _Bench(folder, toolchain.emulator, environment)
        checks = [
            bench.compile_and_run("C compiler", str(toolchain.c), "hello.c", _C),
            bench.compile_and_run("C++ compiler", str(toolchain.cxx), "hello.cc", _CXX),
        ]
        for python in toolchain.pythons:
            version = ".".join(map(str, python.version))
            checks.append(bench.compile_headers(f"headers of Python {version}", toolchain, python))
            if python.executable is not None and toolchain.emulator:
                command = [*toolchain.emulator, str(python.executable), "-Ic", _ASK_PYTHON]
                checks.append(bench.run(f"Python {version} under the emulator", command))
    return tuple(checks)


def examine_zig(zig: Zig, *, environment: Mapping[str, str]) -> tuple[Check, ...]:
    """Ask zig for its version, and compile a small program with it."""
    with owned_folder("archpip-doctor-") as folder:
        bench = _Bench(folder, (), environment)
        version = bench.run("zig", [str(zig.executable), "version"])
        source = folder / "hello.c"
        source.write_text(_C, encoding="utf-8")
        command = [str(zig.executable), "cc", "-c", str(source), "-o", str(source) + ".o"]
        return version, bench.run("zig as a C compiler", command)


class _Bench:
    """A scratch folder for the tests."""

    def __init__(
        self, folder: Path, emulator: Sequence[str], environment: Mapping[str, str]
    ) -> None:
        self._folder = folder
        self._emulator = emulator
        self._environment = dict(environment)

    def compile_and_run(self, subject: str, compiler: str, name: str, text: str) -> Check:
        source, program = self._folder / name, self._folder / f"{name}.out"
        source.write_text(text, encoding="utf-8")
        made = self.run(subject, [compiler, str(source), "-o", str(program)])
        if not made.works or not self._emulator:
            return made
        return self.run(f"{subject}, and the emulator", [*self._emulator, str(program)])

    def compile_headers(self, subject: str, toolchain: Toolchain, python: CrossPython) -> Check:
        source = self._folder / "module.c"
        source.write_text(_MODULE, encoding="utf-8")
        includes = [f"-I{folder}" for folder in python.include_folders]
        command = [str(toolchain.c), *includes, "-c", str(source), "-o", f"{source}.o"]
        return self.run(subject, command)

    def run(self, subject: str, command: Sequence[str]) -> Check:
        try:
            answer = subprocess.run(
                command,
                env=self._environment,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_PATIENCE_SECONDS,
                check=False,
                stdin=subprocess.DEVNULL,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return Check(subject=subject, works=False, detail=str(error))
        lines = (answer.stdout if answer.returncode == 0 else answer.stderr).strip().splitlines()
        detail = (lines or [""])[-1] if answer.returncode == 0 else (lines or ["no word"])[0]
        return Check(subject=subject, works=answer.returncode == 0, detail=detail)
