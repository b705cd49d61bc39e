"""What answers to quizzes leave behind: first answers, hours, lines, and the focus, however they arrive."""

import asyncio
from dataclasses import replace as changed
from datetime import date
from decimal import Decimal

import pytest

from handlers.actions import ledgers
from handlers.message import Incoming, Kind
from storage import ledger, people, quizzes
from storage.database import Database
from storage.scope import EVERYTHING
from tests.bot.desk import crowd, first_line, verified
from tests.databases import on_postgresql
from tests.handlers.city import JUDGE, MULTIPLE, SINGLE, populate
from tests.handlers.quiz_city import FILED, given, posted, sent, staged
from tests.handlers.stage import MONDAY, Stage, at
from training.calendar import DAY
from training.chains import Head
from training.forms import Form
from training.hours import Standing
from training.people import Fact, Field

NEW_YEAR = date(2027, 1, 1)


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    return staged(database)


async def standing(database: Database, person: str, year: int = 2026) -> Standing:
    async with database.read() as tx:
        return (await ledger.standings(tx, EVERYTHING, [person], year)).get(person, Standing(None, {}))


# ---- lines ----------------------------------------------------------------------------------------------------


async def test_a_line_of_the_ledger(stage: Stage, database: Database) -> None:
    number = await sent(database, questions=(JUDGE, SINGLE), credit=25)
    await stage.phone("zhou").key(f"quiz:{number}:1:D")
    [line] = await posted(database)
    entry = line.entry
    assert (entry.person, entry.unit, entry.category, entry.mark) == ("R1", "11", "staff", False)
    assert (entry.year, entry.starts_on, entry.ends_on) == (2026, MONDAY, MONDAY)
    assert (entry.form, entry.hours, entry.content_classes) == ("quiz", Decimal("0.25"), ("公共法律",))
    assert (entry.title, entry.rule) == (f"群发答题 {number} 第2题 s1", "群发答题 0.25 学时/题，不设年度上限")
    assert (entry.source, entry.source_ref) == ("quiz", f"quiz:{number}:1:R1")
    assert (entry.recorded_at, entry.approved_by, entry.late) == (stage.clock(), "", False)
    assert isinstance(await ledgers.verify(database, None), Head)


async def test_what_was_written_for_it_has_no_number(stage: Stage, database: Database) -> None:
    await sent(database, questions=(SINGLE, JUDGE), written=(0, 1))
    zhou = stage.phone("zhou")
    await zhou.key("quiz:1:0:B")
    await zhou.key("quiz:1:1:错")
    assert [line.entry.title for line in await posted(database)] == ["群发答题 1 第1题", "群发答题 1 第2题"]


async def test_the_unit_of_the_line_is_that_of_now_and_of_the_answer_that_of_sending(
    stage: Stage, database: Database
) -> None:
    await sent(database, questions=(SINGLE,))
    async with database.write() as tx:
        moved = [Fact("R1", Field.UNIT, "22", MONDAY, at(MONDAY, "09:30"))]
        await people.add(tx, moved, [], [], by="test", now=at(MONDAY, "09:30"), today=MONDAY)
    await stage.phone("zhou").key("quiz:1:0:B")
    assert [line.entry.unit for line in await posted(database)] == ["22"]
    async with database.read() as tx:
        [answered] = (await quizzes.answers(tx, EVERYTHING, [1], ["R1"])).values()
    assert answered.unit == "then"


async def test_without_credit_there_is_no_line(stage: Stage, database: Database) -> None:
    await sent(database, questions=(SINGLE,), credit=0)
    said = await stage.phone("zhou").key("quiz:1:0:B")
    assert "学时" not in said
    assert await given(database) == [(1, 0, "R1", "B", True, 0, 0)]
    assert await posted(database) == []


async def test_a_question_earns_once_a_year(stage: Stage, database: Database) -> None:
    for _ in range(2):
        await sent(database, questions=(SINGLE, JUDGE), written=(1,))
    zhou = stage.phone("zhou")
    await zhou.key("quiz:1:0:D")
    await zhou.key("quiz:1:1:错")
    assert "\n本题学时：+0.00（此题本年度已计过学时）\n计入学时：0.20 / 50.00\n" in await zhou.key("quiz:2:0:B")
    assert "此题本年度已计过学时" in await zhou.key("quiz:2:1:错")  # written anew, and the same
    assert "此题本年度已计过学时" in await zhou.key("quiz:2:0:A")  # told again
    assert "\n本题学时：+0.10\n" in await stage.phone("wu").key("quiz:2:0:B")
    assert (await standing(database, "R1")).by_form == {"quiz": 20}


async def test_so_it_is_within_a_batch(stage: Stage, database: Database) -> None:
    for _ in range(3):
        await sent(database, questions=(SINGLE,))
    await stage.answers(*(stage.act("zhou", f"quiz:{n}:0:B", Kind.TAP) for n in (3, 1, 2)))
    assert [earned for *_, earned, _ in await given(database)] == [0, 0, 10]
    assert (await standing(database, "R1")).by_form == {"quiz": 10}


async def test_a_question_without_credit_before_does_not_count(stage: Stage, database: Database) -> None:
    await sent(database, questions=(SINGLE,), credit=0)
    await sent(database, questions=(SINGLE,))
    zhou = stage.phone("zhou")
    await zhou.key("quiz:1:0:B")
    assert "\n本题学时：+0.10\n" in await zhou.key("quiz:2:0:B")


@pytest.mark.parametrize(
    ("day", "clock", "hours"),
    [(date(2026, 12, 31), "23:59:59", Decimal("0.10")), (NEW_YEAR, "00:00:00", None), (NEW_YEAR, "09:00", None)],
)
async def test_never_across_new_year(
    stage: Stage, database: Database, day: date, clock: str, hours: Decimal | None
) -> None:
    december = at(date(2026, 12, 30), "09:00")
    await sent(database, questions=(SINGLE,), sent_at=december, closes_at=at(NEW_YEAR + DAY))
    stage.clock.to(day, clock)
    said = await stage.phone("zhou").key("quiz:1:0:B")
    assert said.startswith("✓ 回答正确\n")
    assert ("+0.00（已过发送年度，不计学时）" in said) == (hours is None)
    found = [(line.entry.year, line.entry.hours) for line in await posted(database)]
    assert found == ([] if hours is None else [(2026, hours)])


async def test_the_next_year_begins_anew(stage: Stage, database: Database) -> None:
    await sent(database, questions=(SINGLE,))
    zhou = stage.phone("zhou")
    await zhou.key("quiz:1:0:B")
    january = at(NEW_YEAR + 3 * DAY, "09:00")
    await sent(database, questions=(SINGLE,), sent_at=january, closes_at=january + 5 * DAY)
    stage.clock.to(NEW_YEAR + 3 * DAY)
    assert "\n本题学时：+0.10\n" in await zhou.key("quiz:2:0:B")
    assert [line.entry.year for line in await posted(database)] == [2026, 2027]


async def test_a_quarter_of_what_is_owed_counts(stage: Stage, database: Database) -> None:
    """The group of answering on the phone, the daily question among it; all of it is recorded."""
    async with database.write() as tx:
        await ledger.keep_standings(tx, 2026, {"R1": Standing(5000, {"daily": 1000, "lecture": 400})})
    await sent(database, questions=(SINGLE, JUDGE), credit=200)
    zhou = stage.phone("zhou")
    assert "\n本题学时：+2.00\n计入学时：16.00 / 50.00\n" in await zhou.key("quiz:1:0:B")
    assert "\n本题学时：+2.00\n计入学时：16.50 / 50.00\n" in await zhou.key("quiz:1:1:错")
    assert (await standing(database, "R1")).by_form == {"daily": 1000, "lecture": 400, "quiz": 400}


async def test_a_yearly_cap_of_the_city(database: Database) -> None:
    await populate(database)
    forms = tuple(changed(row, yearly_cap=15) if row.form is Form.QUIZ else row for row in FILED.forms)
    stage = staged(database, rules=changed(FILED, forms=forms))
    await sent(database)
    zhou = stage.phone("zhou")
    assert "本题学时：+0.10\n" in await zhou.key("quiz:1:0:B")
    assert "本题学时：+0.05（本项到年度上限，只计余量）\n" in await zhou.key("quiz:1:1:错")
    assert "本题学时：+0.00（本项已达年度上限）\n" in await zhou.key("quiz:1:2:", "A", "B", "C")
    assert [(line.entry.hours, line.entry.rule) for line in await posted(database)] == [
        (Decimal("0.10"), "群发答题 0.10 学时/题，每年至多 0.15 学时"),
        (Decimal("0.05"), "群发答题 0.10 学时/题，每年至多 0.15 学时"),
    ]
    assert await verified(database)


async def test_it_stands_in_ones_own_data(stage: Stage, database: Database) -> None:
    await sent(database)
    zhou = stage.phone("zhou")
    assert "群发答题作答" not in await zhou("我的数据")
    await zhou.key("quiz:1:0:B")
    await zhou.key("quiz:1:1:B")
    await zhou.key("quiz:1:1:对")
    assert "\n群发答题作答：2 题\n2026年学时：答题活动 0.20\n" in await zhou("我的数据")


# ---- deliveries, batches and processes ------------------------------------------------------------------------


async def test_deliveries_in_another_order_and_again(stage: Stage, database: Database) -> None:
    await sent(database)
    acts = [stage.act("zhou", key, Kind.TAP) for key in ("quiz:1:2:A", "quiz:1:0:next", "quiz:1:0:B", "quiz:1:0:C")]
    first = await stage.answers(*acts)
    again = await staged(database, stage.clock).answers(*reversed(acts))
    assert [one.wire for one in again] == [one.wire for one in reversed(first)]
    assert [(item, chosen) for _, item, _, chosen, *_ in await given(database)] == [(0, "B"), (2, "A")]
    assert [first_line(one) for one in first] == [
        "✗ 回答错误",
        "群发答题 1 2/3 宪法宣传周",
        "✓ 回答正确",
        "此题您已作答（回答正确），以首次为准",
    ]


async def test_two_letters_at_once_answer_one_question(stage: Stage, database: Database) -> None:
    """Both were typed before the next question was shown."""
    await sent(database, shown=True)
    answers = await stage.answers(stage.act("zhou", "B"), stage.act("zhou", "A"))
    assert [first_line(one) for one in answers] == [
        "【群发答题 1 第1题】✓ 回答正确",
        "【群发答题 1 第1题】此题您已作答（回答正确），以首次为准",
    ]
    assert [(item, chosen) for _, item, _, chosen, *_ in await given(database)] == [(0, "B")]


async def test_two_accounts_of_one_person_answer_once(stage: Stage, database: Database) -> None:
    await sent(database, questions=(MULTIPLE,))
    await stage.answers(*(stage.act(who, "quiz:1:0:", Kind.TAP, choices=("A",)) for who in ("wu", "wu2")))
    assert await given(database) == [(1, 0, "R3", "A", False, 10, 10)]
    assert len(await posted(database)) == 1


async def test_three_hundred_answers(stage: Stage, database: Database) -> None:
    """Typed and tapped in one go: everybody's own, and the next question in front of who typed."""
    names = await crowd(database, 300)
    await sent(database, persons=[f"N{name}" for name in names], shown=True)
    half = [stage.act(name, "B" if n % 2 else "D") for n, name in enumerate(names[:150])]
    answers = await stage.answers(*half, *(stage.act(name, "quiz:1:0:B", Kind.TAP) for name in names[150:]))
    assert len({one.wire for one in answers}) == 300
    found = await given(database)
    assert [(person, right) for _, _, person, _, right, _, _ in found] == [
        (f"N{name}", n >= 150 or bool(n % 2)) for n, name in enumerate(names)
    ]
    assert len(await posted(database)) == 300
    assert await verified(database)
    second = await stage.answers(*(stage.act(name, "错") for name in names))
    verdicts = [first_line(one) for one in second]
    assert verdicts[:150] == ["【群发答题 1 第2题】✓ 回答正确"] * 150
    assert set(verdicts[150:]) == {"【群发答题 1 第1题】此题您已作答（回答正确），以首次为准"}


async def race(one: Stage, other: Stage, *pairs: tuple[Incoming, Incoming]) -> list[list[str]]:
    """First lines, when two processes are given one act of each pair at the same time."""
    waiting = [(one.desk.submit(mine), other.desk.submit(theirs)) for mine, theirs in pairs]
    await asyncio.gather(one.desk.drain(), other.desk.drain())
    return [[first_line(answer.result()) for answer in pair] for pair in waiting]


@on_postgresql
async def test_two_processes_take_one_answer_of_a_person(stage: Stage, database: Database) -> None:
    names = await crowd(database, 12)
    await sent(database, questions=(SINGLE,), persons=[f"N{name}" for name in names])
    other = staged(database, stage.clock)
    pairs = [(stage.act(name, "quiz:1:0:B", Kind.TAP), other.act(name, "quiz:1:0:A", Kind.TAP)) for name in names]
    for said in await race(stage, other, *pairs):
        [second] = [line for line in said if line.startswith("此题您已作答")]
        [first] = [line for line in said if line != second]
        assert second == f"此题您已作答（{first[2:]}），以首次为准"
    assert len(await given(database)) == len(await posted(database)) == 12
    assert await verified(database)


@on_postgresql
async def test_two_processes_credit_one_question_once(stage: Stage, database: Database) -> None:
    """The same question in two quizzes, answered at the same time."""
    names = await crowd(database, 12)
    for _ in range(2):
        await sent(database, questions=(SINGLE,), persons=[f"N{name}" for name in names])
    other = staged(database, stage.clock)
    pairs = [(stage.act(name, "quiz:1:0:B", Kind.TAP), other.act(name, "quiz:2:0:B", Kind.TAP)) for name in names]
    assert await race(stage, other, *pairs) == [["✓ 回答正确", "✓ 回答正确"]] * 12
    assert len(await given(database)) == 24
    assert len(await posted(database)) == 12
    assert {(await standing(database, f"N{name}")).by_form["quiz"] for name in names} == {10}
    assert await verified(database)


@on_postgresql
async def test_two_processes_with_a_quiz_and_a_daily_question_add_up(stage: Stage, database: Database) -> None:
    names = await crowd(database, 12)
    await sent(database, questions=(SINGLE,), persons=[f"N{name}" for name in names])
    await stage.phone("zhou")("今日一题")
    other = staged(database, stage.clock)
    key = f"daily:{MONDAY}:staff:B"
    pairs = [(stage.act(name, "quiz:1:0:B", Kind.TAP), other.act(name, key, Kind.TAP)) for name in names]
    await race(stage, other, *pairs)
    assert {str((await standing(database, f"N{name}")).by_form) for name in names} <= {
        "{'quiz': 10, 'daily': 10}",
        "{'daily': 10, 'quiz': 10}",
    }
    assert await verified(database)
