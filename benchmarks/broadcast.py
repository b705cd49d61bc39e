"""A broadcast to everybody: preparing its requests, and recording what became of them, without any network.

- calls: of n receivers of the same content exactly ⌈n / 1000⌉, for a notice and for a quiz; anything else stops it.
- prepare: CPU seconds of `BroadcastClock` from the order to the last queued request.
- record: CPU seconds of claiming and finishing every request as the sender does it.
- memory: what the peak of the process grew by, over the same with 10,000 receivers. SQLite's caches fill with the
  database, up to 80 MiB; `--cache 1024` leaves them out.
  To reach: prepare and record together ≤ 60 s for 1,000,000, growing with the receivers, and the same memory.

`python -m benchmarks.broadcast [--most 1000000] [--cache KiB] [--url postgresql://…]` (an empty database)
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from bot.channels import wecom_drafts
from handlers.actions import broadcast_setting
from handlers.broadcast_clock import BroadcastClock
from handlers.holding import always
from handlers.message import Push
from question_bank.questions import Kind as QuestionKind
from question_bank.questions import Question
from storage import database as engines
from storage import migrating, outbox, questions, tables
from storage.database import Database, open_database
from storage.outbox import Draft, Ending, State
from training.broadcasts import Kind, Settings
from training.rules import Rules

SIZES = (10_000, 100_000, 1_000_000)
RECEIVERS = 1000
UNITS = 300
CHUNK_PERSONS = 20_000
CLAIMED = 20
NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
CHANNEL = "wecom"
QUESTION = Question("s1", QuestionKind.SINGLE, "罚款的设定权属于谁？", ("办公室", "法律", "单位", "个人"), ("B",))
ORDERS = {
    "notice": Settings(Kind.NOTICE, title="宪法宣传周安排", text="请各单位落实。" * 20),
    "quiz": Settings(Kind.QUIZ, title="宪法宣传周", questions=("s1",), credit=10),
}


async def roll(database: Database, persons: int) -> None:
    """Written as rows, because what is measured here is not the import."""
    await migrating.upgrade(database)
    fixed = {"name": "人员", "category": "staff", "mark": False, "group": "staff", "role": "learner"}
    fixed |= {"managed_units": "", "status": "在岗", "pushes": True}
    for begin in range(0, persons, CHUNK_PERSONS):
        numbers = [f"R{n:07d}" for n in range(begin, min(begin + CHUNK_PERSONS, persons))]
        units = [f"U{n % UNITS:03d}" for n in range(len(numbers))]
        known = {"channel": CHANNEL, "since": date(2026, 1, 1)}
        async with database.write() as tx:
            await tx.execute(insert(tables.person), [{"number": one, "created_at": NOW} for one in numbers])
            now = [{"number": one, "unit": unit, **fixed} for one, unit in zip(numbers, units, strict=True)]
            await tx.execute(insert(tables.person_now), now)
            await tx.execute(
                insert(tables.account), [{"account": n.lower(), "person": n, **known} for n in numbers]
            )
    async with database.write() as tx:
        await questions.add(tx, [("fold", QUESTION)], now=NOW, by="benchmark")


def freeze(push: Push, ref: str, mass: bool) -> Sequence[Draft]:
    return wecom_drafts.freeze(push, ref, 1000002, mass=mass)


async def prepared(database: Database, settings: Settings) -> float:
    """CPU seconds of queueing it to the last receiver."""
    clock, begun = BroadcastClock(Rules(), {CHANNEL: freeze}), time.process_time()
    async with database.write() as tx:
        await broadcast_setting.place(tx, Rules(), settings, sender=None, via="cli", now=NOW, awake=always)
    while await clock.tick(database, NOW):
        pass
    return time.process_time() - begun


async def recorded(database: Database) -> float:
    """CPU seconds of claiming and finishing everything that waits."""
    begun, now = time.process_time(), NOW + timedelta(minutes=1)
    while True:
        async with database.write() as tx:
            claimed = await outbox.claim(tx, CHANNEL, now, at_most=CLAIMED)
        if not claimed:
            return time.process_time() - begun
        now += timedelta(seconds=1)
        async with database.write() as tx:
            for one in claimed:
                ending = Ending(State.SENT, msgid="m" * 40, response_code="c" * 40)
                if not await outbox.finish(tx, one, ending, now):
                    raise RuntimeError(one.ref)


async def calls(database: Database) -> tuple[int, int]:
    """Requests and those of them that are sent."""
    sent = func.count().filter(tables.outbox.c.state == str(State.SENT))
    async with database.read() as tx:
        found = (await tx.execute(select(func.count(), sent).select_from(tables.outbox))).one()
    return int(found[0]), int(found[1])


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def one_size(url: str, persons: int) -> dict[str, dict[str, float]]:
    database = open_database(url)
    found: dict[str, dict[str, float]] = {}
    before = peak_mib()
    due, done = 0, 0
    for name, settings in ORDERS.items():
        prepare = await prepared(database, settings)
        record = await recorded(database)
        due += -(-persons // RECEIVERS)
        done, sent = await calls(database)
        if done != due or sent != due:
            raise RuntimeError(f"{name}: {done} calls, {sent} sent, instead of {due}")
        found[name] = {"prepare": prepare, "record": record, "mib": peak_mib() - before}
    await database.close()
    return found


def measured(url: str, persons: int, cache: int) -> dict[str, dict[str, float]]:
    """In a process of its own, whose peak of memory is that of the broadcast and not of making the roll."""
    for step in ("--fill", "--send"):
        words = [sys.executable, "-m", "benchmarks.broadcast", step, str(persons), "--url", url]
        words += ["--cache", str(cache)]
        said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    found: dict[str, dict[str, float]] = json.loads(said)
    return found


def report(sizes: Sequence[int], url: str, cache: int) -> None:
    first: dict[str, dict[str, float]] = {}
    for persons in sizes:
        with tempfile.TemporaryDirectory() as folder:
            found = measured(url or f"sqlite:///{Path(folder)}/city.db", persons, cache)
        first = first or found
        for name, of in found.items():
            whole, base = of["prepare"] + of["record"], first[name]["prepare"] + first[name]["record"]
            grown = f"{whole / base / (persons / sizes[0]):.2f} of linear from {sizes[0]}"
            print(
                f"{persons:>9} {name:<6} {-(-persons // RECEIVERS):>5} calls  prepare {of['prepare']:6.2f} s"
                f"  record {of['record']:5.2f} s  {whole / persons * 1e6:5.1f} µs each ({grown})"
                f"  memory +{of['mib']:.0f} MiB, +{first[name]['mib']:.0f} for {sizes[0]}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1])
    parser.add_argument("--url", default="")
    parser.add_argument("--cache", type=int, default=0, help="KiB for SQLite; 0 as in the bot")
    parser.add_argument("--fill", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--send", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.cache:
        engines.CACHE_KIBIBYTES = engines.READING_KIBIBYTES = given.cache  # type: ignore[misc]
    if given.fill:
        asyncio.run(_filled(given.url, given.fill))
    elif given.send:
        print(json.dumps(asyncio.run(one_size(given.url, given.send))))
    else:
        report([size for size in SIZES if size <= given.most][: 1 if given.url else None], given.url, given.cache)


async def _filled(url: str, persons: int) -> None:
    database = open_database(url)
    await roll(database, persons)
    await database.close()


if __name__ == "__main__":
    main()
