"""Reports by chat when something dies: the child, the bot, at every step. Always exactly one file, or one word."""

import asyncio
import os
import signal
from datetime import timedelta

import pytest

from storage.database import Database
from storage.reports import LEASE
from storage.tables import outbox, report_job
from tests.bot.desk import rows
from tests.bot.exporting import Died, Mortal, begun, children, column, exporter_of, files, table
from tests.databases import on_postgresql, on_sqlite
from tests.handlers.report_city import build
from tests.handlers.stage import Stage

FAILED = "报表（编号 1）没有生成成功，请稍后再试；如再次出现，请把编号告诉系统管理员。"
NAME = "<file 2026年度学时汇总（司法局及下级）20261123.xlsx>"
STEPS = 9  # before, at the end of and behind each of: the taking, the look before, the end


@pytest.fixture
async def stage(database: Database) -> Stage:
    await build(database)
    made = Stage(database)
    await made.phone("guan")("导出 汇总")
    return made


async def kill_child() -> None:
    """As soon as there is one."""
    for pid in await begun():
        os.kill(pid, signal.SIGKILL)


async def tries(stage: Stage) -> list[tuple[str, int]]:
    return await rows(stage.database, report_job.c.state, report_job.c.tries)


async def test_a_child_that_is_killed_is_started_again(stage: Stage) -> None:
    made = exporter_of(stage)
    await asyncio.gather(made.make_due(), kill_child())
    assert await tries(stage) == [("working", 1)]
    assert (await made.make_due(), files(stage)) == (False, [])
    stage.clock.on(seconds=11)
    assert await made.make_due()
    assert await stage.phone("guan").read() == NAME
    [(_, _, content)] = files(stage)
    assert set(column(table(content), "单位")) == {"司法局"}
    assert await tries(stage) == [("done", 2)]


@on_sqlite
async def test_after_three_it_is_given_up(stage: Stage) -> None:
    made, guan = exporter_of(stage), stage.phone("guan")
    for _ in range(3):
        await asyncio.gather(made.make_due(), kill_child())
        stage.clock.on(seconds=11)
    assert await guan.read() == FAILED
    assert (await made.make_due(), files(stage)) == (False, [])
    assert await guan("导出 汇总") == "正在生成《2026年度学时汇总》（范围：司法局及下级），完成后会以文件发给您。"


async def test_a_bot_that_stops_ends_the_child_and_the_next_one_makes_it(stage: Stage) -> None:
    first = asyncio.create_task(exporter_of(stage).run())
    await begun()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert children() == {}
    next_one = exporter_of(stage)
    assert not await next_one.make_due()  # on a lease that a crash left
    stage.clock.now += LEASE + timedelta(seconds=1)
    assert await next_one.make_due()
    assert await stage.phone("guan").read() == NAME
    assert len(files(stage)) == 1


@on_sqlite
async def test_the_only_bot_begins_at_once(stage: Stage) -> None:
    with pytest.raises(Died):
        await exporter_of(stage, database=Mortal(stage.database, 3).as_database()).make_due()
    running = asyncio.create_task(exporter_of(stage).run())
    try:
        async with asyncio.timeout(90):
            while (await tries(stage))[0][0] != "done":  # noqa: ASYNC110 - the job is all there is to see
                await asyncio.sleep(0.05)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert await stage.phone("guan").read() == NAME


@on_sqlite
@pytest.mark.parametrize("step", range(STEPS))
async def test_whatever_step_it_dies_at_there_is_one_file(stage: Stage, step: int) -> None:
    assert await _dies_at(stage, step) == ([("guan",)], ["report-1"])


@on_postgresql
@pytest.mark.parametrize("step", range(STEPS - 3, STEPS))
async def test_whatever_step_of_the_end_it_dies_at_there_is_one_file(stage: Stage, step: int) -> None:
    assert await _dies_at(stage, step) == ([("guan",)], ["report-1"])


async def _dies_at(stage: Stage, step: int) -> tuple[list[tuple[str, ...]], list[str]]:
    """Who got a file in the end, and the refs of what was sent of reports."""
    mortal = Mortal(stage.database, step)
    with pytest.raises(Died):
        await exporter_of(stage, database=mortal.as_database()).make_due()
    assert len(mortal.steps) == step + 1
    for _ in range(2):
        stage.clock.now += LEASE + timedelta(seconds=1)
        await exporter_of(stage).make_due()
        await stage.send_all()
    refs = [ref for (ref,) in await rows(stage.database, outbox.c.ref) if ref.startswith("report")]
    return [receivers for receivers, _, _ in files(stage)], refs


async def test_a_bot_that_dies_again_and_again_says_so_in_the_end(stage: Stage) -> None:
    for _ in range(3):
        with pytest.raises(Died):
            await exporter_of(stage, database=Mortal(stage.database, 3).as_database()).make_due()
        stage.clock.now += LEASE + timedelta(seconds=1)
    assert await exporter_of(stage).make_due()
    assert await stage.phone("guan").read() == FAILED
    assert files(stage) == []


@on_postgresql
async def test_two_bots_make_each_report_once(stage: Stage) -> None:
    await stage.phone("du")("导出 台账")
    one, other = exporter_of(stage), exporter_of(stage)
    assert all(await asyncio.gather(one.make_due(), other.make_due()))
    assert [await one.make_due(), await other.make_due()] == [False, False]
    await stage.send_all()
    assert sorted(receivers for receivers, _, _ in files(stage)) == [("du",), ("guan",)]


async def test_one_that_was_frozen_until_another_took_over_sends_nothing(stage: Stage) -> None:
    """Its lease ran out while its child wrote; both end, one file goes."""
    frozen, other = exporter_of(stage), exporter_of(stage)
    slow = asyncio.create_task(frozen.make_due())
    await begun()
    stage.clock.now += LEASE + timedelta(seconds=1)
    assert await other.make_due()
    assert await slow
    await stage.send_all()
    assert len(files(stage)) == 1
    assert await tries(stage) == [("done", 2)]
