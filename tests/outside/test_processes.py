"""Several processes on one PostgreSQL, killed and frozen at random: nothing twice, nothing missed, no long gap."""

import asyncio
import itertools
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from storage import jobs
from storage.database import Database
from storage.tables import job_run, outbox
from tests.databases import on_postgresql
from tests.outside import clock_child
from tests.outside.cards import Card
from tests.outside.conftest import Place, new_house
from tests.outside.files import staff
from tests.outside.house import House
from tests.outside.installation import Installation

SEED = 20261123
PROCESSES = 3
LONGEST_GAP_SECONDS = 2.0
TURN_SECONDS = 3  # one of three should have got a slot by then
CONNECTIONS = 12
ANSWERS = 200
SECOND = timedelta(seconds=1)
RUNS = [pytest.param(6, id="6s"), pytest.param(60, id="60s", marks=pytest.mark.long)]
on_its_sqlite = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
on_its_postgresql = pytest.mark.parametrize("place", ["postgresql"], indirect=True)


@dataclass
class Clocks:
    """Three clocks on one database; one at a time is stopped or killed, by chance or in the middle of a slot."""

    url: str
    log: Path
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    children: list[asyncio.subprocess.Process] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)

    async def start(self) -> asyncio.subprocess.Process:
        root = str(Path(__file__).parents[2])
        with self.log.open("ab") as log:
            child = await asyncio.create_subprocess_exec(
                sys.executable, clock_child.__file__ or "", self.url,
                env={**os.environ, "PYTHONPATH": root}, stdout=asyncio.subprocess.PIPE, stderr=log,
            )  # fmt: skip
        assert child.stdout is not None
        assert await child.stdout.readline() == b"running\n", self.log.read_text()[-3000:]
        return child

    async def storm(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        self.children = list(await asyncio.gather(*(self.start() for _ in range(PROCESSES))))
        await asyncio.sleep(1)
        for number in itertools.count():
            if time.monotonic() > ends and number >= 2:
                break
            await self._strike((signal.SIGUSR1, signal.SIGUSR2, signal.SIGSTOP, signal.SIGKILL)[number % 4])
        await asyncio.sleep(1)

    async def _strike(self, how: signal.Signals) -> None:
        await asyncio.sleep(self.chance.random())
        victim = await self._frozen_in_a_slot() if how == signal.SIGUSR1 else await self._struck(how)
        self.struck[how.name] += 1
        if how in (signal.SIGSTOP, signal.SIGUSR1):
            await asyncio.sleep(self.chance.uniform(1.5, 3.5))
            victim.send_signal(signal.SIGCONT)
            await asyncio.sleep(0.5)
        else:
            await victim.wait()
            self.children[self.children.index(victim)] = await self.start()

    async def _struck(self, how: signal.Signals) -> asyncio.subprocess.Process:
        victim = self.chance.choice(self.children)
        victim.send_signal(how)
        if not await fallen([victim]):  # it never got a slot
            victim.kill()
        return victim

    async def _frozen_in_a_slot(self) -> asyncio.subprocess.Process:
        """Whoever gets the next slot; the others wait for it and are pardoned."""
        for child in self.children:
            child.send_signal(signal.SIGUSR1)
        victim = await fallen(self.children)
        assert victim is not None, "nobody got a slot"
        for child in self.children:
            if child is not victim:
                child.send_signal(signal.SIGHUP)
        return victim

    async def stop(self) -> None:
        for child in self.children:
            if child.returncode is None:
                child.kill()
                await child.wait()


async def fallen(children: Sequence[asyncio.subprocess.Process]) -> asyncio.subprocess.Process | None:
    """The one that is dead or stopped, within the time in which it should have got a slot."""
    ends = time.monotonic() + TURN_SECONDS
    while time.monotonic() < ends:
        for child in children:
            if child.returncode is not None or is_stopped(child.pid):
                return child
        await asyncio.sleep(0.02)
    return None


def is_stopped(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "TZ"
    except (FileNotFoundError, ProcessLookupError):
        return True


@asynccontextmanager
async def stalls() -> AsyncIterator[list[float]]:
    """How long this process, which does next to nothing, was kept waiting by the machine; in seconds."""
    found = [0.0]

    async def doze() -> None:
        while True:
            begun = time.monotonic()
            await asyncio.sleep(0.05)
            found.append(time.monotonic() - begun - 0.05)

    dozing = asyncio.create_task(doze())
    yield found
    dozing.cancel()


async def slots_and_effects(database: Database) -> tuple[list[datetime], list[float]]:
    """When they were due, and when (in seconds) the effects were there that have been committed."""
    run = job_run.c
    async with database.read() as tx:
        slots = (await tx.execute(select(run.due_at, run.outcome).order_by(run.due_at))).all()
        refs = (await tx.execute(select(outbox.c.ref))).scalars()
        effects = sorted(int(ref.partition("-")[0]) / 1e9 for ref in refs)
    assert {outcome for _, outcome in slots} == {jobs.RAN}
    return [due_at for due_at, _ in slots], effects


@on_postgresql
@pytest.mark.parametrize("seconds", RUNS)
async def test_every_slot_fires_once_however_often_one_dies(
    database: Database, tmp_path: Path, seconds: int
) -> None:
    clocks = Clocks(database.url.render_as_string(hide_password=False), tmp_path / "clocks.log")
    async with stalls() as stalled:
        try:
            await clocks.storm(seconds)
        finally:
            await clocks.stop()
    due, effects = await slots_and_effects(database)
    late = [at - due_at.timestamp() for due_at, at in zip(due, effects, strict=True)]
    gaps = [after - before for before, after in itertools.pairwise(effects)]
    log, slow = clocks.log.read_text(), max(stalled)
    print(  # noqa: T201
        f"{len(due)} slots, {dict(clocks.struck)}: longest gap {max(gaps):.2f} s, latest {max(late):.2f} s,"
        f" {log.count('job_cut_off')} cut off; the machine stalled {slow:.2f} s"
    )
    assert [after - before for before, after in itertools.pairwise(due)] == [SECOND] * (len(due) - 1)
    assert len(due) >= seconds
    assert clocks.struck.total() >= 2
    assert max(gaps) <= LONGEST_GAP_SECONDS + slow
    assert "job_failed" not in log
    assert "Traceback" not in log


@dataclass
class Doors:
    """Members answer today's question at any of the doors; whoever hears nothing tries another one."""

    doors: list[House]
    card: Card
    waiting: list[str]
    said: int = 0
    late: int = 0
    slowest: float = 0  # seconds

    async def work(self, chance: random.Random) -> None:
        while self.waiting:
            account = self.waiting.pop()
            tap = self.card.choose(chance.choice("ABCD"))
            xml = self.doors[0].client.tap(account, self.card, tap, created=int(time.time()))
            await self._insist(xml, chance)
            self.said += 1
            await asyncio.sleep(chance.uniform(0.1, 0.4))

    async def _insist(self, xml: str, chance: random.Random) -> None:
        while True:
            begun = time.monotonic()
            try:
                delivery = await chance.choice(self.doors).send(xml)
            except (aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(0.05)
                continue
            self.slowest = max(self.slowest, time.monotonic() - begun)
            if delivery.reply is None:  # taken in, while a frozen one held everybody: the reply is pushed
                self.late += 1
            else:
                assert delivery.reply.kind == "update_template_card"
            return


def beside(house: House, folder: Path) -> House:
    """Another process of the same bot, with a port of its own."""
    folder.mkdir()
    shutil.copy(house.installation.folder / "config.toml", folder / "config.toml")
    other = Installation(folder, house.installation.database_url)
    other.configure(server={"port": other.port})
    door = House(other, house.wecom, house.keys)
    door.session = house.session
    return door


@asynccontextmanager
async def three(house: House, folder: Path) -> AsyncIterator[list[House]]:
    """Running; the first one is stopped by the fixture."""
    doors = [house, *(beside(house, folder / name) for name in ("second", "third"))]
    try:
        await asyncio.gather(*(door.installation.start() for door in doors))
        yield doors
    finally:
        codes = [await door.installation.stop() for door in doors[1:] if door.installation.serving]
    assert codes == [0, 0]


async def hurt(doors: list[House], load: Doors) -> None:
    """Kill -9 of one, and another is frozen for longer than it may hold the others; the first is started again."""
    await asyncio.sleep(0.5)
    await doors[1].installation.kill()
    frozen = doors[2].installation._serving
    assert frozen is not None
    frozen.send_signal(signal.SIGSTOP)
    await asyncio.gather(asyncio.sleep(3.5), doors[1].installation.start())
    frozen.send_signal(signal.SIGCONT)
    assert load.waiting, "too little load to show anything"


@on_its_postgresql
async def test_three_bots_are_one(house: House, tmp_path: Path) -> None:
    people = {one.account: one.number for one in staff()[:ANSWERS]}
    async with three(house, tmp_path) as doors:
        await house.push("--group", "staff")
        load = Doors(doors, await house.card("Staff1"), list(people))
        async with asyncio.TaskGroup() as group:
            group.create_task(hurt(doors, load))
            for n in range(CONNECTIONS):
                group.create_task(load.work(random.Random(n)))
        logs = [door.installation.log for door in doors]
    lines = await house.ledger(tmp_path)
    assert Counter(line["人员编号"] for line in lines) == Counter(people.values())
    fetched = len(house.wecom.of("gettoken"))
    print(f"{load.said} answers, {load.late} told later, slowest {load.slowest:.2f} s; {fetched} tokens")  # noqa: T201
    assert {len(house.wecom.cards(account)) for account in people} == {1}
    sent = [call.raw for call in house.wecom.of("message/send")]
    assert len(sent) == len(set(sent))
    assert fetched <= 2
    for log in logs:
        assert "Traceback" not in log and '"exception"' not in log


@on_its_sqlite
async def test_a_second_one_on_sqlite_is_refused_and_commands_work_beside_the_first(
    house: House, tmp_path: Path
) -> None:
    await house.installation.start()
    second = beside(house, tmp_path / "second").installation
    refused = await second.run("serve")
    assert (refused.code, refused.out) == (1, "")
    assert "已有一个 xuefa serve 在运行" in refused.err.splitlines()[-1]
    assert "Traceback" not in refused.err
    assert (await second.done("ledger", "verify"))["lines"] == 0
    assert (await house.say("Staff1", "帮助")).words


@on_its_postgresql
async def test_three_that_start_on_an_empty_database_migrate_it_once(place: Place, tmp_path: Path) -> None:
    first = Installation(tmp_path, await place.url(tmp_path))
    assert (await first.run("init")).code == 0
    async with new_house(first) as house:
        others = [beside(house, tmp_path / name).installation for name in ("b", "c")]
        try:
            await asyncio.gather(*(one.start() for one in (first, *others)))
        finally:
            ended = [await one.stop() for one in others if one.serving]
        assert ended == [0, 0]
