"""Several at once: processes, broadcasts and merged numbers do not get into each other's way."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select, update

from handlers.actions import broadcast_sending as sending
from handlers.actions import broadcast_statistics, merging
from handlers.actions.broadcast_sending import next_slice
from handlers.broadcast_clock import BroadcastClock
from storage import tables, wishes
from storage.database import Database
from tests.databases import on_postgresql
from tests.handlers import broadcast_town as town
from tests.handlers.broadcast_town import NOTICE, NOW, RULES, clock, placed, run, sent
from tests.handlers.city import add_person, populate
from tests.handlers.quiz_city import staged
from tests.handlers.stage import MONDAY, at
from tests.handlers.test_quiz_merging import confirmed
from training.broadcasts import Broadcast, Kind, Settings
from training.calendar import monday_of
from training.wishes import Wishes

STATISTICS = Settings(Kind.STATISTICS, title="进度")


@pytest.mark.parametrize("muted", [False, True])
@pytest.mark.parametrize("settings", [NOTICE, Settings(Kind.QUIZ, questions=("s1",))], ids=["notice", "quiz"])
async def test_a_merge_in_the_middle_of_sending(
    database: Database, monkeypatch: pytest.MonkeyPatch, settings: Settings, *, muted: bool
) -> None:
    """R1, who was met, becomes R9, who was not: met once, and left out only for what is so of R9."""
    monkeypatch.setattr(sending, "SLICE_PERSONS", 1)
    await populate(database)
    async with database.write() as tx:
        await add_person(tx, "R6", "second", name="何芳", role="city_admin")
        await add_person(tx, "R9", "zhou9", name="周敏")
        await wishes.mark_privacy_shown(tx, ["R6", "R9"], at(MONDAY, "08:00"))
        if muted:
            await wishes.keep(tx, "R1", Wishes(mute_notices=True))
    stage = staged(database)
    made = await placed(database, settings, now=stage.clock())
    works = clock()
    for _ in range(2):
        await works.tick(database, stage.clock())
    assert (await town.receivers(database, made.number))["R1"] == ("muted" if muted else "")
    async with database.read() as tx:
        changes = await merging.proposed(tx, stage.rules, "R1", "R9", stage.clock())
    await confirmed(stage, changes)
    async with database.write() as tx:
        await wishes.keep(tx, "R9", Wishes())
    await run(database, stage.clock(), works)
    assert (await town.one(database, made.number)).state == "open"
    kept = await town.receivers(database, made.number)
    assert set(kept) == {"R2", "R3", "R4", "R5", "R6", "R9"} and set(kept.values()) == {""}
    names = [name for row in await sent(database) for name in row.receivers.split("|")]
    mine = sorted(name for name in names if name.startswith("zhou"))
    assert mine == (["zhou", "zhou9"] if muted else ["zhou"])


@on_postgresql
async def test_two_broadcasts_never_go_beyond_the_budget(database: Database) -> None:
    """Both find one push left, and one of them is first."""
    budget = RULES.compliance.push_budget_per_week
    await town.build(database)
    await town.fill(database, 3)
    await town.pushed(database, "P0000", times=budget - 1)
    pair = [await placed(database, replace(NOTICE, text=text)) for text in ("一", "二")]
    async with database.write() as tx:
        await tx.execute(update(tables.broadcast).values(state="sending"))
    works = clock()

    async def go(one: Broadcast, wait: float) -> None:
        async with database.write() as tx:
            cut = await next_slice(tx, RULES, one, ("wecom",), NOW)
            assert cut is not None
            await works._queue(tx, one, cut.parts, NOW)
            await works._advance(tx, one, cut, NOW)
            await asyncio.sleep(wait)

    await asyncio.gather(go(pair[0], 0.5), go(pair[1], 0))
    week = tables.push_week.c
    async with database.read() as tx:
        rows = await tx.execute(select(week.person, week.pushes).where(week.week == monday_of(MONDAY)))
        assert dict(rows.all())["P0000"] == budget
    left = [(await town.receivers(database, one.number))["P0000"] for one in pair]
    assert sorted(left) == ["", "budget"]
    names = [name for row in await sent(database) for name in row.receivers.split("|")]
    assert names.count("p0000") == 1 and names.count("p0001") == 2


# ---- figures --------------------------------------------------------------------------------------------------


@pytest.fixture
async def big(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """202 people in pages of 20, a page a look; whose figures were looked up, in order."""
    monkeypatch.setattr(broadcast_statistics, "SLICE_PERSONS", 20)
    monkeypatch.setattr(broadcast_statistics, "PAGES_A_LOOK", 1)
    seen: list[str] = []
    real: Any = broadcast_statistics.load_standings

    async def noted(tx: Any, rules: Any, persons: list[str], year: int) -> Any:
        seen.extend(persons)
        return await real(tx, rules, persons, year)

    monkeypatch.setattr(broadcast_statistics, "load_standings", noted)
    await town.build(database)
    await town.fill(database, 200)
    return seen


async def test_figures_hold_nobody_else_up(database: Database, big: list[str]) -> None:
    figures = await placed(database, STATISTICS)
    other = await placed(database, town.to("P0001"))
    works = clock()
    for _ in range(2):
        await works.tick(database, NOW)
    states = [(await town.one(database, one.number)).state for one in (figures, other)]
    assert states == ["planned", "open"] and len(big) == 40
    await run(database, works=works)
    [said] = [row.body.decode() for row in await sent(database) if "统计" in row.body.decode()]
    assert "共 202 人" in said and len(big) == len(set(big)) == 202


async def test_several_processes_count_each_once(database: Database, big: list[str]) -> None:
    made = await placed(database, STATISTICS)
    works: list[BroadcastClock] = [clock(), clock(), clock()]
    for _ in range(14):
        await asyncio.gather(*(one.tick(database, NOW) for one in works))
    assert (await town.one(database, made.number)).state == "open"
    assert len(big) == len(set(big)) == 202


async def test_who_died_while_counting_is_taken_over_from(
    database: Database, big: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await placed(database, STATISTICS)
    counting: Any = broadcast_statistics.load_standings

    async def dies(*_: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(broadcast_statistics, "load_standings", dies)
    with pytest.raises(ConnectionError):
        await clock().tick(database, NOW)
    monkeypatch.setattr(broadcast_statistics, "load_standings", counting)
    await clock().tick(database, NOW + broadcast_statistics.LEASE / 2)
    assert big == []
    await run(database, NOW + broadcast_statistics.LEASE)
    assert (await town.one(database, made.number)).state == "open" and len(big) == 202


async def test_figures_that_are_old_are_counted_anew(database: Database, big: list[str]) -> None:
    await placed(database, STATISTICS)
    await clock().tick(database, NOW)
    later = NOW + 2 * broadcast_statistics.STALE
    await run(database, later)
    assert len(big) == 222
    assert f"截至11月23日 {12}:00" in (await sent(database))[0].body.decode()
