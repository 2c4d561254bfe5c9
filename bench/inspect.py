"""How fast, and at what cost, wheels on the public index are inspected by ranges.

    python -m bench.inspect [--wheels 300] [--threads 24]

Takes the newest versions of popular projects with native code, a few wheels of each. Prints wheels
a second, the share of bytes read, requests and peak memory: that of a process which only inspects,
since another one reads the hundred project pages to choose from. Then all are judged for several
targets, which needs no network: its cost is told as a share of the CPU that inspecting took.
"""

import argparse
import resource
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from multiprocessing import get_context

from packaging.utils import canonicalize_name

from archpip.binaries import Depth
from archpip.index import IndexLocations, Link
from archpip.index.client import IndexClient
from archpip.targets import detect_host, parse_target
from archpip.verdicts import judge
from archpip.wheels import Inspection, ReadingCost, RemoteWheel, inspect_wheel

PROJECTS = """
    aiohttp argon2-cffi-bindings asyncpg awscrt bcrypt black blis brotli cffi charset-normalizer
    confluent-kafka contourpy coverage cryptography cymem cython debugpy duckdb fiona fonttools
    frozenlist gevent google-crc32c greenlet grpcio h5py hf-xet httptools jellyfish jiter kiwisolver
    levenshtein lightgbm lxml lz4 markupsafe matplotlib maturin mmh3 msgpack multidict murmurhash
    mypy ninja numba numpy onnxruntime orjson pandas pillow polars preshed propcache protobuf psutil
    psycopg2-binary py-spy pyarrow pycairo pycryptodome pydantic-core pymongo pymssql pynacl pyodbc
    pyproj pywin32 pywinpty pyyaml pyzmq rapidfuzz regex rpds-py ruff safetensors scikit-learn scipy
    sentencepiece setuptools shapely simplejson soundfile sqlalchemy srsly tiktoken tokenizers torch
    tornado ujson uv uvloop watchfiles websockets wrapt xxhash yarl zope-interface zstandard
""".split()  # noqa: SIM905  # a hundred quoted words are not read by anybody

TARGETS = tuple(
    parse_target(name, host=detect_host())
    for name in ("macos-arm64", "linux-aarch64", "linux-x86_64", "windows-amd64")
)

Found = tuple[Inspection, ReadingCost]


def choose_links(count: int) -> list[Link]:
    """Return wheels of the newest versions, spread evenly over projects and platforms."""
    with IndexClient(IndexLocations()) as client, ThreadPoolExecutor(16) as threads:

        def newest(name: str) -> Sequence[Link]:
            links = client.project(canonicalize_name(name))
            version = next(version for version in links if not version.is_prerelease)
            return [link for link in links[version] if link.filename.endswith(".whl")]

        projects = list(threads.map(newest, PROJECTS))
    each = -(-count // len(projects))
    chosen = [
        link
        for links in projects
        # Files stand in order of their names, so strides visit different platforms.
        for link in links[:: max(1, len(links) // each)][:each]
    ]
    return chosen[:count]


def inspect(client: IndexClient, link: Link) -> Found:
    """Inspect one wheel by ranges."""
    wheel = RemoteWheel(url=link.url, filename=link.filename, ranges=client.ranges)
    with closing(wheel):
        return inspect_wheel(wheel, sha256=link.sha256)


def peak_megabytes() -> float:
    """Return the most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def needs_symbols(inspection: Inspection) -> bool:
    """Tell whether a symbol table had to be read."""
    return any(member.binary.depth is Depth.SYMBOLS for member in inspection.binaries)


def print_share(title: str, found: Sequence[Found]) -> None:
    """Print how much of some wheels was read."""
    if found:
        costs = [cost for _, cost in found]
        size_bytes = sum(cost.bytes_total for cost in costs)
        print(
            f"  {title:<28} {len(found):>4} wheels, {size_bytes / 1e6:>7.0f} MB, "
            f"{100 * sum(cost.bytes_read for cost in costs) / size_bytes:>6.2f} % read, "
            f"{sum(cost.requests for cost in costs) / len(found):.1f} requests each"
        )


def print_judging(inspections: Sequence[Inspection], cpu_of_inspecting: float) -> None:
    """Print what it takes to judge each wheel for each of the targets."""
    begin = time.process_time()
    for target in TARGETS:
        for inspection in inspections:
            judge(inspection, target)
    each = (time.process_time() - begin) / len(TARGETS) / len(inspections)
    share = each / (cpu_of_inspecting / len(inspections))
    print(
        f"  judging takes {1000 * each:.2f} ms of CPU, {100 * share:.1f} % of inspecting one wheel"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheels", type=int, default=300)
    parser.add_argument("--threads", type=int, default=24)
    arguments = parser.parse_args()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        links = processes.submit(choose_links, arguments.wheels).result()
    with IndexClient(IndexLocations()) as client:
        begin, begin_cpu = time.perf_counter(), time.process_time()
        with ThreadPoolExecutor(arguments.threads) as threads:
            found = list(threads.map(lambda link: inspect(client, link), links))
        seconds, cpu = time.perf_counter() - begin, time.process_time() - begin_cpu
    print(
        f"{len(found) / seconds:.0f} wheels a second ({cpu:.1f} s of CPU), peak "
        f"{peak_megabytes():.0f} MB"
    )
    print_share("without symbol tables", [each for each in found if not needs_symbols(each[0])])
    print_share("with symbol tables", [each for each in found if needs_symbols(each[0])])
    print_judging([inspection for inspection, _ in found], cpu)


if __name__ == "__main__":
    main()
