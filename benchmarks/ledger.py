"""The ledger when it is long: files of it, the bot beside that, sums over it, and verifying it.

- files: CPU of a process that writes a year's lines as csv or xlsx, less that of one with nothing to write, over
  that of `csv.writer` for the same rows, which are read before its clock starts; and its peak of memory with a
  hundredth of the lines. To reach: ≤ 2.5 and the same memory.
- beside: p99 of taps on SQLite while `xuefa ledger export` runs again and again, over p99 without. To reach: ≤ 2.
- sums: time of a person's plan and of a unit's summary at all lines over that at 10,000. To reach: about 1.
- verify: lines a second at a tenth of the lines and at all. To reach: about the same.

`python -m benchmarks.ledger [--lines 1000000] [--only files|beside|sums|verify]`
"""

import argparse
import asyncio
import contextlib
import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import big_ledger
from benchmarks.acts import Tap, request
from benchmarks.answer_path import load, running
from benchmarks.big_ledger import YEAR
from benchmarks.city import prepared
from bot import reports
from handlers.actions import hours, ledgers
from handlers.actions.summaries import summary
from storage import people
from storage.database import Database, open_database
from storage.scope import EVERYTHING
from training.rules import Rules
from training.summaries import Cut

FEW = 10_000
YEAR_LINES = 1_000_000  # at most; what is before belongs to earlier years
ROUNDS = 3
TURNS = 10
TAPS = 1000
CONNECTIONS = 64
PROCESS = """
import asyncio, json, re, resource, sys
from pathlib import Path
from benchmarks.ledger import write_file
asyncio.run(write_file(sys.argv[1], Path(sys.argv[2])))
spent = resource.getrusage(resource.RUSAGE_SELF)
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
print(json.dumps({"cpu": spent.ru_utime + spent.ru_stime, "mib": int(peak) / 1024}))
"""


async def filled(url: str, lines: int) -> None:
    database = open_database(url)
    await big_ledger.city(database)
    years = range(YEAR - (lines - 1) // YEAR_LINES, YEAR + 1) if lines else range(0)
    for year in years:
        count = min(YEAR_LINES, lines - (YEAR - year) * YEAR_LINES)
        await big_ledger.lengthen(database, 0, count, year=year)
        await big_ledger.keep_sums(database, count, year)
    await database.close()


async def write_file(url: str, out: Path) -> None:
    database = open_database(url)
    report = await reports.asked(database, Rules(), reports.LINES, YEAR, [], Cut(), datetime.now(UTC))
    await reports.write_lines(database, report, out)
    await database.close()


def in_a_process(url: str, out: Path) -> dict[str, float]:
    command = [sys.executable, "-c", PROCESS, url, str(out)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def files(urls: dict[int, str], folder: Path) -> None:
    most = max(urls)
    idle = in_a_process(urls[0], folder / "idle.csv")["cpu"]
    few = {ending: in_a_process(urls[FEW], folder / f"few{ending}")["mib"] for ending in reports.ENDINGS}
    runs = {ending: [in_a_process(urls[most], folder / f"a{ending}") for _ in range(ROUNDS)] for ending in few}
    with (folder / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if row[0].isdecimal()]
    base = statistics.median(csv_seconds(rows, folder / "base.csv") for _ in range(ROUNDS))
    print(f"{len(rows)} lines; csv.writer alone: {base:.1f} s of CPU")
    for ending, found in runs.items():
        spent = statistics.median(run["cpu"] for run in found) - idle
        print(
            f"  {ending:<6} CPU {spent / base:5.2f} of that; {found[0]['mib']:4.0f} MiB, "
            f"{few[ending]:4.0f} for {FEW} lines"
        )


def csv_seconds(rows: list[list[str]], out: Path) -> float:
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        begun = time.process_time()
        csv.writer(file).writerows(rows)
        return time.process_time() - begun


def beside(urls: dict[int, str], folder: Path) -> None:
    url = urls[max(urls)]
    taps = asyncio.run(prepared(url, 2 * TURNS * TAPS))
    (folder / "config.toml").write_text(f'[database]\nurl = "{url}"\n', encoding="utf-8")
    alone, disturbed = [], []
    with running("benchmarks.subject_server", url) as (port, _):
        load(port, [request(Tap("nobody", "daily:x", n), port) for n in range(300)], CONNECTIONS)
        for turn in range(TURNS):
            now = taps[2 * turn * TAPS : 2 * (turn + 1) * TAPS]
            alone.append(p99(port, now[:TAPS]))
            with exporting(folder):
                disturbed.append(p99(port, now[TAPS:]))
    ratio = statistics.median(d / a for a, d in zip(alone, disturbed, strict=True))
    before, then = statistics.median(alone), statistics.median(disturbed)
    print(f"beside an export p99 {ratio:5.2f} of what it is alone ({before:.1f} and {then:.1f} ms)")


def p99(port: int, taps: list[Tap]) -> float:
    return load(port, [request(tap, port) for tap in taps], CONNECTIONS)["p99_ms"]


@contextlib.contextmanager
def exporting(folder: Path) -> Iterator[None]:
    words = ["ledger", "export", "--year", str(YEAR), "--out", "out.xlsx", "--config", "config.toml"]
    process = subprocess.Popen([sys.executable, "-m", "bot", *words], cwd=folder, stdout=subprocess.DEVNULL)
    time.sleep(2.5)  # it is in the middle of its rows
    try:
        yield
        if process.poll() is not None:
            raise RuntimeError("the export ended too soon")
    finally:
        process.kill()
        process.wait()


async def seconds(work: Callable[[], Awaitable[object]], rounds: int) -> float:
    await work()
    begun = time.perf_counter()
    for _ in range(rounds):
        await work()
    return (time.perf_counter() - begun) / rounds


async def sums_in(url: str) -> tuple[float, float]:
    """Seconds for a person and for a unit of 50."""
    database = open_database(url)
    now = datetime(YEAR, 11, 23, 8, tzinfo=UTC)
    report = await reports.asked(database, Rules(), reports.SUMMARY, YEAR, ["U007"], Cut(), now)

    async with database.read() as tx:
        (somebody,) = await people.every(tx, EVERYTHING, after=big_ledger.person(7), at_most=1)

    async def person() -> None:
        async with database.read() as tx:
            await hours.my_hours(tx, Rules(), somebody, now)
            await hours.my_lines(tx, somebody, now)

    unit = await seconds(lambda: summary(database, Rules(), report.wanted), 5)
    alone = await seconds(person, 200)
    await database.close()
    return alone, unit


def sums(urls: dict[int, str]) -> None:
    few, most = asyncio.run(sums_in(urls[FEW])), asyncio.run(sums_in(urls[max(urls)]))
    for name, short, long in zip(("person", "unit"), few, most, strict=True):
        print(f"{name:<6} {1000 * long:7.2f} ms at {max(urls)} lines, {long / short:5.2f} of that at {FEW}")


async def verified(url: str) -> float:
    """Seconds."""
    database: Database = open_database(url)
    begun = time.process_time()
    await ledgers.verify(database, None)
    spent = time.process_time() - begun
    await database.close()
    return spent


def verify(urls: dict[int, str]) -> None:
    for lines in sorted(urls)[1:]:
        print(f"verify {lines / asyncio.run(verified(urls[lines])):8.0f} lines a second of CPU at {lines} lines")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--only", choices=("files", "beside", "sums", "verify"), default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        urls = {lines: f"sqlite:///{folder}/{lines}.db" for lines in (0, FEW, asked.lines)}
        for lines, url in urls.items():
            asyncio.run(filled(url, lines))
        parts: dict[str, Callable[[], None]] = {
            "files": lambda: files(urls, folder),
            "sums": lambda: sums(urls),
            "verify": lambda: verify(urls),
            "beside": lambda: beside(urls, folder),
        }
        for name, part in parts.items():
            if asked.only in (None, name):
                part()


if __name__ == "__main__":
    main()
