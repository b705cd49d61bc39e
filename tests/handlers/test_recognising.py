"""认定入账: under the limits, once for an event, again when it was taken back, into a closed year only as late."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from handlers.actions import batches, merging, recognising, reversing
from storage import ledger, refills, reversals, years
from storage.database import Database
from storage.ledger import Line
from storage.scope import EVERYTHING
from tests.bot.desk import verified
from tests.handlers.activity_city import TUESDAY, WEDNESDAY, person, populate
from tests.handlers.stage import MONDAY, at
from training.chains import Head
from training.crediting import Part
from training.forms import Form
from training.line_days import Earned
from training.recognising import Recognised, by_year
from training.rules import Rules
from training.years import YearAct, YearClosed, YearEvent

NOW, RULES = at(date(2026, 12, 1)), Rules()


def found(ref: str, *days: tuple[date, int], form: Form = Form.LECTURE, **changed: Any) -> Recognised:
    parts = tuple(Part(form, day, day.year, amount) for day, amount in days)
    one = Recognised(
        *("R1", form, ("宪法",), f"讲座{ref}", parts, days[0][0], days[-1][0], days[0][0].year),
        *("司法局", "线下", 150, "签到表", "专题讲座，实际 150 分钟 ÷ 45", "activity", ref),
    )
    return replace(one, **changed)


@pytest.fixture
async def city(database: Database) -> Database:
    await populate(database)
    return database


async def post(database: Database, *wanted: Recognised, late: bool = False) -> list[Line]:
    async with database.write() as tx:
        return await recognising.post(tx, RULES, wanted, approved_by="R7", now=NOW, late=late)


def said(lines: list[Line]) -> list[tuple[str, str, str]]:
    return [(line.entry.source_ref, f"{line.entry.hours:.2f}", line.entry.note) for line in lines]


async def sums(database: Database, year: int = 2026) -> dict[str, int]:
    async with database.read() as tx:
        return dict((await ledger.standings(tx, EVERYTHING, ["R1"], year))["R1"].by_form)


async def kept(database: Database) -> dict[int, list[Earned]]:
    async with database.read() as tx:
        return dict(await refills.earned_of(tx, EVERYTHING, ["R1"], (2026, 2027), list(Form)))


async def test_a_line_says_who_when_by_what_and_on_whose_word(city: Database) -> None:
    [line] = await post(city, found("1:R1", (TUESDAY, 333), note="迟到"))
    entry = line.entry
    assert (entry.unit, entry.category, entry.mark, entry.year) == ("11", "staff", False, 2026)
    assert (entry.starts_on, entry.ends_on, entry.hours, entry.minutes) == (TUESDAY, TUESDAY, Decimal("3.33"), 150)
    assert (entry.rule, entry.mode, entry.organiser, entry.evidence) == (
        *("专题讲座，实际 150 分钟 ÷ 45", "线下", "司法局", "签到表"),
    )
    assert (entry.approved_by, entry.approved_at, entry.late, entry.note) == ("R7", NOW, False, "迟到")
    assert await sums(city) == {"lecture": 333}
    assert await kept(city) == {}


async def test_the_same_event_counts_once(city: Database) -> None:
    one, other = found("1:R1", (TUESDAY, 333)), found("2:R1", (WEDNESDAY, 100))
    assert len(await post(city, one)) == 1
    assert said(await post(city, one, other)) == [("2:R1", "1.00", "")]
    assert await post(city, one, other) == []
    assert await sums(city) == {"lecture": 433}


async def test_a_day_has_twelve_hours_and_a_form_its_year(city: Database) -> None:
    lines = await post(
        city,
        found("1:R1", (MONDAY, 1000)),
        found("2:R1", (MONDAY, 400), form=Form.TEACHING),
        found("3:R1", (TUESDAY, 700), form=Form.COURT_HEARING),
        found("4:R1", (WEDNESDAY, 300), form=Form.COURT_HEARING),
    )
    assert said(lines) == [
        ("1:R1", "10.00", ""),
        ("2:R1", "2.00", "应认定 4.00，按每日上限认定 2.00"),
        ("3:R1", "7.00", ""),
        ("4:R1", "1.00", "应认定 3.00，按年度上限认定 1.00"),
    ]
    assert await kept(city) == {2: [Earned(2, MONDAY, 400, 200)], 4: [Earned(4, WEDNESDAY, 300, 100)]}
    assert await verified(city)


async def test_what_is_expected_is_what_is_posted(city: Database) -> None:
    wanted = [
        found("1:R1", (MONDAY, 1000)),
        found("2:R1", (MONDAY, 400)),
        found("3:R2", (MONDAY, 400), person="R2"),
    ]
    await post(city, wanted[0])
    async with city.read() as tx:
        expected = await recognising.expected(tx, RULES, wanted)
    assert {ref: (one.posted, one.stands) for ref, one in expected.items()} == {
        "1:R1": (0, True),
        "2:R1": (200, False),
        "3:R2": (400, False),
    }
    lines = await post(city, *wanted)
    assert {line.entry.source_ref: line.entry.note for line in lines} == {
        ref: expected[ref].note for ref in ("2:R1", "3:R2")
    }


async def test_days_of_different_worth_stay_where_they_were(city: Database) -> None:
    """120 minutes on Monday, 30 on Tuesday: the limit of Monday has less room for the next one."""
    await post(city, found("1:R1", (MONDAY, 1100), (TUESDAY, 100)))
    assert await kept(city) == {1: [Earned(1, MONDAY, 1100, 1100), Earned(1, TUESDAY, 100, 100)]}
    lines = await post(city, found("2:R1", (MONDAY, 400)), found("3:R1", (TUESDAY, 400)))
    assert [hours for _, hours, _ in said(lines)] == ["1.00", "4.00"]
    assert await verified(city)


async def test_what_was_taken_back_makes_room_and_is_posted_again(city: Database) -> None:
    one, cut = found("1:R1", (MONDAY, 1000)), found("2:R1", (MONDAY, 400))
    await post(city, one, cut)
    async with city.write() as tx:
        await reversing.reverse(tx, RULES, 1, by="R6", reason="重复", now=NOW)
    assert await sums(city) == {"lecture": 400}  # 2.00 and the 2.00 for which there was no room
    again = await post(city, one)
    assert said(again) == [("1:R1#2", "8.00", "应认定 10.00，按每日上限认定 8.00；第 1 条冲销后重新入账")]
    assert await post(city, one) == []
    assert await verified(city)


async def test_a_closed_year_takes_only_what_is_said_to_be_late(city: Database) -> None:
    async with city.write() as tx:
        await years.record(tx, YearEvent(2026, YearAct.CLOSED, NOW, "R5", 1, Head(0, "0" * 64)))
    one = found("1:R1", (TUESDAY, 333))
    with pytest.raises(YearClosed):
        await post(city, one)
    assert [line.entry.late for line in await post(city, one, late=True)] == [True]


async def test_a_note_never_passes_for_that_of_a_limit(city: Database) -> None:
    [line] = await post(city, found("1:R1", (TUESDAY, 333), note="应认定 9.00，按每日上限认定 3.33"))
    assert line.entry.note.startswith("备注：")
    assert await verified(city)


def test_an_event_over_new_year_is_one_a_year() -> None:
    last, first = date(2026, 12, 31), date(2027, 1, 1)
    whole = found("1:R1", (last, 300), (first, 100), note="迟到")
    before, after = by_year(whole, {last: 135, first: 45})
    assert (before.year, before.starts, before.ends, before.earned, before.minutes) == (2026, last, last, 300, 135)
    assert (after.year, after.starts, after.ends, after.earned, after.minutes) == (2027, first, first, 100, 45)
    assert (before.source_ref, after.source_ref) == ("1:R1:2026", "1:R1:2027")
    assert after.note == "2026-12-31 至 2027-01-01 共 4.00 学时，本条为 2027 年度部分；迟到"
    assert by_year(found("1:R1", (last, 300))) == (found("1:R1", (last, 300)),)


async def test_lines_move_with_a_number_that_becomes_another(city: Database) -> None:
    """Their days go with them, what still waits too; and the event does not count again under the old number."""
    uneven, cut = found("1:R1", (MONDAY, 1100), (TUESDAY, 100)), found("2:R1", (MONDAY, 400))
    await post(city, uneven, cut)
    async with city.write() as tx:
        proposal = await merging.proposed(tx, RULES, "R1", "R2", NOW)
        number = await batches.propose(tx, await person(tx, "R5"), proposal, "同一人", NOW)
        await batches.confirm(tx, RULES, await person(tx, "R6"), number, NOW)
    assert await verified(city)
    assert await post(city, uneven, cut) == []
    lines = await post(city, found("3:R2", (TUESDAY, 1200), person="R2"))
    assert said(lines) == [("3:R2", "11.00", "应认定 12.00，按每日上限认定 11.00")]
    async with city.write() as tx:
        moved = (await reversals.numbers_of(tx, EVERYTHING, "merge", ["1:R2"]))["1:R2"]
        await reversing.reverse(tx, RULES, moved, by="R6", reason="有误", now=NOW)
        sums = await ledger.standings(tx, EVERYTHING, ["R2"], 2026)
    assert sums["R2"].by_form["lecture"] == 400 + 1200  # both were cut, and both have room now
    assert await verified(city)
