"""The library behind the network, loaded by whoever comes first."""

import subprocess
import sys

_BY_WORKERS_THAT_END = """
import threading
def use():
    from archpip.index.reqwest import SyncClientBuilder
    for _ in range(30):
        SyncClientBuilder().build()
for _ in range(3):
    worker = threading.Thread(target=use)
    worker.start()
    worker.join()
print("unharmed")
"""


def test_who_loads_it_may_end_before_who_uses_it() -> None:
    command = [sys.executable, "-c", _BY_WORKERS_THAT_END]
    runs = [subprocess.run(command, capture_output=True, text=True, check=False) for _ in range(3)]
    assert [(run.returncode, run.stdout) for run in runs] == [(0, "unharmed\n")] * 3
