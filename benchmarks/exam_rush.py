"""The rush of an exam: answers of open sittings through the real callback path, each on disk before it is told.

Prints answers a second and CPU an answer as ratios to a storage-free handler (`baseline_server`) of the same run,
the median over turns, with latencies; and that all answers are in the database. Aim: ratio ≥ 0.8, p99 ≤ 50 ms.

`python -m benchmarks.exam_rush [--sitters 10000] [--answers 20000] [--turn 1000] [--connections 64]`
"""

import argparse
import asyncio
import contextlib
import tempfile

from benchmarks import exam_city
from benchmarks.acts import Tap, request
from benchmarks.answer_path import BASELINE, Figures, compare, load, measured, running
from storage.database import JOURNAL_MODE, open_database
from tests.postgres import server as postgres


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sitters", type=int, default=10_000)
    parser.add_argument("--answers", type=int, default=20_000)
    parser.add_argument("--turn", type=int, default=1000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--only", choices=("sqlite", "postgresql"), default=None)
    asked = parser.parse_args()
    print(f"{asked.answers} answers of {asked.sitters} sitters, {asked.connections} connections")
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        urls: dict[str, str] = {}
        if asked.only != "postgresql":
            urls[f"SQLite {JOURNAL_MODE}, synchronous=FULL"] = f"sqlite:///{folder}/exam.db"
        if asked.only != "sqlite":
            urls["PostgreSQL, fsync on"] = asyncio.run(stack.enter_context(postgres(durable=True)).create("exam"))
        for url in urls.values():
            asyncio.run(exam_city.sitting(url, asked.sitters))
        taps = exam_city.taps(asked.sitters, asked.answers)
        figures = rushed(stack, urls, taps, asked.turn, asked.connections)
        for name, url in urls.items():
            compare(name, figures[BASELINE], figures[name])
            print(f"    {asyncio.run(on_disk(url))} of {len(taps)} answers are on disk")


def rushed(
    stack: contextlib.ExitStack, urls: dict[str, str], taps: list[Tap], turn: int, connections: int
) -> dict[str, list[Figures]]:
    servers = {BASELINE: stack.enter_context(running("benchmarks.baseline_server"))}
    for name, url in urls.items():
        servers[name] = stack.enter_context(running("benchmarks.subject_server", url))
    for port, _ in servers.values():
        load(port, [request(Tap("nobody", "exam:0:0:A", n), port) for n in range(300)], connections)
    figures: dict[str, list[Figures]] = {}
    for begin in range(0, len(taps), turn):
        for name, address in servers.items():
            figures.setdefault(name, []).append(measured(address, taps[begin : begin + turn], connections))
    return figures


async def on_disk(url: str) -> int:
    database = open_database(url)
    found = await exam_city.kept(database)
    await database.close()
    return found


if __name__ == "__main__":
    main()
