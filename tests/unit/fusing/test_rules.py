"""What is known to be harmless."""

import pytest

from archpip.fusing.rules import Take, find_rule, load_rules


@pytest.mark.parametrize(
    ("path", "take"),
    [
        ("numpy/__config__.py", Take.ARM64),
        ("numpy/__pycache__/a.cpython-311.pyc", Take.DROP),
        ("numpy/_core/include/numpy/_numpyconfig.h", Take.GUARD),
        ("numpy-2.1.3.dist-info/LICENSE.txt", Take.BOTH),
        ("numpy-2.4.0.dist-info/licenses/LICENSE.txt", Take.BOTH),
        ("numpy/core.py", None),
        ("numpy-2.1.3.dist-info/METADATA", None),
        ("numpy-2.1.3.dist-info/entry_points.txt", None),
    ],
)
def test_rule(path: str, take: Take | None) -> None:
    rule = find_rule(path)
    assert (rule.take if rule else None) is take


def test_every_rule_says_why() -> None:
    assert all(rule.why.endswith(".") for rule in load_rules())
