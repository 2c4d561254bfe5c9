"""Which modules are tried, and what an answer means. Real imports are integration tests."""

import json
import os
import sys
import tracemalloc
from pathlib import Path

import pytest

from archpip.environments import Audit, Shape, audit_tree
from archpip.environments.folders import FolderTree
from archpip.failures import Outcome, Runner, Trial, check_modules
from archpip.failures.checking import find_modules
from archpip.failures.trial import FAILED, IMPORTED, MARK, MOST_SAID, try_import, try_load
from archpip.targets import Target
from archpip.verdicts import Policy, Status
from fake_index.elf import Elf, write_elf
from fake_index.pe import Pe, write_pe
from tests.unit.environments.installations import (
    ARM64_MODULE,
    ELF_X86_64_MODULE,
    LINUX,
    MAC,
    SITE,
    X86_64_MODULE,
    distribution,
    lay_out,
)


def audit(root: Path, target: Target = MAC) -> Audit:
    parts = audit_tree(FolderTree(root), target, Policy())
    shape = Shape.ENVIRONMENT
    return Audit(path=str(root), shape=shape, target=target, target_origin="", parts=parts)


def ending_with(status: int, answer: str = "") -> Runner:
    """Return a runner whose every import ends with a status, and an answer on standard error."""
    script = f"import sys; sys.stderr.write({answer!r}); sys.exit({status})"
    return Runner(
        python=Path(sys.executable), launcher=(sys.executable, "-c", script), environ=os.environ
    )


def test_of_two_files_for_one_module_the_interpreters_choice_is_tried(tmp_path: Path) -> None:
    files = {
        "pkg/_x.so": ARM64_MODULE,
        "pkg/_x.cpython-311-darwin.so": ARM64_MODULE,
        "pkg/_x.cpython-310-darwin.so": ARM64_MODULE,
        "pkg/libfoo.so": ARM64_MODULE,
        "pkg.libs/libbar.dylib": ARM64_MODULE,
        "bad-name/_y.abi3.so": ARM64_MODULE,
    }
    lay_out(tmp_path, distribution("pkg", files), within=SITE)

    (module,) = find_modules(audit(tmp_path))

    assert (module.name, module.member) == ("pkg._x", f"{SITE}/pkg/_x.cpython-311-darwin.so")


def test_what_a_package_has_for_other_interpreters_and_machines_is_not_tried(
    tmp_path: Path,
) -> None:
    """debugpy's wheel for any machine has one for Windows' Python 3.9, and helpers by machine."""
    files = {
        "pkg/attach_x86_64.so": X86_64_MODULE,
        "pkg/_speedups.cp39-win_amd64.pyd": write_pe(Pe(machine="amd64")),
        "pkg/_speedups.py": b"",
    }
    lay_out(tmp_path, distribution("pkg", files, tag="py3-none-any"), within=SITE)
    lay_out(
        tmp_path, distribution("bad", {"bad/_x.cpython-310-darwin.so": ARM64_MODULE}), within=SITE
    )
    audited = audit(tmp_path)

    assert {f.code for part in audited.parts for f in part.findings} == {"AP106", "AP402"}
    assert [module.name for module in find_modules(audited)] == ["bad._x"]


def test_a_failure_that_the_verdict_allows_for_is_no_disagreement(tmp_path: Path) -> None:
    modules = {f"pkg/m{number}.cpython-311-darwin.so": ARM64_MODULE for number in range(12)}
    files = {"pkg/other.cpython-311-darwin.so": X86_64_MODULE, **modules}
    lay_out(tmp_path, distribution("pkg", files), within=SITE)
    module = next(m for m in find_modules(audit(tmp_path)) if m.name == "pkg.other")
    findings = module.part.findings

    assert [finding.weight for finding in findings] == [Status.DEGRADED]
    trial = Trial(module=module, outcome=Outcome.FAILED, seconds=0, findings=findings)
    assert (trial.works, trial.disagrees) == (False, False)


@pytest.mark.parametrize(
    ("content", "outcome", "disagrees"),
    [
        (ARM64_MODULE, Outcome.IMPORTED, False),
        (ARM64_MODULE, Outcome.RAISED, False),
        (ARM64_MODULE, Outcome.FAILED, True),
        (X86_64_MODULE, Outcome.FAILED, False),
        (X86_64_MODULE, Outcome.IMPORTED, True),
        # What did not end or did not start tells nothing, neither way.
        (ARM64_MODULE, Outcome.TIMED_OUT, False),
        (X86_64_MODULE, Outcome.NOT_RUN, False),
    ],
)
def test_a_disagreement_is_one_of_loading(
    tmp_path: Path, content: bytes, outcome: Outcome, *, disagrees: bool
) -> None:
    lay_out(tmp_path, distribution("pkg", {"pkg/_x.abi3.so": content}), within=SITE)
    (module,) = find_modules(audit(tmp_path))

    trial = Trial(module=module, outcome=outcome, seconds=0, findings=module.part.findings)

    assert trial.disagrees is disagrees


def test_a_trial_says_what_failed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = lay_out(tmp_path, {"x.so": X86_64_MODULE}) / "x.so"

    assert try_import("archpip_has_no_such_module", str(path), []) == FAILED
    assert "No module named 'archpip_has_no_such_module'" in capfd.readouterr().err
    assert try_load(str(path)) is not None
    assert try_import("json", str(path), []) == IMPORTED


def test_a_library_that_is_held_against_its_wheel_is_behind_the_failure(tmp_path: Path) -> None:
    needing = write_elf(Elf(machine="aarch64", needed=("libfoo.so",), runpath="$ORIGIN"))
    files = {"pkg/_x.abi3.so": needing, "pkg/libfoo.so": ELF_X86_64_MODULE}
    lay_out(tmp_path, distribution("pkg", files, tag="cp311-abi3-linux_aarch64"), within=SITE)
    answer = {
        "type": "ImportError",
        "message": "something went wrong with pkg",
        "loader": "libfoo.so: cannot open shared object file: No such file or directory",
    }

    (trial,) = check_modules(
        audit(tmp_path, LINUX), ending_with(FAILED, f"\n{MARK}{json.dumps(answer)}\n")
    )

    assert (trial.outcome, trial.complaint) == (Outcome.FAILED, answer["loader"])
    assert [finding.member for finding in trial.findings] == [f"{SITE}/pkg/libfoo.so"]
    assert (trial.static, trial.disagrees) == (Status.WRONG, False)


def test_a_module_that_fails_for_a_wrong_one_is_no_disagreement(tmp_path: Path) -> None:
    """Python runs `sax.py` in place of a compiled `sax`, and that imports a wrong `etree`."""
    ending = ".cpython-311-x86_64-linux-gnu.so"
    files = {
        f"pkg/etree{ending}": ELF_X86_64_MODULE,
        f"pkg/sax{ending}": ELF_X86_64_MODULE,
        "pkg/sax.py": b"",
    }
    lay_out(tmp_path, distribution("pkg", files, tag="cp311-cp311-linux_aarch64"), within=SITE)
    answer = {
        "type": "ImportError",
        "message": "cannot import name 'etree' from 'pkg' (/env/pkg/__init__.py)",
        "loader": f"/env/pkg/sax{ending}: cannot open shared object file: No such file",
    }

    _, trial = check_modules(
        audit(tmp_path, LINUX), ending_with(FAILED, f"\n{MARK}{json.dumps(answer)}\n")
    )

    assert trial.module.name == "pkg.sax"
    assert [finding.code for finding in trial.findings] == ["AP105", "AP103"]
    assert (trial.static, trial.disagrees) == (Status.WRONG, False)


@pytest.mark.parametrize("status", [0, 7])
def test_a_module_that_ends_the_process_was_not_imported(tmp_path: Path, status: int) -> None:
    lay_out(tmp_path, distribution("pkg", {"pkg/_x.abi3.so": ARM64_MODULE}), within=SITE)

    (trial,) = check_modules(audit(tmp_path), ending_with(status, "bye\n"))

    assert trial.outcome is Outcome.CRASHED
    assert trial.message == f"the import ends the process with status {status} bye"


@pytest.mark.parametrize("answer", ["{garbage", "[1]", "null", '{"type": "E"}', "\\udcff"])
def test_a_module_that_writes_an_answer_of_its_own_is_only_a_crash(
    tmp_path: Path, answer: str
) -> None:
    lay_out(tmp_path, distribution("pkg", {"pkg/_x.abi3.so": ARM64_MODULE}), within=SITE)

    (trial,) = check_modules(audit(tmp_path), ending_with(FAILED, f"\n{MARK}{answer}\n"))

    assert (trial.outcome, trial.message) == (
        Outcome.CRASHED,
        f"the import ends the process with status {FAILED} {MARK}{answer}",
    )


def test_of_a_module_that_writes_without_end_little_is_kept(tmp_path: Path) -> None:
    lay_out(tmp_path, distribution("pkg", {"pkg/_x.abi3.so": ARM64_MODULE}), within=SITE)
    script = "import os\nfor _ in range(100): os.write(2, b'x' * 100_000)\nos.write(2, b'\\nend')"
    launcher = (sys.executable, "-c", script)
    runner = Runner(python=Path(sys.executable), launcher=launcher, environ=os.environ)

    tracemalloc.start()
    (trial,) = check_modules(audit(tmp_path), runner)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert trial.message == "the import ends the process with status 0 end"
    assert peak < 2_000_000


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import sys; sys.stderr = None; raise ImportError('no')", "no"),
        ("raise ImportError('x' * 100_000)", "x" * MOST_SAID),
        (r"raise ImportError('\udcff')", r"\udcff"),
        (
            "class E(Exception):\n  def __str__(self): raise RuntimeError\nraise E",
            "its message cannot be read",
        ),
    ],
    ids=["without standard error", "long", "surrogate", "without message"],
)
def test_an_error_of_any_kind_is_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], code: str, message: str
) -> None:
    name = f"hostile_{tmp_path.name.rstrip('0123456789')}_{len(code)}"
    (tmp_path / f"{name}.py").write_text(code)
    standard_error = sys.stderr
    try:
        status = try_import(name, str(tmp_path / "absent.so"), [str(tmp_path)])
    finally:
        sys.stderr = standard_error
        sys.path.remove(str(tmp_path))

    assert status == FAILED
    assert json.loads(capfd.readouterr().err.partition(MARK)[2])["message"] == message
