"""Our own scenarios, put to the resolver: the pins, the rejections and the words of each file."""

import pytest

from archpip.resolution import NoSolutionError, Rejection
from fake_index.scenario import Scenario, load_scenario, scenario_names
from tests.conftest import FakeWorldFactory
from tests.integration.resolution.asking import DynamicBackend, ask


@pytest.mark.parametrize("name", scenario_names())
def test_scenario(name: str, fake_world: FakeWorldFactory) -> None:
    scenario = load_scenario(name)
    fake = fake_world(scenario)

    if not scenario.expected.satisfiable:
        with pytest.raises(NoSolutionError) as caught:
            ask(scenario, fake)
        _check_rejections(scenario, caught.value.rejections)
        for words in scenario.expected.says:
            assert words in str(caught.value)
        return
    found = ask(scenario, fake)

    if scenario.expected.pins is not None:
        halves = [pin.fused_with.link.filename for pin in found.pins if pin.fused_with]
        taken = [*(pin.link.filename for pin in found.pins), *halves]
        assert sorted(taken) == sorted(scenario.expected.pins)
    _check_rejections(scenario, [r for pin in found.pins for r in pin.rejections])


def _check_rejections(scenario: Scenario, found: "list[Rejection] | tuple[Rejection, ...]") -> None:
    by_file = {rejection.link.filename: rejection for rejection in found}
    for expected in scenario.expected.rejections:
        assert expected.file in by_file, f"{expected.file} should be refused: {expected.why}"
        rejection = by_file[expected.file]
        assert rejection.reason == expected.reason
        for words in expected.says:
            assert words in rejection.message


def test_a_backend_is_asked_only_where_metadata_is_not_static(
    fake_world: FakeWorldFactory,
) -> None:
    scenario = load_scenario("dynamic-sdist")
    backend = DynamicBackend()

    ask(scenario, fake_world(scenario), builder=backend)

    assert backend.asked == ["asks-1.0.tar.gz"]
