"""What the network may do to a test: be down. That skips the test, with a line that says so."""

import subprocess

import pytest

INDEX_ERROR = 5
"""archpip's exit status where an index cannot be reached or used."""


def skip_on_network_fault(finished: subprocess.CompletedProcess[str]) -> None:
    """Skip the running test where the index could not be reached, twice."""
    if finished.returncode == INDEX_ERROR:
        pytest.skip(
            f"the public index cannot be reached: {finished.stderr.strip().splitlines()[0]}"
        )
