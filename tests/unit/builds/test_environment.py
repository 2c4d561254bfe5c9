import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archpip.builds import BuildOptions, IndexOptions
from archpip.builds.environment import BuildEnvironment, pip_environment, uv_environment
from archpip.builds.processes import CommandRunner, Deadline

_INDEXES = IndexOptions(
    index_url="https://user:secret@one/simple",
    extra_index_urls=("https://two/simple", "https://three/simple"),
    find_links=("/with a space/wheels", "https://four/"),
    trusted_hosts=("one",),
    certificate="/ca.pem",
    proxy="http://proxy:3128",
    timeout_seconds=30.0,
    retries=2,
)


def test_pip_is_led_to_the_users_indexes_alone() -> None:
    assert pip_environment(_INDEXES) == {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "https://user:secret@one/simple",
        "PIP_EXTRA_INDEX_URL": "https://two/simple https://three/simple",
        "PIP_FIND_LINKS": "file:///with%20a%20space/wheels https://four/",
        "PIP_NO_INDEX": "0",
        "PIP_TRUSTED_HOST": "one",
        "PIP_CERT": "/ca.pem",
        "PIP_PROXY": "http://proxy:3128",
        "PIP_TIMEOUT": "30",
        "PIP_RETRIES": "2",
    }


def test_uv_is_led_to_the_users_indexes_with_pips_meaning_of_several() -> None:
    assert uv_environment(_INDEXES) == {
        "UV_DEFAULT_INDEX": "https://user:secret@one/simple",
        "UV_INDEX": "https://two/simple https://three/simple",
        "UV_FIND_LINKS": "file:///with%20a%20space/wheels,https://four/",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_INSECURE_HOST": "one",
        "SSL_CERT_FILE": "/ca.pem",
        "ALL_PROXY": "http://proxy:3128",
        "UV_HTTP_TIMEOUT": "30",
        "UV_HTTP_RETRIES": "2",
    }


def test_a_timeout_of_less_than_a_second_is_one() -> None:
    indexes = IndexOptions(timeout_seconds=0.5)

    assert pip_environment(indexes)["PIP_TIMEOUT"] == "1"
    assert uv_environment(indexes)["UV_HTTP_TIMEOUT"] == "1"


def test_both_leave_out_what_was_uploaded_later() -> None:
    indexes = IndexOptions(uploaded_before=datetime(2021, 6, 1, tzinfo=UTC))

    assert pip_environment(indexes)["PIP_UPLOADED_PRIOR_TO"] == "2021-06-01T00:00:00+00:00"
    assert uv_environment(indexes)["UV_EXCLUDE_NEWER"] == "2021-06-01T00:00:00+00:00"


def test_without_options_the_installers_configure_themselves() -> None:
    assert pip_environment(None) == {}
    assert uv_environment(None) == {}


def test_nothing_of_the_callers_python_leaks_into_a_build(tmp_path: Path) -> None:
    log = tmp_path / "log"
    environment = BuildEnvironment(
        folder=tmp_path / "environment",
        python=Path("/usr/bin/python3"),
        base_environment={
            "PATH": "/usr/bin",
            "HOME": "/home/me",
            "PYTHONPATH": "/mine",
            "VIRTUAL_ENV": "/venv",
            "_PYTHON_SYSCONFIGDATA_NAME": "x",
        },
        options=BuildOptions(wheel_folder=tmp_path, log_folder=tmp_path),
        runner=CommandRunner(log=log, deadline=Deadline(None)),
    )
    scripts = tmp_path / "environment" / ("Scripts" if os.name == "nt" else "bin")
    assert environment.make_extra_environ() == {
        "PATH": f"{scripts}{os.pathsep}/usr/bin",
        "HOME": "/home/me",
        "PYTHONNOUSERSITE": "1",
        "PYTHONIOENCODING": "utf-8",
    }


@pytest.mark.parametrize("seconds", [None, 5.0])
def test_a_deadline_never_goes_below_zero(seconds: float | None) -> None:
    remaining = Deadline(seconds).remaining()
    assert remaining is None if seconds is None else remaining is not None and 0 <= remaining <= 5
    assert Deadline(-1.0).remaining() == 0.0
