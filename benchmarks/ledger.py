"""The ledger when it is long: files of it, the bot beside that, sums over it, and verifying it.

- files: CPU of `xuefa ledger export`, less what it needs with nothing to write, over that of `csv.writer` for the
  same rows, which are read before its clock starts; and its peak of memory, with all lines and with 10,000.
  To reach: ≤ 2.5 and the same memory.
- beside: p99 of taps on SQLite while `xuefa ledger export` runs again and again, over p99 without. To reach: ≤ 2.
- sums: time of a person's hours and of a unit's summary with all lines, all but 10,000 of them in earlier years,
  over that with the 10,000 alone. To reach: about 1.
- verify: lines a second at a tenth of the lines and at all. To reach: about the same.

`python -m benchmarks.ledger [--lines 1000000] [--only files|beside|sums|verify]`
"""

import argparse
import asyncio
import contextlib
import csv
import os
import resource
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
YEAR_LINES = 1_000_000
ROUNDS = 3
TURNS = 10
TAPS = 1000
CONNECTIONS = 64


async def filled(url: str, lines: int, *, this_year: int = YEAR_LINES) -> None:
    """At most so many of this year; what is before belongs to earlier years."""
    database = open_database(url)
    await big_ledger.city(database)
    year, left = YEAR, lines
    counts = {}
    while left:
        counts[year] = min(left, this_year if year == YEAR else YEAR_LINES)
        year, left = year - 1, left - counts[year]
    for year, count in reversed(counts.items()):
        await big_ledger.lengthen(database, 0, count, year=year)
        await big_ledger.keep_sums(database, count, year)
    await database.close()


def exported(url: str, out: Path) -> dict[str, float]:
    """CPU and peak of memory of `xuefa ledger export`."""
    already = resource.getrusage(resource.RUSAGE_CHILDREN)
    before = already.ru_utime + already.ru_stime
    process, peak = export_to(url, out), 0
    while process.poll() is None:  # what the system reports at the end began with this process's own size
        with contextlib.suppress(OSError, IndexError):
            peak = int(Path(f"/proc/{process.pid}/status").read_text().split("VmHWM:")[1].split()[0])
        time.sleep(0.05)
    if process.returncode:
        raise RuntimeError(str(process.returncode))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"cpu": after.ru_utime + after.ru_stime - before, "mib": peak / 1024}


def export_to(url: str, out: Path) -> "subprocess.Popen[bytes]":
    config = out.parent / "config.toml"
    config.touch()
    words = ["ledger", "export", "--year", str(YEAR), "--out", str(out), "--config", str(config)]
    environment = os.environ | {"XUEFA_DATABASE__URL": url}
    return subprocess.Popen([sys.executable, "-m", "bot", *words], env=environment, stdout=subprocess.DEVNULL)


def files(urls: dict[int, str], folder: Path) -> None:
    """In turns, because these machines change their speed from one second to the next."""
    most = max(urls)
    few = {ending: exported(urls[FEW], folder / f"few{ending}")["mib"] for ending in reports.ENDINGS}
    exported(urls[most], folder / "a.csv")
    with (folder / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if row[0].isdecimal()]
    ratios: dict[str, list[float]] = {ending: [] for ending in few}
    peaks, bases = dict.fromkeys(few, 0.0), []
    for _ in range(ROUNDS):
        for ending in few:
            before = csv_seconds(rows, folder / "base.csv")
            idle = exported(urls[0], folder / "idle.csv")["cpu"]
            run = exported(urls[most], folder / f"a{ending}")
            bases.append((before + csv_seconds(rows, folder / "base.csv")) / 2)
            ratios[ending].append((run["cpu"] - idle) / bases[-1])
            peaks[ending] = run["mib"]
    print(f"{len(rows)} lines; csv.writer alone: {statistics.median(bases):.1f} s of CPU")
    for ending, found in ratios.items():
        spread = f"{min(found):.2f} to {max(found):.2f}"
        memory = f"{peaks[ending]:4.0f} MiB, {few[ending]:4.0f} for {FEW} lines"
        print(f"  {ending:<6} CPU {statistics.median(found):5.2f} of that ({spread}); {memory}")


def csv_seconds(rows: list[list[str]], out: Path) -> float:
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        begun = time.process_time()
        csv.writer(file).writerows(rows)
        return time.process_time() - begun


def beside(urls: dict[int, str], folder: Path) -> None:
    url = urls[max(urls)]
    taps = asyncio.run(prepared(url, 2 * TURNS * TAPS))
    alone, disturbed = [], []
    with running("benchmarks.subject_server", url) as (port, _):
        load(port, [request(Tap("nobody", "daily:x", n), port) for n in range(300)], CONNECTIONS)
        for turn in range(TURNS):
            now = taps[2 * turn * TAPS : 2 * (turn + 1) * TAPS]
            alone.append(p99(port, now[:TAPS]))
            with exporting(url, folder / "out.xlsx"):
                disturbed.append(p99(port, now[TAPS:]))
    ratio = statistics.median(d / a for a, d in zip(alone, disturbed, strict=True))
    before, then = statistics.median(alone), statistics.median(disturbed)
    print(f"beside an export p99 {ratio:5.2f} of what it is alone ({before:.1f} and {then:.1f} ms)")


def p99(port: int, taps: list[Tap]) -> float:
    return load(port, [request(tap, port) for tap in taps], CONNECTIONS)["p99_ms"]


@contextlib.contextmanager
def exporting(url: str, out: Path) -> Iterator[None]:
    process = export_to(url, out)
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

    unit = await seconds(lambda: summary(database, Rules(), report.wanted), 5)
    alone = await seconds(person, 200)
    await database.close()
    return alone, unit


def sums(urls: dict[int, str], folder: Path) -> None:
    most, url = max(urls), f"sqlite:///{folder}/years.db"
    asyncio.run(filled(url, most, this_year=FEW))
    few, lots = asyncio.run(sums_in(urls[FEW])), asyncio.run(sums_in(url))
    for name, short, long in zip(("person", "unit"), few, lots, strict=True):
        print(f"{name:<6} {1000 * long:7.2f} ms with {most} lines, {long / short:5.2f} of that with {FEW}")


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
            "sums": lambda: sums(urls, folder),
            "verify": lambda: verify(urls),
            "beside": lambda: beside(urls, folder),
        }
        for name, part in parts.items():
            if asked.only in (None, name):
                part()


if __name__ == "__main__":
    main()
