"""群发结果: who may see them, what is counted, and the words."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from msgspec import structs

from handlers.actions import broadcast_sending
from handlers.actions.broadcast_recall import recall
from handlers.actions.broadcast_results import Headline, UnitFigures, headline, results
from handlers.message import Push
from handlers.texts import broadcast_results as texts
from storage import broadcasts, units
from storage.broadcast_results import Fate
from storage.broadcasts import Pending, Variant, Waiting
from storage.database import Database
from storage.outbox import State as Sending
from tests.handlers import broadcast_town as town
from tests.handlers.city import add_person, populate
from tests.handlers.sent_broadcast import NOTICE, QUIZ, SENT_AT, answered, person, send, set_outbox
from tests.handlers.stage import MONDAY, Stage, at
from training.broadcast_errors import NoSuchBroadcast
from training.broadcasts import Broadcast, Left, State
from training.exam_results import Rate
from training.people import Fact, UnitField


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    async with database.write() as tx:
        await add_person(tx, "R6", "unit6", role="unit_admin", managed_units="11")
        await add_person(tx, "R7", "unit7", role="unit_admin", managed_units="11")
        await add_person(tx, "R8", "audit", role="auditor")
        await add_person(tx, "R9", "system", role="system_admin")
        named = [("1", "宁国市", ""), ("11", "司法局", "1"), ("12", "公安局", "1")]
        facts = [
            Fact(code, field, value, MONDAY, at(MONDAY))
            for code, name, parent in named
            for field, value in ((UnitField.NAME, name), (UnitField.PARENT, parent))
        ]
        await units.add(tx, facts, by="test", now=at(MONDAY), today=MONDAY)
    stage = Stage(database)
    stage.clock.now = SENT_AT
    return stage


@pytest.mark.parametrize(
    ("sender", "asker", "sees"),
    [
        ("R6", "R6", True),  # the own one
        ("R6", "R7", False),  # another admin of the same unit
        ("R5", "R6", False),
        ("R6", "R5", True),  # every city admin
        ("R6", "R8", True),  # every auditor
        ("R6", "R9", False),  # the machine's admin has no right over records
        ("R6", "R1", False),
        ("R1", "R1", False),  # is no admin any more
        ("", "R5", True),
        ("", "R6", False),
        ("", "", True),  # the command line
        ("R6", "", True),
    ],
)
async def test_who_sees_the_results(stage: Stage, sender: str, asker: str, sees: bool) -> None:
    async with stage.database.write() as tx:
        made = await send(tx, stage, [[("R1", "11", ["zhou"])]], sender=sender)
        who = await person(tx, asker) if asker else None
        if sees:
            assert (await results(tx, who, made.number)).broadcast == made
        else:
            with pytest.raises(NoSuchBroadcast):
                await results(tx, who, made.number)


async def test_a_draft_and_what_was_never_made_have_no_results(stage: Stage) -> None:
    async with stage.database.write() as tx:
        made = await send(tx, stage, [], state=State.DRAFT)
        for number in (made.number, made.number + 1):
            with pytest.raises(NoSuchBroadcast):
                await results(tx, None, number)


async def quiz(stage: Stage) -> int:
    """11: six people, of whom four answered; 12: two; one request is unknown, and one person is not reached."""
    first = [(f"A{n}", "11", [f"a{n}"]) for n in range(6)]
    second = [(f"B{n}", "12", [f"b{n}"]) for n in range(2)]
    async with stage.database.write() as tx:
        for number, unit, accounts in (*first, *second):
            await add_person(tx, number, *accounts, unit=unit)
        left = {"R2": Left.STATUS, "R3": Left.MUTED, "R4": Left.MUTED}
        made = await send(tx, stage, [first, second], left=left)
        for n in range(4):
            await answered(tx, made.number, f"A{n}", {0: n < 3, 1: True} if n else {0: False})
        await answered(tx, made.number, "B0", {0: True}, unit="12")
        sent = {"state": Sending.SENT, "finished_at": SENT_AT, "invalid": "a5", "msgid": "m-1"}
        await set_outbox(tx, f"broadcast-{made.number}-0-0", **sent)
        await set_outbox(tx, f"broadcast-{made.number}-1-0", state=Sending.UNKNOWN, maybe_twice=True)
    return made.number


async def test_the_overview_of_a_quiz_that_runs(stage: Stage) -> None:
    number = await quiz(stage)
    async with stage.database.read() as tx:
        found = await results(tx, None, number)
    assert texts.overview(found) == (
        "【群发 1】宪法宣传周：答题中\n"
        "发送 2026年11月23日 09:07，截止 11月25日 18:00\n"
        "发送对象 11 人，送达 5 人，结果不明 2，账号无效或无许可 1\n"
        "未发 已开免打扰 2，人员状态不推送 1\n"
        "可能收到两次 2 人\n"
        "结果不明的 2 人可能已收到，也可能没有收到。要再发一次请回复“群发 补发 1”，不再发请回复“群发 放弃 1”。\n"
        "参与 5/8（62.50%），答完全部 3 人\n"
        "正确率 6/8（75.00%）\n"
        "第 1 题：作答 5\n"  # or that of the three could be found by subtraction
        "第 2 题：作答 3\n"
        "按单位（参与不足 5 人的一般不列正确率）：\n"
        "宁国市/公安局：发送 2，送达 0，参与 1\n"
        "宁国市/司法局：发送 6，送达 5，参与 4"  # or that of the two could be found by subtraction
    )


async def test_of_few_people_no_rate_is_said_at_all(stage: Stage) -> None:
    async with stage.database.write() as tx:
        made = await send(tx, stage, [[(f"R{n}", "11", [f"r{n}"]) for n in range(1, 5)]])
        await answered(tx, made.number, "R1", {0: True, 1: False})
        found = await results(tx, None, made.number)
    said = texts.overview(found)
    assert "参与 1/4（25.00%）" in said
    assert "正确" not in said and "答对" not in said
    assert "正确" not in texts.closed_to_all(found)
    assert "正确率" not in dict(texts.card(found).rows)


async def test_the_overview_of_a_notice_in_one_unit(stage: Stage) -> None:
    async with stage.database.write() as tx:
        made = await send(tx, stage, [[("R1", "11", ["zhou"]), ("R3", "11", ["wu", "wu2"])]], NOTICE)
    await stage.send_all()
    async with stage.database.read() as tx:
        found = await results(tx, None, made.number)
    assert texts.overview(found) == ("【群发 1】开会：已发出\n发送 2026年11月23日 09:07\n发送对象 2 人，送达 2 人")


async def test_one_that_waits_has_no_figures_yet(stage: Stage) -> None:
    async with stage.database.write() as tx:
        made = await send(tx, stage, [], state=State.PLANNED)
        found = await results(tx, None, made.number)
    assert texts.overview(found) == ("【群发 1】宪法宣传周：待发送\n发送 2026年11月23日 09:07，截止 11月25日 18:00")
    untitled = structs.replace(found.broadcast, settings=structs.replace(QUIZ, title=""))
    assert texts.overview(replace(found, broadcast=untitled)).startswith("【群发 1】答题：")


async def test_whose_request_is_not_full_yet_waits(stage: Stage) -> None:
    """With the unit of each; somebody with two accounts is one person."""
    waiting = [Waiting("chen", "R2", "11"), Waiting("wu", "R3", "12"), Waiting("wu2", "R3", None)]
    pending = msgspec.json.encode(Pending(1, [Variant(stage.wire.name, False, None, waiting)])).decode()
    async with stage.database.write() as tx:
        made = await send(tx, stage, [[("R1", "11", ["zhou"])]], state=State.SENDING, pending=pending)
        await broadcasts.add_receivers(tx, made.number, [("R2", "11", Left.NOT), ("R3", "12", Left.NOT)])
        found = await results(tx, None, made.number)
    assert (found.persons, found.audience) == (3, 3)
    assert [(unit.path, unit.persons) for unit in found.units] == [("宁国市/公安局", 1), ("宁国市/司法局", 2)]
    assert "正在发送" in texts.overview(found)
    assert "发送对象 3 人，送达 0 人，待发 3" in texts.overview(found)


async def test_what_is_recalled_while_it_goes_out_has_nothing_waiting(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500 people in slices of 70 and requests of 200: some are in a request that is not full."""
    monkeypatch.setattr(broadcast_sending, "SLICE_PERSONS", 70)
    monkeypatch.setattr(broadcast_sending, "RECEIVERS", 200)
    await town.build(database)
    await town.fill(database, 500)
    made = await town.placed(database)
    await town.clock().tick(database, town.NOW)
    await town.clock().tick(database, town.NOW)
    async with database.write() as tx:
        before = await results(tx, None, made.number)
        await recall(tx, None, made.number, "错", town.NOW, via="cli", by="x")
        after = await results(tx, None, made.number)
    assert before.persons > 200 and before.persons % 200
    assert dict(before.sending) == {Fate.QUEUED: before.persons}
    assert dict(after.sending) == {Fate.WITHDRAWN: before.persons}
    for found in (before, after):
        assert sum(unit.persons for unit in found.units) == found.persons
    assert "待发" not in texts.overview(after)


async def test_a_list_says_the_same_figures_in_short(stage: Stage) -> None:
    async with stage.database.write() as tx:
        notice = await send(tx, stage, [[("R1", "11", ["zhou"])]], NOTICE)
    await stage.send_all()
    number = await quiz(stage)
    async with stage.database.read() as tx:
        for made in (await broadcasts.one(tx, number), notice):
            assert made is not None
            found = await results(tx, None, made.number)
            assert await headline(tx, made) == Headline(found.persons, found.delivered, found.answered)
        assert (await headline(tx, notice)).delivered == 1


async def test_many_units_end_in_one_line(stage: Stage) -> None:
    number = await quiz(stage)
    async with stage.database.read() as tx:
        found = await results(tx, None, number)
    units_of = tuple(UnitFigures(f"单位{n:02}", 10, 9, n, Rate(1, 2)) for n in range(20))
    lines = texts.overview(replace(found, units=units_of)).split("\n")
    assert lines[-15] == "单位00：发送 10，送达 9，参与 0，正确率 50.00%"
    assert lines[-2] == "单位13：发送 10，送达 9，参与 13，正确率 50.00%"
    assert lines[-1] == "其余 6 个单位：发送 60，送达 54，参与 99"
    fifteen = texts.overview(replace(found, units=units_of[:15])).split("\n")
    assert fifteen[-1].startswith("单位14：")
    whole = texts.overview(replace(found, units=units_of), most_units=1000).split("\n")
    assert whole[-1].startswith("单位19：")


async def test_the_card_can_be_sent_and_asks_for_itself_again(stage: Stage) -> None:
    number = await quiz(stage)
    async with stage.database.read() as tx:
        found = await results(tx, None, number)
    card = texts.card(found, at(MONDAY, "10:00") + timedelta(seconds=1))
    assert card.rows == (
        ("发送对象", "11 人"),
        ("送达", "5 人"),
        ("参与", "5/8（62.50%）"),
        ("正确率", "6/8（75.00%）"),
        ("截止", "11月25日 18:00"),
        ("更新时间", "2026年11月23日 10:00"),
    )
    assert (card.title, card.desc) == ("群发 1 结果", "宪法宣传周")
    assert card.body == "答题中，结果不明 2，账号无效或无许可 1，未发 3，可能收到两次 2"
    assert [button.key for button in card.buttons] == ["bc:1:refresh"]
    assert len(stage.wire.freeze(Push(("zhou",), card), "ref", mass=False)) == 1


def test_a_long_title_is_cut() -> None:
    long = structs.replace(NOTICE, title="宪" * 60)
    made = Broadcast(12, State.OPEN, long, 0, "", SENT_AT, SENT_AT)
    assert texts.head(made) == "【群发 12】" + "宪" * 39 + "…"
