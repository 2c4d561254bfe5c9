from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.gateway import Refusal
from archpip.gateway.refusals import RefusalLog


def refuse(number: int) -> Refusal:
    return Refusal(
        view="macos-arm64",
        project=canonicalize_name("a"),
        version=Version(str(number)),
        filename=f"a-{number}-py3-none-any.whl",
        message="it could not be read",
    )


def test_latest_refusals_are_kept_and_all_are_counted_once() -> None:
    log = RefusalLog(most_kept=2)

    news = [log.add(map(refuse, range(1, last))) for last in (3, 5)]
    again = log.add(map(refuse, range(1, 5)))

    assert [[str(each.version) for each in added] for added in news] == [["1", "2"], ["3", "4"]]
    assert again == []
    assert [str(each.version) for each in log.latest] == ["3", "4"]
    assert log.counts == {"unreadable": 4}
