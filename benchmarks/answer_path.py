"""The whole way of a tap on today's question by a person who has not answered yet, every answer on disk first.

Prints throughput and CPU per request as ratios to a storage-free handler (`baseline_server`) of the same run, for
SQLite with synchronous=FULL in the journal mode that is used and for PostgreSQL with fsync on. Server and load run
on a core each. To reach: throughput ≥ 0.8 and CPU ≤ 1.25 of the baseline; aim 1.2 and 0.85.

`python -m benchmarks.answer_path [--persons 6000] [--rounds 3] [--connections 64]`
"""

import argparse
import asyncio
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks.acts import Tap, request
from benchmarks.city import prepared
from storage.database import JOURNAL_MODE
from tests.postgres import server as postgres

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Figures:
    """One round: requests a second, CPU microseconds a request of the server process, latencies in ms."""

    rate: float
    cpu_us: float
    p50: float
    p99: float


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def running(module: str, *arguments: str) -> Iterator[tuple[int, int]]:
    """A server on the first core; yields its port and process id."""
    port = free_port()
    command = ["taskset", "-c", "0", sys.executable, "-m", module, str(port), *arguments]
    process = subprocess.Popen(command)
    try:
        _await_listening(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def _await_listening(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measured(module: str, taps: list[Tap], connections: int, *arguments: str) -> Figures:
    """Warm up with a few taps of nobody, then all taps once."""
    with running(module, *arguments) as (port, pid):
        _load(port, [request(Tap("nobody", "daily:x", n), port) for n in range(300)], connections)
        requests = [request(tap, port) for tap in taps]
        before = cpu_seconds(pid)
        found = _load(port, requests, connections)
        used = cpu_seconds(pid) - before
    if found["answered"] != len(taps) or found["replied"] != len(taps):
        raise RuntimeError(f"{module}: {found}")
    return Figures(len(taps) / found["seconds"], 1e6 * used / len(taps), found["p50_ms"], found["p99_ms"])


def _load(port: int, requests: list[bytes], connections: int) -> dict[str, float]:
    command = ["taskset", "-c", "1", sys.executable, "-m", "benchmarks.load", str(port), str(connections)]
    done = subprocess.run(command, input=msgspec.msgpack.encode(requests), capture_output=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def compare(name: str, base: list[Figures], subject: list[Figures]) -> None:
    rate = statistics.median(s.rate / b.rate for b, s in zip(base, subject, strict=True))
    cpu = statistics.median(s.cpu_us / b.cpu_us for b, s in zip(base, subject, strict=True))
    middle = sorted(subject, key=lambda figures: figures.rate)[len(subject) // 2]
    print(
        f"{name:<34} throughput {rate:5.2f}   CPU/request {cpu:5.2f}   "
        f"({middle.rate:6.0f}/s, {middle.cpu_us:4.0f} µs, p50 {middle.p50:5.1f} ms, p99 {middle.p99:5.1f} ms)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=6000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--only", choices=("sqlite", "postgresql"), default=None)
    asked = parser.parse_args()
    print(f"{asked.persons} taps a round, {asked.rounds} rounds, {asked.connections} connections")
    base: list[Figures] = []
    subjects: dict[str, list[Figures]] = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        server = None if asked.only == "sqlite" else stack.enter_context(postgres(durable=True))
        for number in range(asked.rounds):
            taps = asyncio.run(prepared(f"sqlite:///{folder}/{number}.db", asked.persons))
            base.append(measured("benchmarks.baseline_server", taps, asked.connections))
            if asked.only != "postgresql":
                name = f"SQLite {JOURNAL_MODE}, synchronous=FULL"
                url = f"sqlite:///{folder}/{number}.db"
                subjects.setdefault(name, []).append(
                    measured("benchmarks.subject_server", taps, asked.connections, url)
                )
            if server is not None:
                url = asyncio.run(server.create(f"round{number}"))
                taps = asyncio.run(prepared(url, asked.persons))
                subjects.setdefault("PostgreSQL, fsync on", []).append(
                    measured("benchmarks.subject_server", taps, asked.connections, url)
                )
    compare("baseline: wechatpy, no storage", base, base)
    for name, figures in subjects.items():
        compare(name, base, figures)


if __name__ == "__main__":
    main()
