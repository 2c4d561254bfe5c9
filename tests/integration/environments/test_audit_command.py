"""`archpip audit` and `archpip check` on a real virtual environment, as a user runs them."""

import json
import shlex
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from fake_index.macho import MachO, write_macho
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from tests.conftest import ArchpipCommand

SUFFIX = str(sysconfig.get_config_var("EXT_SUFFIX"))
FOREIGN = write_macho(MachO(architecture="x86_64"))


def a_module() -> Path:
    """Return an extension module that this interpreter imports by itself."""
    folder = Path(str(sysconfig.get_config_var("DESTSHARED")))
    for name in ("_heapq", "_bisect", "_struct", "math"):
        path = folder / f"{name}{SUFFIX}"
        if path.is_file():
            return path
    pytest.skip("this interpreter has no extension modules as files")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment with one distribution that works and one for another system."""
    module = a_module()
    folder = tmp_path_factory.mktemp("audited")
    environment = folder / "env"
    venv.create(environment, with_pip=False, symlinks=True)
    contents = {"good": {module.name: module.read_bytes()}, "bad": {f"bad/_x{SUFFIX}": FOREIGN}}
    paths = []
    for project, files in contents.items():
        wheel = Wheel(
            metadata=CoreMetadata(name=project, version="1.0"),
            files=tuple(WheelFile(path=path, content=content) for path, content in files.items()),
        )
        paths.append(folder / f"{project}-1.0-py3-none-any.whl")
        paths[-1].write_bytes(write_wheel(wheel))
    pip = [sys.executable, "-m", "pip", "--python", str(environment), "install", "-q"]
    subprocess.run([*pip, "--no-index", *map(str, paths)], check=True)
    return environment


def test_audit_names_the_distribution_and_the_fix(
    archpip_cli: ArchpipCommand, environment: Path
) -> None:
    finished = archpip_cli("audit", environment, "--format", "json")

    assert finished.returncode == 1, finished.stderr
    document = json.loads(finished.stdout)
    assert document["shape"] == "virtual environment"
    assert document["target"]["origin"] == "its interpreter"
    verdicts = {part["name"]: part["verdict"] for part in document["parts"]}
    assert verdicts == {"bad": "wrong", "good": "ok"}
    (bad,) = [part for part in document["parts"] if part["name"] == "bad"]
    assert bad["findings"][0]["member"].endswith(f"site-packages/bad/_x{SUFFIX}")
    assert bad["fix"].startswith("archpip install --force-reinstall --no-deps bad==1.0 ")


def test_sarif_and_html_say_the_same(archpip_cli: ArchpipCommand, environment: Path) -> None:
    sarif = archpip_cli("audit", environment, "--format", "sarif")
    page = archpip_cli("audit", environment, "--format", "html")

    (run,) = json.loads(sarif.stdout)["runs"]
    assert [result["level"] for result in run["results"]] == ["error"]
    assert run["results"][0]["ruleId"] == run["tool"]["driver"]["rules"][0]["id"]
    assert "bad 1.0" in page.stdout
    assert (sarif.returncode, page.returncode) == (1, 1)


def test_a_folder_with_nothing_to_judge_is_no_silent_success(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").touch()
    finished = archpip_cli("audit", tmp_path)

    assert finished.returncode == 0
    assert f"warning: {tmp_path} holds no distribution and no native binary" in finished.stderr
    assert "nothing was judged" in finished.stderr


@pytest.mark.parametrize(
    "files",
    [("app.dist/data.txt",), ("app.app/x.txt",), ("app.app/Contents/Info.plist",)],
    ids=["Nuitka", "empty app", "app"],
)
def test_an_app_without_a_program_is_unknown(
    archpip_cli: ArchpipCommand, tmp_path: Path, files: tuple[str, ...]
) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    finished = archpip_cli("audit", tmp_path / files[0].partition("/")[0])

    assert finished.returncode == 1, finished.stderr
    assert "unknown   files of no distribution in ." in finished.stdout
    assert "AP901 there is no native binary, and an app holds its program" in finished.stdout
    assert "nothing was judged" not in finished.stderr


def test_an_environment_that_is_right_is_clean(
    archpip_cli: ArchpipCommand, environment: Path, tmp_path: Path
) -> None:
    right = shutil.copytree(environment, tmp_path / "env", symlinks=True)
    for folder in right.glob("lib/python*/site-packages/bad*"):
        shutil.rmtree(folder)
    finished = archpip_cli("audit", right)

    assert finished.returncode == 0, finished.stdout
    assert "1 ok" in finished.stdout


@pytest.mark.parametrize("command", ["audit", "check"])
def test_what_is_imported_from_elsewhere_is_told(
    archpip_cli: ArchpipCommand, environment: Path, tmp_path: Path, command: str
) -> None:
    right = shutil.copytree(environment, tmp_path / "env", symlinks=True)
    (site,) = right.glob("lib/python*/site-packages")
    (tmp_path / "src").mkdir()
    (site / "__editable__.x.pth").write_text(str(tmp_path / "src"))

    finished = archpip_cli(command, right)

    assert f"imports from {tmp_path}/src as well, which was not audited" in finished.stderr


def test_the_fix_cures_its_finding_and_changes_nothing_else(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    """A wheel of the same version and tags is replaced; what it needs stays as old as it is."""
    module = a_module()

    def wheel(folder: str, name: str, version: str, *, requires: str = "", module: bytes) -> None:
        path = tmp_path / folder / f"{name}-{version}-py3-none-any.whl"
        path.parent.mkdir(exist_ok=True)
        requirements = (requires,) if requires else ()
        file = WheelFile(path=f"{name}/_x{SUFFIX}", content=module)
        metadata = CoreMetadata(name=name, version=version, requires=requirements)
        path.write_bytes(write_wheel(Wheel(metadata=metadata, files=(file,))))

    wheel("wrong", "bad", "1.0", requires="needed", module=FOREIGN)
    wheel("offered", "bad", "1.0", requires="needed", module=module.read_bytes())
    wheel("wrong", "needed", "1.0", module=module.read_bytes())
    wheel("offered", "needed", "2.0", module=module.read_bytes())
    site = tmp_path / "env"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--target", str(site)]
    subprocess.run([*pip, "--find-links", str(tmp_path / "wrong"), "bad"], check=True)
    (bad, needed) = json.loads(archpip_cli("audit", site, "--format", "json").stdout)["parts"]
    assert (bad["verdict"], needed["verdict"]) == ("wrong", "ok")

    command = shlex.split(bad["fix"])
    offered = str(tmp_path / "offered")
    finished = archpip_cli(*command[1:], PIP_NO_INDEX="1", PIP_FIND_LINKS=offered)

    assert finished.returncode == 0, finished.stderr
    assert archpip_cli("audit", site).returncode == 0
    assert sorted(path.name for path in site.glob("*.dist-info")) == [
        "bad-1.0.dist-info",
        "needed-1.0.dist-info",
    ]


def test_a_traceback_leads_to_the_binary(
    archpip_cli: ArchpipCommand, environment: Path, tmp_path: Path
) -> None:
    output = tmp_path / "output.txt"
    output.write_text(f"ImportError: /srv/env/bad/_x{SUFFIX}: invalid ELF header\n")
    finished = archpip_cli("audit", environment, "--traceback", output)

    assert finished.returncode == 1, finished.stderr
    assert "of bad 1.0" in finished.stdout


def test_the_files_say_which_python_a_named_platform_means(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    module = tmp_path / "tree/lib/python3.9/site-packages/_x.cpython-39-darwin.so"
    module.parent.mkdir(parents=True)
    module.write_bytes(FOREIGN)
    command = ("audit", tmp_path / "tree", "--format", "json", "--target-platform", "macos-arm64")
    given = archpip_cli(*command, "--python-version", "3.10")
    found = archpip_cli(*command)

    assert [json.loads(each.stdout)["target"]["python"] for each in (given, found)] == [
        "CPython 3.10",
        "CPython 3.9",
    ]
    assert found.returncode == 1


def test_output_without_a_known_message_is_a_usage_error(
    archpip_cli: ArchpipCommand, environment: Path, tmp_path: Path
) -> None:
    output = tmp_path / "output.txt"
    output.write_text("ValueError: 3\n")
    finished = archpip_cli("audit", environment, "--traceback", output)

    assert finished.returncode == 2
    assert "output.txt" in finished.stderr


def test_a_path_that_does_not_exist_is_a_usage_error(archpip_cli: ArchpipCommand) -> None:
    finished = archpip_cli("audit", "missing")

    assert finished.returncode == 2
    assert "missing cannot be audited: it does not exist" in finished.stderr


def test_check_tries_what_audit_judges(archpip_cli: ArchpipCommand, environment: Path) -> None:
    finished = archpip_cli("check", environment, "--format", "json")

    assert finished.returncode == 1, finished.stderr
    modules = {module["module"]: module for module in json.loads(finished.stdout)["modules"]}
    bad = modules.pop("bad._x")
    (good,) = modules.values()
    assert (bad["outcome"], bad["static"], bad["disagrees"]) == ("failed", "wrong", False)
    assert (good["outcome"], good["static"], good["disagrees"]) == ("imported", "ok", False)


def test_check_goes_through_a_launcher(archpip_cli: ArchpipCommand, environment: Path) -> None:
    finished = archpip_cli("check", environment, "--launcher", "env A=1", "--all")

    assert "imported" in finished.stdout
    assert "2 extension modules, 1 failed" in finished.stdout


def test_check_names_the_launcher_that_is_not_there(
    archpip_cli: ArchpipCommand, environment: Path
) -> None:
    finished = archpip_cli("check", environment, "--launcher", "no-such-emulator -L /sysroot")

    assert finished.returncode == 2
    assert "there is no command no-such-emulator to start it with" in finished.stderr


def test_check_takes_the_folder_of_an_environment_as_its_python(
    archpip_cli: ArchpipCommand, environment: Path
) -> None:
    finished = archpip_cli("check", "--python", environment)

    assert f"{environment}, " in finished.stdout
    assert "2 extension modules, 1 failed" in finished.stdout
