"""Answers of open sittings with 1, 2 and 4 processes on one PostgreSQL, and a minute at a fixed rate.

Prints CPU an answer of the servers, the load and the database apart, the servers' growth from one process to
four (aim ≤ 1.2), that every answer is on disk, and p50, p99 and the longest of `--rate` answers a second for a
minute (aim p99 ≤ 50 ms). On two cores all of them share the machine: throughput cannot grow here.

`python -m benchmarks.exam_processes [--sitters 10000] [--answers 10000] [--rate 1000] [--seconds 60]`
"""

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from benchmarks import exam_city
from benchmarks.acts import Tap, request
from benchmarks.answer_path import TICKS, cpu_seconds, running
from benchmarks.exam_rush import on_disk
from tests.postgres import server as postgres

PROCESSES = (1, 2, 4)
CONNECTIONS = 64


@contextlib.contextmanager
def servers(url: str, count: int) -> Iterator[list[tuple[int, int]]]:
    """Port and process id of each."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(running("benchmarks.subject_server", url)) for _ in range(count)]


def paced(ports: list[int], taps: list[Tap], rate: float) -> dict[str, float]:
    requests = [request(tap, ports[0]) for tap in taps]
    named = ",".join(map(str, ports))
    command = ["-m", "benchmarks.paced_load", str(rate), named, str(CONNECTIONS)]
    done = subprocess.run(
        [sys.executable, *command], input=msgspec.msgpack.encode(requests), capture_output=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    if found["answered"] != len(taps):
        raise RuntimeError(str(found))
    return found


def database_seconds() -> float:
    """CPU of all processes of PostgreSQL."""
    spent = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            name, _, rest = stat.read_text().partition("(")[2].rpartition(") ")
            spent += sum(map(int, rest.split()[11:13])) / TICKS if name == "postgres" else 0
    return spent


def rushed(url: str, taps: list[Tap], count: int, spent: Callable[[], float]) -> tuple[float, float]:
    """CPU microseconds an answer of the servers and of the database, as fast as they go."""
    with servers(url, count) as addresses:
        ports = [port for port, _ in addresses]
        paced(ports, [Tap("nobody", "exam:0:0:A", n) for n in range(300)], 1000)
        own, database = sum(cpu_seconds(pid) for _, pid in addresses), spent()
        paced(ports, taps, 1e6)
        mine = sum(cpu_seconds(pid) for _, pid in addresses) - own
        return 1e6 * mine / len(taps), 1e6 * (spent() - database) / len(taps)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sitters", type=int, default=10_000)
    parser.add_argument("--answers", type=int, default=10_000, help="for each number of processes")
    parser.add_argument("--rate", type=float, default=1000)
    parser.add_argument("--seconds", type=int, default=60)
    asked = parser.parse_args()
    minute = int(asked.rate * asked.seconds)
    with postgres(durable=True) as server:
        url = asyncio.run(server.create("exam"))
        asyncio.run(exam_city.sitting(url, asked.sitters))
        taps = exam_city.taps(asked.sitters, len(PROCESSES) * asked.answers + minute)
        alone = 0.0
        for turn, count in enumerate(PROCESSES):
            part = taps[turn * asked.answers : (turn + 1) * asked.answers]
            mine, database = rushed(url, part, count, database_seconds)
            alone = alone or mine
            print(f"{count} processes: server {mine:4.0f} µs ({mine / alone:4.2f}), database {database:4.0f} µs")
        with servers(url, 1) as addresses:
            found = paced([port for port, _ in addresses], taps[-minute:], asked.rate)
        latencies = ", ".join(f"{name} {found[f'{name}_ms']:.1f} ms" for name in ("p50", "p99", "max"))
        print(f"{minute} answers in {found['seconds']:.0f} s: {latencies}")
        print(f"{asyncio.run(on_disk(url))} of {len(taps)} answers are on disk")


if __name__ == "__main__":
    main()
