import pytest

from archpip.gateway.request_log import FailureLog


def test_failure_is_logged_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    log = FailureLog(lambda: now[0])

    for moment in (0, 1, 59, 60, 61):
        now[0] = moment
        log.log("the index is away", path="/linux-x86_64/simple/a/")
        log.log(f"failure at {moment}", path="/")

    told = [record.getMessage() for record in caplog.records]
    assert told.count("the index is away (asked for /linux-x86_64/simple/a/)") == 2
    assert len(told) == 2 + 5


def test_memory_of_failures_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    log = FailureLog(lambda: 0.0)

    for number in range(2500):
        log.log(f"failure {number}", path="/")

    assert len(caplog.records) == 2500
    assert len(log._logged) <= 1000
