"""A broadcast goes out: whom it reaches, in how many requests, and what each of them says."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import select

from handlers.actions.broadcast_starting import start
from handlers.message import File, Push, Text
from storage import broadcasts, ledger, media, questions, tables
from storage.database import Database
from storage.outbox import Draft
from tests.databases import on_postgresql
from tests.handlers import broadcast_town as town
from tests.handlers.broadcast_town import NOTICE, NOW, clock, placed, run, sent, single
from tests.handlers.stage import MONDAY, at
from training.broadcasts import Audience, Kind, Settings, State, Who
from training.calendar import DAY
from training.hours import Standing

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
QUIZ = Settings(Kind.QUIZ, title="周测", questions=("s1",))


def fake(push: Push, ref: str, mass: bool) -> Sequence[Draft]:
    """Another door: an own wire, requests of 1000 all the same."""
    text = push.content.text if isinstance(push.content, Text) else type(push.content).__name__
    return [Draft("fake/send", msgspec.json.encode([ref, push.accounts, text, mass]), push.accounts)]


def content(row: Any) -> str:
    body = msgspec.json.decode(row.body)
    return str(body["text"]["content"]) if body["msgtype"] == "text" else f"<{body['msgtype']}>"


async def test_two_thousand_and_five_hundred_are_three_calls(database: Database) -> None:
    await town.build(database)
    numbers = await town.fill(database, 2530)
    await town.mute(database, *numbers[100:120])
    await town.set_status(database, *numbers[1500:1510])
    made = await placed(database, replace(NOTICE, audience=Audience(units=("sfj",))))
    await run(database)
    found = await sent(database)
    assert [len(row.receivers.split("|")) for row in found] == [1000, 1000, 500]
    assert [row.ref for row in found] == [f"broadcast-{made.number}-{part}-0" for part in range(3)]
    assert [row.lane for row in found] == [f"broadcast-{made.number}-{part}" for part in range(3)]
    assert all(row.mass and row.due_at == NOW for row in found)
    reached = [name for row in found for name in row.receivers.split("|")]
    left = {*numbers[100:120], *numbers[1500:1510]}
    assert Counter(reached) == Counter(n.lower() for n in numbers if n not in left)
    assert content(found[0]) == f"【通知 {made.number}】安排\n请各单位落实。"
    kept = await town.receivers(database, made.number)
    assert Counter(kept.values()) == {"": 2500, "muted": 20, "status": 10}
    row = await town.one(database, made.number)
    assert (row.state, row.queued_at) == ("open", NOW)
    assert await town.count(database, tables.push_week) == 2500


async def test_parts_count_people_by_unit(database: Database) -> None:
    await town.build(database)
    await town.add_people(
        database, ("R1", {"accounts": "r1,r1b"}), ("R2", {"unit": "zfk"}), ("R3", {"unit": "zfk"})
    )
    made = await placed(database, replace(NOTICE, audience=Audience(units=("sfj",))))
    await run(database)
    async with database.read() as tx:
        parts = await town.rows(tx, tables.broadcast_part)
    assert [tuple(part) for part in parts] == [
        (made.number, 0, "sfj", f"broadcast-{made.number}-0-0", 1),
        (made.number, 0, "zfk", f"broadcast-{made.number}-0-0", 2),
    ]
    assert (await sent(database))[0].receivers == "r1|r1b|r2|r3"


async def test_every_door_that_somebody_has(database: Database) -> None:
    await town.build(database)
    await town.add_people(database, ("R1", {}), ("R2", {}))
    await town.add_people(database, ("R2", {"accounts": "zwt2"}), ("R3", {"accounts": "zwt3"}), channel="zwt")
    await town.add_people(database, ("R4", {"accounts": "elsewhere"}), channel="closed")
    made = await placed(database, town.to("R1", "R2", "R3", "R4"))
    await run(database, works=clock(zwt=fake))
    found = await sent(database)
    assert sorted((row.channel, row.receivers) for row in found) == [("wecom", "r1|r2"), ("zwt", "zwt2|zwt3")]
    assert await town.receivers(database, made.number) == {"R1": "", "R2": "", "R3": "", "R4": "no_account"}
    async with database.read() as tx:
        parts = await town.rows(tx, tables.broadcast_part)
    assert sum(part.persons for part in parts) == 3  # nobody twice
    assert (await push_counts(database)) == {"R1": 1, "R2": 1, "R3": 1}


async def push_counts(database: Database) -> dict[str, int]:
    week = tables.push_week.c
    async with database.read() as tx:
        return dict((await tx.execute(select(week.person, week.pushes))).all())


async def test_the_first_reason_counts(database: Database) -> None:
    await town.build(database)
    names = ("R1", "R2", "R3", "R4", "R5", "R6")
    await town.add_people(database, *((name, {}) for name in names))
    await town.retire(database, "R1", "产假")
    for name in ("R1", "R2"):
        await town.drop_account(database, name)
    await town.mute(database, "R1", "R2", "R3")
    await town.pushed(database, "R1", "R2", "R3", "R4")
    await town.pushed(database, "R5", times=11)
    made = await placed(database, replace(NOTICE, audience=Audience(units=("sfj",))))
    await run(database)
    expected = {"R1": "status", "R2": "no_account", "R3": "muted", "R4": "budget", "R5": "", "R6": ""}
    assert await town.receivers(database, made.number) == expected
    urgent = await placed(database, replace(NOTICE, audience=Audience(units=("sfj",)), urgent=True), "A1")
    await run(database)
    assert await town.receivers(database, urgent.number) == {**expected, "R3": "", "R4": ""}
    assert (await push_counts(database))["R5"] == 13


@pytest.mark.parametrize(
    ("audience", "meant"),
    [
        (Audience(), {"L", "LM", "S", "SM", "O", "Z", "A1", "A2"}),
        (Audience(groups=(Who.LEADER,)), {"L", "LM"}),
        (Audience(groups=(Who.ENFORCEMENT,)), {"LM", "SM"}),
        (Audience(groups=(Who.STAFF,)), {"S", "SM", "Z", "A1", "A2"}),
        (Audience(groups=(Who.OTHER, Who.LEADER)), {"O", "L", "LM"}),
        (Audience(units=("sfj",)), {"L", "LM", "S", "Z"}),
        (Audience(units=("sfj",), below=False), {"L", "LM", "S"}),
        (Audience(units=("sfj", "czj"), groups=(Who.STAFF,)), {"S", "SM", "Z", "A2"}),
        (Audience(units=("sfj",), groups=(Who.LEADER,), persons=("O",)), {"L", "LM", "O"}),
        (Audience(persons=("O", "Z")), {"O", "Z"}),
        (Audience(persons=("GONE", "O")), {"O", "GONE"}),
    ],
)
async def test_who_is_meant(database: Database, audience: Audience, meant: set[str]) -> None:
    await town.build(database)
    await town.add_people(
        database,
        ("L", {"category": "leader"}),
        ("LM", {"category": "leader", "mark": "1"}),
        ("S", {}),
        ("SM", {"mark": "1", "unit": "czj"}),
        ("O", {"category": "other", "unit": "czj"}),
        ("Z", {"unit": "zfk"}),
        ("GONE", {}),
    )
    await town.retire(database, "GONE")
    made = await placed(database, replace(NOTICE, audience=audience))
    await run(database)
    kept = await town.receivers(database, made.number)
    assert set(kept) == meant
    assert {number for number, left in kept.items() if left} <= {"GONE"}


async def test_a_small_audience_in_a_long_roll(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page looks through is bounded, and the next one goes on behind it."""
    monkeypatch.setattr("storage.broadcast_audience.LOOKED_THROUGH", 7)
    await town.build(database)
    await town.fill(database, 40)
    await town.add_people(database, ("P0013X", {"unit": "czj"}), ("R1", {"unit": "czj"}))
    made = await placed(database, replace(NOTICE, audience=Audience(units=("czj",))))
    await run(database)
    assert set(await town.receivers(database, made.number)) == {"A2", "P0013X", "R1"}


async def test_an_exam_holds_it_and_drops_nobody(database: Database) -> None:
    await town.build(database, single())
    await town.add_people(database, ("R1", {}), ("R2", {}), ("R3", {}))
    await town.sits(database, "R2", until=at(MONDAY, "10:41"))
    await town.sits(database, "R3", until=at(MONDAY, "19:58"))
    awake = lambda moment: moment < at(MONDAY, "20:00") or moment >= at(MONDAY + DAY, "08:00")  # noqa: E731
    made = await placed(database, replace(QUIZ, audience=Audience(persons=("R1", "R2", "R3"))), awake=awake)
    await run(database, works=clock(awake))
    due = {row.receivers: row.due_at for row in await sent(database)}
    assert due == {"r1": NOW, "r2": at(MONDAY, "10:45"), "r3": at(MONDAY + DAY, "08:02")}
    assert set((await town.receivers(database, made.number)).values()) == {""}
    async with database.read() as tx:
        shown = await town.rows(tx, tables.focus)
    assert [(row.person, row.ref, row.shown_at) for row in shown][:2] == [
        ("R1", f"{made.number}:0", NOW),
        ("R2", f"{made.number}:0", at(MONDAY, "10:45")),
    ]


async def test_urgent_ones_are_held_too(database: Database) -> None:
    await town.build(database)
    await town.add_people(database, ("R1", {}))
    await town.sits(database, "R1", until=at(MONDAY, "19:58"))
    asleep = lambda moment: moment < at(MONDAY, "20:00")  # noqa: E731
    await placed(database, town.to("R1", urgent=True), awake=asleep)
    await run(database, works=clock(asleep))
    assert [row.due_at for row in await sent(database)] == [at(MONDAY, "20:02")]


async def test_text_only_is_a_variant_of_a_quiz_and_of_nothing_else(database: Database) -> None:
    await town.build(database, single())
    await town.add_people(database, ("R1", {}), ("R2", {}))
    await town.plain(database, "R2")
    await placed(database, replace(QUIZ, text="请作答。", audience=Audience(persons=("R1", "R2"))))
    await run(database)
    found = [(row.receivers, content(row)[:8]) for row in await sent(database)]
    assert found[0] == ("r1", "【答题 1】周测"[:8]) and found[1] == ("r1", "<templat")
    assert found[2] == ("r2", "【答题 1】周测"[:8]) and found[3][0] == "r2" and found[3][1] != "<templat"
    await placed(database, town.to("R1", "R2"))
    await run(database)
    assert [row.receivers for row in await sent(database)][4:] == ["r1|r2"]


async def test_two_quizzes_never_have_the_same_bytes(database: Database) -> None:
    """Or WeCom would drop the second one."""
    await town.build(database, single(1), single(2, options=tuple("甲" * 30 + str(n) for n in range(8))))
    await town.add_people(database, ("R1", {}), ("R2", {}))
    await town.plain(database, "R2")
    for question in ("s1", "s2", "s1", "s2"):
        await placed(
            database, replace(QUIZ, title="", questions=(question,), audience=Audience(persons=("R1", "R2")))
        )
        await run(database)
    bodies = [row.body for row in await sent(database)]
    assert len(set(bodies)) == len(bodies) == 10


async def test_a_quiz_freezes_what_it_asks(database: Database) -> None:
    written = single(9, id="")
    await town.build(database, *(single(n) for n in range(1, 6)), single(6, topics=("宪法",)))
    settings = Settings(
        Kind.QUIZ, questions=("s2",), written=(written,), draw=2, topics=("行政处罚法",), credit=10, remind=True
    )
    made = await placed(database, settings)
    assert (made.closes_at, made.remind_at) == (at(MONDAY + 3 * DAY, "00:00"), at(MONDAY + 2 * DAY, "22:00"))
    await run(database)
    async with database.read() as tx:
        kept = await town.rows(tx, tables.broadcast_question)
        shown = (await tx.execute(select(tables.focus.c.kind, tables.focus.c.ref).distinct())).all()
    asked = [row.question for row in kept]
    assert asked[0] == "s2" and asked[3] == "" and len(asked) == 4
    assert {*asked[1:3]} <= {"s1", "s3", "s4", "s5"} and len({*asked[1:3]}) == 2
    assert [tuple(row) for row in shown] == [("quiz", f"{made.number}:0")]


async def test_a_question_that_went_is_left_out_and_without_any_it_is_stopped(database: Database) -> None:
    await town.build(database, single(1), single(2))
    tomorrow = at(MONDAY + DAY)
    both = await placed(database, replace(QUIZ, questions=("s1", "s2"), at=tomorrow))
    first = await placed(database, replace(QUIZ, at=tomorrow), "A1")
    async with database.write() as tx:
        await questions.add(tx, [("fold-s1", single(1, status="retired"))], now=NOW, by="test")
    await run(database, tomorrow + timedelta(minutes=3))
    assert (await town.one(database, both.number)).note == "left out: s1"
    stopped = await town.one(database, first.number)
    assert (stopped.state, stopped.note) == ("stopped", "questions")
    [told] = [row for row in await sent(database) if row.ref.startswith(f"broadcast-{first.number}n")]
    assert told.receivers == "a1" and "没有发出" in content(told)


async def test_a_file_goes_out_behind_a_text_and_is_kept_once(database: Database) -> None:
    await town.build(database)
    await town.fill(database, 1500)
    kept = media.kept("海报.png", "image", PNG)
    async with database.write() as tx:
        await media.keep(tx, [kept], NOW)
    settings = Settings(Kind.PICTURE, title="海报", media=kept.digest, audience=Audience(units=("sfj",)))
    made = await placed(database, settings)
    await run(database)
    found = await sent(database)
    assert [(row.ref, row.media) for row in found] == [
        (f"broadcast-{made.number}-{part}-{message}", kept.digest if message else "")
        for part in range(2)
        for message in range(2)
    ]
    assert content(found[0]) == f"【群发 {made.number}】海报" and content(found[1]) == "<image>"
    async with database.read() as tx:
        parts = await town.rows(tx, tables.broadcast_part)
    assert {part.ref for part in parts} == {f"broadcast-{made.number}-0-1", f"broadcast-{made.number}-1-1"}
    assert await town.count(database, tables.media) == 1


def test_a_known_digest_is_not_made_anew() -> None:
    [draft] = town.wecom(Push(("a",), File("a.png", PNG, True, "d" * 64)), "r", True)
    assert draft.file is not None and draft.file.digest == "d" * 64


async def test_statistics_are_of_the_moment_of_sending(database: Database) -> None:
    await town.build(database)
    await town.add_people(database, ("R1", {}), ("R2", {"unit": "zfk"}), ("R3", {"category": "other"}))
    async with database.write() as tx:
        await ledger.keep_standings(
            tx, 2026, {"R1": Standing(4000, {"lecture": 4000}), "R2": Standing(4000, {"lecture": 1000})}
        )
    made = await placed(database, Settings(Kind.STATISTICS, title="进度", audience=Audience(units=("sfj",))), "A2")
    await run(database)
    [row] = await sent(database)
    assert content(row) == (
        f"【统计 {made.number}】进度\n"
        "2026 年度学法情况（截至11月23日 10:00，共 3 人）\n"
        "应完成学时：2 人，已完成 1 人，完成率 50.0%\n"
        "人均计入学时：25.00\n"
        "每日一题：今天已答 0 人，本周答过 0 人"
    )


async def test_scope_is_that_of_sending(database: Database) -> None:
    await town.build(database)
    await town.add_people(database, ("R1", {}), ("R2", {"unit": "zfk"}), ("R3", {"unit": "czj"}))
    tomorrow = at(MONDAY + DAY)
    made = await placed(database, replace(NOTICE, at=tomorrow), "A2")
    await town.become(database, "A2", managed_units="zfk,czj")
    await run(database, tomorrow + timedelta(minutes=3))
    assert set(await town.receivers(database, made.number)) == {"A2", "R2", "R3"}


@pytest.mark.parametrize("lost", [{"role": "learner"}, {"managed_units": "czj"}, {"managed_units": ""}])
async def test_whoever_may_not_any_more_is_told(database: Database, lost: dict[str, str]) -> None:
    await town.build(database)
    await town.add_people(database, ("R1", {}))
    tomorrow = at(MONDAY + DAY)
    made = await placed(database, replace(NOTICE, at=tomorrow, audience=Audience(units=("sfj",))), "A2")
    await town.become(database, "A2", **lost)
    await run(database, tomorrow + timedelta(minutes=3))
    row = await town.one(database, made.number)
    assert (row.state, row.note) == (str(State.STOPPED), "rights")
    [told] = await sent(database)
    assert told.receivers == "a2" and "没有群发的权限" in content(told)
    assert await town.receivers(database, made.number) == {}


async def test_somebody_new_between_the_slices_is_met_once(database: Database) -> None:
    await town.build(database)
    await town.fill(database, 4100)
    made = await placed(database, replace(NOTICE, audience=Audience(units=("sfj",))))
    works = clock()
    async with database.write() as tx:
        await start(tx, town.RULES, made.number, [], "", NOW, works.awake)
    async with database.read() as tx:
        [sending] = await broadcasts.due(tx, NOW)
    await works._queue_slice(database, sending, NOW)
    await town.add_people(database, ("P0001X", {}), ("P3000X", {}))  # behind the mark, and before it
    await run(database, works=works)
    kept = await town.receivers(database, made.number)
    assert "P0001X" not in kept and kept["P3000X"] == ""
    assert sum(len(row.receivers.split("|")) for row in await sent(database)) == 4101


@on_postgresql
async def test_two_processes_at_once(database: Database) -> None:
    await town.build(database, single())
    numbers = await town.fill(database, 9000)
    made = await placed(database, replace(QUIZ, audience=Audience(units=("sfj",))))
    works = [clock(), clock(), clock()]
    for _ in range(12):
        await asyncio.gather(*(one.tick(database, NOW) for one in works))
    names = [name for row in await sent(database) for name in row.receivers.split("|")]
    assert Counter(names) == Counter(n.lower() for n in numbers)
    assert len(await sent(database)) == 9
    assert (await town.one(database, made.number)).state == "open"
