"""The weekly message with the heads: who gets it, when, and that it verifies."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from handlers.actions import heads
from handlers.actions.heads import Key
from handlers.heads_job import HeadsJob, lane_of
from handlers.texts.heads import UNSIGNED
from storage import audit, calendar, ledger
from storage.database import Database
from storage.guards import GENESIS
from tests.handlers.city import add_person, populate
from tests.handlers.stage import MONDAY, Stage
from tests.storage.rows import entry
from training.calendar import DAY
from training.chains import Head
from training.heads import KeyTrouble

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def trouble() -> Key:
    raise KeyTrouble("head-key.pem", "open")


def unreadable() -> Key:
    raise PermissionError(13, "Permission denied", "head-key.pem")


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    made = Stage(database)
    made.clock.to(MONDAY, "8:43")
    async with database.write() as tx:
        await add_person(tx, "R6", "du", "du2", name="杜明", role="auditor")
        await add_person(tx, "R7", "sys", name="石原", role="system_admin")
        await ledger.post(tx, [entry(1), entry(2)])
    return made


async def run(
    stage: Stage, key: Callable[[], Key] = lambda: Key(PRIVATE), *, export: bool = False
) -> dict[str, list[str]]:
    """Account → what it was sent by this run, of the weekly one or of that before an export."""
    job = HeadsJob("wecom", lambda push, ref, mass: stage.wire.freeze(push, ref, mass=mass), key)
    async with stage.database.write() as tx:
        if not export:
            await job.send_weekly(tx, stage.clock())
        else:
            queued = await job.send_before_export(tx, stage.clock())
    await stage.send_all()
    assert not export or queued is any(stage.wire.boxes.values())
    sent = {account: [message.text for message in box] for account, box in stage.wire.boxes.items() if box}
    stage.wire.boxes.clear()
    return sent


async def ends(stage: Stage) -> tuple[Head, Head]:
    async with stage.database.read() as tx:
        return await ledger.head(tx), await audit.head(tx)


async def test_city_admins_and_auditors_get_one_message_that_verifies(stage: Stage) -> None:
    sent = await run(stage)
    assert {account: len(texts) for account, texts in sent.items()} == {"admin": 1, "du": 1, "du2": 1}
    text = sent["admin"][0].encode()
    assert (heads.check(text), heads.check(text, "audit")) == await ends(stage)
    assert heads.kept(text).day == MONDAY


async def test_a_new_key_is_recorded_and_the_signed_head_covers_that(stage: Stage) -> None:
    sent = await run(stage, lambda: Key(PRIVATE, new=True))
    async with stage.database.read() as tx:
        [line] = await audit.pages(tx)
    assert (line.act.actor, line.act.what, line.act.after) == ("clock", "head.key", Key(PRIVATE).public)
    assert heads.check(sent["du"][0].encode(), "audit") == Head(1, line.hash)


@pytest.mark.parametrize("key", [trouble, unreadable])
async def test_without_a_key_it_goes_unsigned_and_says_so(stage: Stage, key: Callable[[], Key]) -> None:
    text = (await run(stage, key))["admin"][0]
    assert UNSIGNED in text
    found = heads.kept(text.encode())
    assert (found.head, found.public_key) == ((await ends(stage))[0], "")


async def test_once_a_week(stage: Stage) -> None:
    found = []
    for days in range(9):
        stage.clock.to(MONDAY + days * DAY, "8:43")
        found.append(bool(await run(stage)))
    assert found == [True, False, False, False, False, False, False, True, False]


async def test_the_first_working_day_of_the_week(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await calendar.keep(tx, {MONDAY: (False, "休"), MONDAY + 2 * DAY: (False, "休")})
    found = []
    for days in range(4):
        stage.clock.to(MONDAY + days * DAY, "8:43")
        found.append(bool(await run(stage)))
    assert found == [False, True, False, False]


async def test_never_at_the_full_or_half_hour(stage: Stage) -> None:
    stage.clock.to(MONDAY, "8:59")
    assert await run(stage) == {}
    stage.clock.now += timedelta(minutes=3)
    await stage.send_all()
    assert {account for account, box in stage.wire.boxes.items() if box} == {"admin", "du", "du2"}


async def test_nobody_to_send_it_to_is_no_failure(database: Database) -> None:
    stage = Stage(database)
    stage.clock.to(MONDAY, "8:43")
    assert await run(stage, lambda: Key(PRIVATE, new=True)) == {}
    assert await ends(stage) == (Head(0, GENESIS), Head(0, GENESIS))


async def post(stage: Stage, *numbers: int) -> None:
    async with stage.database.write() as tx:
        await ledger.post(tx, [entry(number) for number in numbers])


async def test_before_an_export_it_goes_to_the_same_people_and_verifies(stage: Stage) -> None:
    stage.clock.to(MONDAY + 5 * DAY, "22:00")  # a Saturday: an export does not wait, and its head goes before it
    sent = await run(stage, export=True)
    assert {account: len(texts) for account, texts in sent.items()} == {"admin": 1, "du": 1, "du2": 1}
    assert heads.check(sent["du"][0].encode()) == (await ends(stage))[0]


async def test_before_an_export_only_when_the_ledger_has_moved_and_once_a_day(stage: Stage) -> None:
    assert await run(stage)  # the weekly one
    found = []
    for days, number in enumerate((0, 0, 3, 0, 4), start=0):
        stage.clock.to(MONDAY + days * DAY, "15:00")
        if number:
            await post(stage, number)
        found.append((bool(await run(stage, export=True)), bool(await run(stage, export=True))))
    assert found == [(False, False), (False, False), (True, False), (False, False), (True, False)]
    await post(stage, 5)  # it moved, but one went today
    assert await run(stage, export=True) == {}
    stage.clock.to(MONDAY + 5 * DAY, "15:00")
    assert await run(stage, export=True) != {}


async def test_the_weekly_one_does_not_follow_on_the_heels_of_an_export(stage: Stage) -> None:
    stage.clock.to(MONDAY, "8:20")
    assert await run(stage, export=True)
    stage.clock.to(MONDAY, "8:43")
    assert await run(stage) == {}
    stage.clock.to(MONDAY + 7 * DAY, "8:43")
    assert await run(stage)  # although nothing has moved


def test_a_ledger_brought_back_from_a_backup_has_another_head() -> None:
    """As many lines, but not the same ones."""
    assert lane_of(Head(2, "a" * 64)) != lane_of(Head(2, "b" * 64))


async def test_before_an_export_with_nobody_to_send_it_to(database: Database) -> None:
    stage = Stage(database)
    assert await run(stage, lambda: Key(PRIVATE, new=True), export=True) == {}
    assert await ends(stage) == (Head(0, GENESIS), Head(0, GENESIS))
