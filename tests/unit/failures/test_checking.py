"""Which modules are tried, and what an answer means. Real imports are integration tests."""

from pathlib import Path

import pytest

from archpip.environments import Audit, Shape, audit_tree
from archpip.environments.folders import FolderTree
from archpip.failures import Outcome, Trial
from archpip.failures.checking import find_modules
from archpip.failures.trial import FAILED, try_import, try_load
from archpip.verdicts import Policy
from tests.unit.environments.installations import (
    ARM64_MODULE,
    MAC,
    SITE,
    X86_64_MODULE,
    distribution,
    lay_out,
)


def audit(root: Path) -> Audit:
    parts = audit_tree(FolderTree(root), MAC, Policy())
    return Audit(path=str(root), shape=Shape.ENVIRONMENT, target=MAC, target_origin="", parts=parts)


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


def test_a_trial_says_what_failed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = lay_out(tmp_path, {"x.so": X86_64_MODULE}) / "x.so"

    assert try_import("archpip_has_no_such_module", str(path), []) == FAILED
    assert "No module named 'archpip_has_no_such_module'" in capsys.readouterr().err
    assert try_load(str(path)) is not None
    assert try_import("json", str(path), []) == 0
