"""A second number of one human being is merged into the first: proposed by one admin, confirmed by another."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import func, insert, select, text, update

from handlers.actions import batches, merging, past_hours, reversing
from storage import feedback, focus, ledger, people, reversals, tables, wishes
from storage.database import Database
from storage.merges import lines_of
from storage.scope import EVERYTHING
from tests.bot.desk import rows, verified
from tests.databases import on_sqlite
from tests.handlers.city import NEW_YEAR, add_person, populate
from tests.handlers.stage import MONDAY, Stage, at
from training.batches import Changes, PastHours, PersonMerge, Reversal
from training.calendar import DAY
from training.errors import CannotReverse
from training.hours import HoursRules, Standing, hundredths
from training.past_hours import PastLine, refs_of
from training.person_merge import CannotMergePerson, Why
from training.requirements import owed
from training.rules import Rules
from training.summary_roll import Part, place_on
from training.wishes import Wishes

JUNE = date(2026, 6, 1)
LINE = tables.ledger_entry.c


@pytest.fixture
async def stage(database: Database) -> Stage:
    """周敏 is R1 with the account `zhou`, and R9 with `zhou9` and `zhou10`; the second admin is R6."""
    await populate(database)
    async with database.write() as tx:
        await add_person(tx, "R6", "second", name="何芳", role="city_admin")
        await add_person(tx, "R9", "zhou9", "zhou10", name="周敏", post="科员")
        await wishes.mark_privacy_shown(tx, ["R6", "R9"], at(MONDAY, "08:00"))
    return Stage(database)


async def propose(stage: Stage, changes: Changes, account: str = "admin") -> int:
    stage.clock.on(minutes=1)
    async with stage.database.write() as tx:
        person = await batches.proposer(tx, stage.rules, "wecom", account, stage.clock())
        number = await batches.propose(tx, person, changes, "同一人", stage.clock())
    stage.clock.on(minutes=1)
    return number


async def planned(stage: Stage, number: str = "R9", into: str = "R1") -> PersonMerge:
    async with stage.database.read() as tx:
        return await merging.proposed(tx, stage.rules, number, into, stage.clock())


async def merged(stage: Stage) -> str:
    number = await propose(stage, await planned(stage))
    return await stage.phone("second")(f"确认 {number}")


def past(person: str, form: str, title: str, hours: str, day: date = JUNE, year: int = 2026) -> PastLine:
    ref = f"{person}/{title}"
    return PastLine(person, "周敏", form, ("宪法",), title, day, day, Decimal(hours), "司法局", "Z-1", year, ref)


async def post(stage: Stage, *lines: PastLine) -> None:
    number = await propose(stage, PastHours(lines))
    assert "已确认并生效" in await stage.phone("second")(f"确认 {number}")


async def answer(stage: Stage, account: str, day: date = MONDAY) -> str:
    stage.clock.to(day)
    phone = stage.phone(account)
    await phone("今日一题")
    return await phone.tap("B")


async def balances(stage: Stage) -> Mapping[str, Mapping[str, int]]:
    """`person year` → form → hundredths, which must be the same in the year rows and in the lines."""
    sums: dict[str, Counter[str]] = {}
    for _, person, year, form, hours in await rows(
        stage.database, LINE.seq, LINE.person, LINE.year, LINE.form, LINE.hours
    ):
        sums.setdefault(f"{person} {year}", Counter())[form] += hundredths(Decimal(hours))
    async with stage.database.read() as tx:
        for key, by_form in sums.items():
            person, year = key.split()
            kept = (await ledger.standings(tx, EVERYTHING, [person], int(year)))[person].by_form
            assert dict(kept) == dict(by_form), key
    return sums


async def owners(stage: Stage) -> dict[str, tuple[str, date]]:
    account = tables.account.c
    return {name: (who, since) for name, who, since in await rows(stage.database, *account[1:])}


async def test_accounts_hours_and_roll_after_the_second_admin_confirmed(stage: Stage) -> None:
    await post(
        stage,
        past("R9", "lecture", "讲座", "4"),
        past("R9", "court_hearing", "庭审甲", "6"),
        past("R1", "court_hearing", "庭审乙", "5", JUNE + DAY),
        past("R9", "lecture", "去年", "2", date(2025, 5, 5), 2025),
    )
    assert "0.10" in await answer(stage, "zhou9")
    plan = await planned(stage)
    assert (plan.accounts, plan.lines, plan.hours) == (("zhou10", "zhou9"), 4, Decimal("9.10"))
    assert [(left.form, left.hours, left.why) for left in plan.left] == [("court_hearing", Decimal("3.00"), "cap")]
    number = await propose(stage, plan)
    second = stage.phone("second")
    shown = await second(f"审核 {number}")
    assert "人员编号 R9 并入 R1，江平提出：同一人" in shown
    assert "账号 zhou10、zhou9 改属 R1。" in shown
    assert "学时：转记 4 条，合计 9.10 学时" in shown
    assert "不转记：第 3 条 2026-06-01 旁听庭审 3.00 学时，超出年度上限" in shown
    assert "职务 科员／空" in shown
    assert await second(f"确认 {number}") == f"批次 {number} 已确认并生效：人员编号 R9 并入 R1。"
    sums = await balances(stage)
    assert {key: {form: n for form, n in forms.items() if n} for key, forms in sums.items()} == {
        "R1 2026": {"daily": 10, "lecture": 400, "court_hearing": 800},
        **{"R1 2025": {"lecture": 200}, "R9 2026": {}, "R9 2025": {}},
    }
    assert await verified(stage.database)
    assert {name for name, owner in (await owners(stage)).items() if owner == ("R1", NEW_YEAR)} == {
        *("zhou", "zhou9", "zhou10")
    }
    async with stage.database.read() as tx:
        facts = (await people.facts_of(tx, EVERYTHING, ["R9"]))["R9"]
        periods = (await people.periods_of(tx, EVERYTHING, ["R9"]))["R9"]
        place = place_on("R9", facts, periods, MONDAY, 2026, stage.rules.statuses_on(MONDAY))
        assert (place.part, place.status) == (Part.ABSENT, "并档")
        assert owed(facts, periods, 2026).hours == 0
        [now] = [p for p in await people.every(tx, EVERYTHING) if p.number == "R9"]
    assert (now.status, now.pushes, {p.document for p in periods}) == ("并档", False, {"并入 R1"})
    assert "12.10 / 50.00" in await stage.phone("zhou9")("我的学时")


async def test_every_line_says_where_it_came_from(stage: Stage) -> None:
    await post(stage, past("R9", "court_hearing", "甲", "6"), past("R1", "court_hearing", "乙", "5", JUNE + DAY))
    await merged(stage)
    async with stage.database.read() as tx:
        old, new = await lines_of(tx, EVERYTHING, "R9"), await lines_of(tx, EVERYTHING, "R1")
    back, again = old[3], new[4]
    assert (back.source, back.source_ref, back.reverses, back.hours) == ("merge", "1", 1, Decimal("-6.00"))
    assert (back.note, back.approved_by, back.late) == ("并入 人员编号 R1", "R6", False)
    assert (again.source, again.source_ref, again.reverses, again.hours) == ("merge", "1:R1", None, Decimal("3.00"))
    assert again.note == "原第 1 条，由人员编号 R9 并入；原记 6.00，按年度上限认定 3.00"
    first = old[1]
    same = ("unit", "category", "mark", "year", "starts_on", "ends_on", "form", "content_classes", "title")
    for name in (*same, "organiser", "evidence", "rule", "minutes", "mode"):
        assert getattr(again, name) == getattr(first, name), name


async def test_what_did_not_fit_is_filled_when_there_is_room(stage: Stage) -> None:
    await post(stage, past("R9", "court_hearing", "甲", "6"), past("R1", "court_hearing", "乙", "5", JUNE + DAY))
    await merged(stage)
    async with stage.database.write() as tx:
        await reversing.reverse(tx, stage.rules, 2, by="R6", reason="有误", now=stage.clock())
    assert (await balances(stage))["R1 2026"] == {"court_hearing": 600}


async def test_the_same_daily_question_never_counts_twice(stage: Stage) -> None:
    """Monday under both numbers, Tuesday under the one that goes, Wednesday under the one that stays."""
    await answer(stage, "zhou")
    await answer(stage, "zhou9")
    await answer(stage, "zhou9", MONDAY + DAY)
    await answer(stage, "zhou", MONDAY + 2 * DAY)
    plan = await planned(stage)
    assert [(left.seq, left.why) for left in plan.left] == [(2, "twice")]
    await merged(stage)
    assert (await balances(stage))["R1 2026"] == {"daily": 30}
    async with stage.database.read() as tx:
        old = await lines_of(tx, EVERYTHING, "R9")
    assert [entry.note for entry in old.values() if entry.reverses == 2] == [
        "并入 人员编号 R1；该日每日一题已有记录，不重复计"
    ]
    answered = tables.daily_answer.c
    assert await rows(stage.database, answered.person, answered.day) == [
        *(("R1", MONDAY + n * DAY) for n in range(3)),
        ("R9", MONDAY),
    ]
    # The card of Tuesday is still open, and was answered before under the other number.
    assert "计入学时：0.30" in await stage.phone("zhou").key(f"daily:{MONDAY + DAY}:staff:B")
    assert (await balances(stage))["R1 2026"] == {"daily": 30}


async def test_the_cap_of_the_daily_question_holds_and_the_rest_waits(database: Database) -> None:
    await populate(database)
    async with database.write() as tx:
        await add_person(tx, "R6", "second", name="何芳", role="city_admin")
        await add_person(tx, "R9", "zhou9", name="周敏")
        await wishes.mark_privacy_shown(tx, ["R6", "R9"], at(MONDAY, "08:00"))
    stage = Stage(database, rules=Rules(hours=HoursRules(daily_cap="0.25")))
    for n, account in enumerate(("zhou", "zhou9", "zhou", "zhou9")):
        await answer(stage, account, MONDAY + n * DAY)
    await merged(stage)
    assert (await balances(stage))["R1 2026"] == {"daily": 25}
    answered = tables.daily_answer.c
    assert await rows(database, answered.day, answered.posted_hundredths, answered.person) == [
        (MONDAY, 10, "R1"),
        (MONDAY + DAY, 5, "R1"),
        (MONDAY + 2 * DAY, 10, "R1"),
        (MONDAY + 3 * DAY, 0, "R1"),
    ]
    async with database.write() as tx:
        await reversing.reverse(tx, stage.rules, 1, by="R6", reason="有误", now=stage.clock())
    assert (await balances(stage))["R1 2026"] == {"daily": 25}
    assert await verified(database)


async def test_twice_is_refused_and_a_batch_that_was_overtaken_too(stage: Stage) -> None:
    await post(stage, past("R9", "lecture", "讲座", "4"))
    plan = await planned(stage)
    one, two = await propose(stage, plan), await propose(stage, plan)
    second = stage.phone("second")
    assert "已确认并生效" in await second(f"确认 {one}")
    before = await rows(stage.database, LINE.seq)
    said = await second(f"确认 {two}")
    assert said == f"批次 {two} 提出之后，R9、R1 的记录又有变动，请退回后按现状重新提出。"
    assert f"{two}（" in await second("审核")
    assert await rows(stage.database, LINE.seq) == before
    for number, into, who in (("R9", "R1", "R9"), ("R1", "R9", "R9"), ("R2", "R9", "R9")):
        with pytest.raises(CannotMergePerson) as refused:
            await planned(stage, number, into)
        assert (refused.value.number, refused.value.why, refused.value.into) == (who, Why.MERGED, "R1")
    with pytest.raises(CannotMergePerson):
        await planned(stage, "R1", "nobody")


@pytest.mark.parametrize("change", ["fact", "account"])
async def test_what_was_recorded_of_either_since_overtakes_it(stage: Stage, change: str) -> None:
    number = await propose(stage, await planned(stage))
    async with stage.database.write() as tx:
        if change == "fact":
            [fact, *_] = (await people.facts_of(tx, EVERYTHING, ["R1"]))["R1"]
            row = {"subject": "R1", "field": "post", "value": "科长", "valid_from": fact.valid_from}
            await tx.execute(
                insert(tables.person_fact).values(**row, recorded_at=stage.clock(), recorded_by="test")
            )
        else:
            account = tables.account
            await tx.execute(update(account).where(account.c.account == "zhou10").values(person="R2"))
    assert "又有变动" in await stage.phone("second")(f"确认 {number}")
    assert await rows(stage.database, tables.person_status.c.person) == []


async def test_lines_that_came_since_go_too(stage: Stage) -> None:
    number = await propose(stage, await planned(stage))
    await answer(stage, "zhou9", MONDAY + DAY)
    assert "已确认并生效" in await stage.phone("second")(f"确认 {number}")
    assert (await balances(stage))["R1 2026"] == {"daily": 10}


async def test_one_human_being_is_no_second_pair_of_eyes(stage: Stage) -> None:
    """何芳 is found to be R7 too, and a city admin under both numbers."""
    async with stage.database.write() as tx:
        await add_person(tx, "R7", "he", name="何芳", role="city_admin")
        await wishes.mark_privacy_shown(tx, ["R7"], at(MONDAY))
    other = await propose(stage, PastHours((past("R1", "lecture", "讲座", "4"),)), "he")
    number = await propose(stage, await planned(stage, "R7", "R6"), "he")
    assert await stage.phone("second")(f"确认 {number}") == "自己提出的批次须由另一名市级管理员确认。"
    assert "已确认并生效" in await stage.phone("admin")(f"确认 {number}")
    # What was proposed under the number that went is the own batch of the one who stayed.
    for account in ("he", "second"):
        assert await stage.phone(account)(f"确认 {other}") == "自己提出的批次须由另一名市级管理员确认。"


async def test_a_line_taken_back_by_a_merge_is_not_reversed_again(stage: Stage) -> None:
    await post(stage, past("R9", "lecture", "讲座", "4"), past("R9", "lecture", "又一", "2", JUNE + DAY))
    async with stage.database.write() as tx:
        await reversing.reverse(tx, stage.rules, 2, by="R6", reason="有误", now=stage.clock())
    await merged(stage)
    async with stage.database.read() as tx:
        for seq, by in ((1, 4), (2, 3), (4, 0)):
            with pytest.raises(CannotReverse) as refused:
                await reversing.reversible(tx, seq)
            assert refused.value.by == by
        assert (await reversing.reversible(tx, 5)).entry.person == "R1"
    assert (await balances(stage))["R1 2026"] == {"lecture": 400}


@on_sqlite
async def test_who_took_a_line_back_is_found_by_an_index(database: Database) -> None:
    async with database.read() as tx:
        asked = reversals._REVERSED_BY.params(ref="1", seq=1)
        compiled = asked.compile(dialect=tx.dialect, compile_kwargs={"render_postcompile": True})
        sql = str(compiled).replace("?", "'1'")
        seen = [row.detail for row in await tx.execute(text(f"EXPLAIN QUERY PLAN {sql}"))]
    assert any("source=? AND source_ref=?" in step for step in seen), seen


async def test_wishes_focus_and_complaints_go_along(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await wishes.keep(tx, "R9", Wishes(mute_daily=True))
        await focus.show(tx, ["R1"], "daily", f"{MONDAY}:staff", at(MONDAY, "08:00"))
        await focus.show(tx, ["R9"], "daily", f"{MONDAY + DAY}:staff", at(MONDAY, "09:00"))
        asked = await feedback.add(tx, "R9", "题目太难", stage.clock())
    await merged(stage)
    async with stage.database.read() as tx:
        found = await feedback.one(tx, EVERYTHING, asked)
    assert found is not None
    assert found.person == "R1"
    muted = tables.person_wishes.c
    assert ("R1", True) in await rows(stage.database, muted.person, muted.mute_daily)
    shown = tables.focus.c
    assert await rows(stage.database, shown.person, shown.ref, shown.earlier_ref) == [
        ("R1", f"{MONDAY + DAY}:staff", f"{MONDAY}:staff")
    ]


async def test_somebody_without_lines_or_wishes(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await add_person(tx, "R8", name="林涛")
    number = await propose(stage, await planned(stage, "R8", "R4"))
    shown = await stage.phone("second")(f"审核 {number}")
    assert "没有需要转移的账号。\n没有需要转记的学时。" in shown
    assert "已确认并生效" in await stage.phone("second")(f"确认 {number}")
    async with stage.database.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(tables.ledger_entry))).scalar() == 0


async def test_the_audit_log_names_both(stage: Stage) -> None:
    await merged(stage)
    log: Any = tables.audit_log.c
    async with stage.database.read() as tx:
        found = [tuple(row) for row in await tx.execute(select(log.what, log.before, log.after).order_by(log.seq))]
    assert found[-2:] == [
        ("batch.propose", "R9、R1 两个人员编号", "R9 并入 R1，转记学时 0 条，合计 0.00"),
        ("batch.confirmed", "R9、R1 两个人员编号", "R9 并入 R1，转记学时 0 条，合计 0.00"),
    ]


async def test_a_closed_year_is_a_late_entry(stage: Stage) -> None:
    await post(stage, past("R9", "lecture", "去年", "2", date(2025, 5, 5), 2025))
    number = await propose(stage, await planned(stage))
    event = {"year": 2025, "kind": "closed", "at": stage.clock(), "by": "R6", "batch": 1}
    async with stage.database.write() as tx:
        await tx.execute(insert(tables.year_event).values(**event, head_seq=1, head_hash="x"))
    second = stage.phone("second")
    assert "已确认并生效" not in await second(f"确认 {number}")
    plan = await planned(stage)
    assert plan.closed == (2025,)
    number = await propose(stage, plan)
    assert "2025年度已关闭，该年度的记录列为补录。" in await second(f"审核 {number}")
    assert "已确认并生效" in await second(f"确认 {number}")
    assert [late for _, late in await rows(stage.database, LINE.seq, LINE.late)] == [False, True, True]


def by_file(line: PastLine) -> PastLine:
    """With the ref that a file gives it."""
    return replace(line, ref=refs_of(line, [line.person])[1])


async def test_a_file_imported_before_the_merge_does_not_count_again(stage: Stage) -> None:
    """The account says R9 the first time and R1 afterwards; the event is the same."""
    first = by_file(past("R9", "lecture", "讲座", "4"))
    await post(stage, first)
    await merged(stage)
    again, other = by_file(replace(first, person="R1")), by_file(past("R1", "lecture", "另一次", "4"))
    async with stage.database.read() as tx:
        assert await past_hours.posted_refs(tx, [again, other]) == {again.ref}
    number = await propose(stage, PastHours((again,)))
    assert "已确认" not in await stage.phone("second")(f"确认 {number}")
    assert (await balances(stage))["R1 2026"] == {"lecture": 400}


async def test_an_answer_that_was_filled_up_is_taken_back_whole_after_the_merge(stage: Stage) -> None:
    await post(stage, past("R9", "lecture", "讲座", "4"))
    await answer(stage, "zhou9")
    async with stage.database.write() as tx:
        [seq] = (await tx.execute(select(LINE.seq).where(LINE.source == "daily"))).scalars()
        fill = replace((await lines_of(tx, EVERYTHING, "R9"))[seq], source="refill", source_ref="x")
        await ledger.post(tx, [fill])
        await ledger.keep_standings(tx, 2026, {"R9": Standing(None, {"lecture": 400, "daily": 20})})
    await merged(stage)
    lines = await rows(stage.database, LINE.seq, LINE.person, LINE.form, LINE.hours)
    moved = [seq for seq, person, form, hours in lines if (person, form) == ("R1", "daily")]
    assert len(moved) == 2
    number = await propose(stage, Reversal(moved[0], "R1", "第 1 条"))
    await stage.phone("second")(f"确认 {number}")
    assert {form: n for form, n in (await balances(stage))["R1 2026"].items() if n} == {"lecture": 400}


async def test_who_speaks_in_the_same_batch_speaks_as_who_it_has_become(stage: Stage) -> None:
    """The confirmation and the complaint wait together; when it is the complaint's turn, R9 is R1."""
    number = await propose(stage, await planned(stage))
    await stage.answers(stage.act("second", f"确认 {number}"), stage.act("zhou9", "投诉建议 食堂"))
    assert await rows(stage.database, tables.feedback.c.person, tables.feedback.c.text) == [("R1", "食堂")]
