"""The whole way of a tap on today's question by a person who has not answered yet, every answer on disk first.

Prints throughput and CPU per request as ratios to a storage-free handler (`baseline_server`) of the same run, for
SQLite with synchronous=FULL in the journal mode that is used and for PostgreSQL with fsync on. Server and load run
on a core each. To reach: throughput ≥ 0.8 and CPU ≤ 1.25 of the baseline; aim 1.2 and 0.85.

All servers run at once and get their load in turns of a second or less, because these machines change their speed
from one second to the next; a ratio is the median over the turns.

`python -m benchmarks.answer_path [--turns 20] [--taps 1000] [--connections 64]`
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

BASELINE = "baseline: wechatpy, no storage"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Figures:
    """One turn: requests a second, CPU microseconds a request of the server process, latencies in ms."""

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
    """A server on the first core; yields its port and process id. It sleeps while another has its turn."""
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


def measured(address: tuple[int, int], taps: list[Tap], connections: int) -> Figures:
    """Every tap once; ready requests, so that nothing but the server's work is measured."""
    port, pid = address
    requests = [request(tap, port) for tap in taps]
    before = cpu_seconds(pid)
    found = load(port, requests, connections)
    used = cpu_seconds(pid) - before
    if found["answered"] != len(taps) or found["replied"] != len(taps):
        raise RuntimeError(str(found))
    return Figures(len(taps) / found["seconds"], 1e6 * used / len(taps), found["p50_ms"], found["p99_ms"])


def load(port: int, requests: list[bytes], connections: int) -> dict[str, float]:
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
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--taps", type=int, default=1000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--only", choices=("sqlite", "postgresql"), default=None)
    asked = parser.parse_args()
    print(f"{asked.turns} turns of {asked.taps} taps, {asked.connections} connections")
    figures: dict[str, list[Figures]] = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        urls: dict[str, str] = {}
        if asked.only != "postgresql":
            urls[f"SQLite {JOURNAL_MODE}, synchronous=FULL"] = f"sqlite:///{folder}/answers.db"
        if asked.only != "sqlite":
            server = stack.enter_context(postgres(durable=True))
            urls["PostgreSQL, fsync on"] = asyncio.run(server.create("answers"))
        taps: list[Tap] = []
        for url in urls.values():
            taps = asyncio.run(prepared(url, asked.turns * asked.taps))
        servers = {BASELINE: stack.enter_context(running("benchmarks.baseline_server"))}
        for name, url in urls.items():
            servers[name] = stack.enter_context(running("benchmarks.subject_server", url))
        for port, _ in servers.values():
            load(port, [request(Tap("nobody", "daily:x", n), port) for n in range(300)], asked.connections)
        for turn in range(asked.turns):
            slice_ = taps[turn * asked.taps : (turn + 1) * asked.taps]
            for name, address in servers.items():
                figures.setdefault(name, []).append(measured(address, slice_, asked.connections))
    for name, found in figures.items():
        compare(name, figures[BASELINE], found)


if __name__ == "__main__":
    main()
