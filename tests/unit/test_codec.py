"""Values are decoded by several threads at once."""

import subprocess
import sys

# In a process of its own, which what is tested for ends by a signal.
_TWO_THREADS = """
import threading, time
from msgspec import Struct
from archpip.codec import decode

began = threading.Event()
found = []

def number():
    began.set()
    time.sleep(0.5)
    return int

class Inner(Struct):
    x: "number()"

class Outer(Struct):
    inner: Inner
    y: int

def read():
    found.append(decode(b'{"inner": {"x": 1}, "y": 2}', Outer))

first = threading.Thread(target=read)
first.start()
began.wait()
read()
first.join()
print(*found)
"""


def test_a_value_is_decoded_while_another_thread_still_learns_its_class() -> None:
    said = subprocess.run(
        [sys.executable, "-c", _TWO_THREADS], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr
    assert said.stdout == "Outer(inner=Inner(x=1), y=2) Outer(inner=Inner(x=1), y=2)\n"
