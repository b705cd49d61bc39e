"""Imported past hours: the limit of a day over all forms, the cap of a year, and what the note says of both."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event

from storage import refills, years
from storage.database import Database
from storage.scope import EVERYTHING
from tests.bot.desk import verified
from tests.handlers.city import add_person, populate
from tests.handlers.past import NOW, TUESDAY, WEDNESDAY, Books, past, told
from tests.handlers.stage import MONDAY, at
from training.chains import Head
from training.forms import FORM_RULES, Form, rule_on
from training.line_days import Earned
from training.rules import Rules
from training.years import ClosedMeanwhile, YearAct, YearEvent

FRIDAY = date(2026, 11, 27)


@pytest.fixture
async def books(database: Database) -> Books:
    await populate(database)
    return Books(database)


async def test_a_day_has_twelve_hours_over_all_forms_and_batches(books: Books) -> None:
    first = await books.post(past("lecture", "讲座", "8"), past("teaching", "讲课", "6.00"))
    assert told(first) == [("讲座", "8.00"), ("讲课", "4.00")]
    assert [line.entry.note for line in first] == ["", "申报 6.00，按每日上限认定 4.00"]
    second = await books.post(past("off_job", "培训", "4", TUESDAY), past("off_job", "晚课", "2.00"))
    assert told(second) == [("晚课", "0.00"), ("培训", "4.00")]
    assert second[0].entry.note == "申报 2.00，按每日上限认定 0.00"
    assert await books.sums() == {"lecture": 800, "teaching": 400, "off_job": 400}
    assert await verified(books.database)


async def test_the_day_of_one_is_not_that_of_another(books: Books) -> None:
    lines = [past("lecture", name, "12", person=name) for name in ("R1", "R2", "R3")]
    assert [hours for _, hours in told(await books.post(*lines))] == ["12.00"] * 3


async def test_exams_practice_and_a_summary_of_the_year_are_apart_from_the_day(books: Books) -> None:
    await books.post(past("lecture", "讲座", "12"))
    apart = await books.post(past("exam", "考试", "2"), past("online", "平台年度汇总", "20"))
    assert told(apart) == [("考试", "2.00"), ("平台年度汇总", "20.00")]
    assert told(await books.post(past("online", "民法典课程", "1.00"))) == [("民法典课程", "0.00")]


async def test_several_days_are_one_line_of_what_fits_on_each(books: Books) -> None:
    """Monday holds 10 already: of 4 a day over three days, Monday's part is cut to 2."""
    await books.post(past("lecture", "讲座", "10"))
    [line] = await books.post(past("off_job", "培训班", "12.00", to=WEDNESDAY))
    assert (line.entry.starts_on, line.entry.ends_on, str(line.entry.hours)) == (MONDAY, WEDNESDAY, "10.00")
    assert line.entry.note == "申报 12.00，按每日上限认定 10.00"
    async with books.database.read() as tx:
        kept = await refills.earned_of(tx, EVERYTHING, ["R1"], (2026, 2026), list(Form))
    days = zip((MONDAY, TUESDAY, WEDNESDAY), (200, 400, 400), strict=True)
    assert kept == {2: [Earned(2, day, 400, posted) for day, posted in days]}
    # What that line has on Tuesday counts when the next one comes.
    assert told(await books.post(past("teaching", "讲课", "9", TUESDAY))) == [("讲课", "8.00")]


async def test_free_days_between_hold_nothing_unless_the_hours_need_them(books: Books) -> None:
    """Friday to Sunday: 8 are Friday's alone, 24 cannot be."""
    sunday = date(2026, 11, 29)
    await books.post(past("off_job", "班", "8", FRIDAY, to=sunday))
    assert told(await books.post(past("lecture", "周六", "12", date(2026, 11, 28)))) == [("周六", "12.00")]
    held = await books.post(past("off_job", "周末班", "24", FRIDAY, to=sunday, person="R2"))
    assert told(held) == [("周末班", "24.00")]
    assert told(await books.post(past("lecture", "周日", "12", sunday, person="R2"))) == [("周日", "4.00")]


async def test_what_a_form_cannot_be_worth_is_not_posted_and_waits_for_nothing(books: Books) -> None:
    """集体学法 at most 4 each, 脱产培训 8 a day."""
    lines = await books.post(
        past("collective", "一", "6.00"), past("off_job", "二", "20.00", TUESDAY, to=WEDNESDAY)
    )
    assert told(lines) == [("一", "4.00"), ("二", "16.00")]
    assert [line.entry.note for line in lines] == [
        "申报 6.00，按单次上限认定 4.00",
        "申报 20.00，按全天标准认定 16.00",
    ]
    async with books.database.read() as tx:
        assert await refills.earned_of(tx, EVERYTHING, ["R1"], (2026, 2026), list(Form)) == {}
    # Room on the day and under the cap makes them no longer.
    assert told(await books.post(past("lecture", "三", "8"))) == [("三", "8.00")]
    assert told(await books.reverse("三")) == [("三", "-8.00")]
    assert await verified(books.database)


async def test_only_what_limits_cut_of_it_is_filled_up(books: Books) -> None:
    """Of 6.00 the form holds 4, the day 2 beside the lecture; 2 come when the lecture goes, never 4."""
    lines = await books.post(past("lecture", "讲座", "10"), past("collective", "学法", "6.00"))
    assert lines[1].entry.note == "申报 6.00，按单次上限认定 4.00，再按每日上限认定 2.00"
    assert told(await books.reverse("讲座")) == [("讲座", "-10.00"), ("学法 补足", "2.00")]
    assert await books.sums() == {"lecture": 0, "collective": 400}


async def test_the_cap_of_the_year_comes_last_and_the_citys_row_says_how_much_at_once(books: Books) -> None:
    later = replace(rule_on(FORM_RULES, "collective", MONDAY), most=1000, yearly_cap=1200, valid_from=TUESDAY)
    books.rules = Rules(forms=(*FORM_RULES, later))
    lines = await books.post(
        past("collective", "一", "5.00"),
        past("collective", "二", "10.00", TUESDAY),
        past("lecture", "课", "8", WEDNESDAY),
        past("collective", "三", "11.00", WEDNESDAY),
    )
    assert [line.entry.note for line in lines] == [
        "申报 5.00，按单次上限认定 4.00",
        "申报 10.00，按年度上限认定 8.00",
        "",
        "申报 11.00，按单次上限认定 10.00，再按每日上限认定 4.00，再按年度上限认定 0.00",
    ]
    assert told(await books.reverse("一")) == [("一", "-4.00"), ("二 补足", "2.00"), ("三 补足", "2.00")]


async def test_the_cap_of_the_form_comes_after_the_limit_of_the_day(books: Books) -> None:
    """旁听庭审 counts up to 8 a year."""
    lines = await books.post(
        past("lecture", "讲座", "6"),
        past("court_hearing", "一", "5", TUESDAY),
        past("court_hearing", "二", "7.00"),
    )
    assert told(lines) == [("讲座", "6.00"), ("二", "6.00"), ("一", "2.00")]
    notes = {line.entry.title: line.entry.note for line in lines}
    assert notes["二"] == "申报 7.00，按每日上限认定 6.00"
    assert notes["一"] == "申报 5，按年度上限认定 2.00"
    _, both = await books.post(
        past("lecture", "课", "2", person="R2"), past("court_hearing", "三", "12.00", person="R2")
    )
    assert both.entry.note == "申报 12.00，按每日上限认定 10.00，再按年度上限认定 8.00"


async def test_what_is_only_recorded_says_so(books: Books) -> None:
    [line] = await books.post(past("self_study", "读书", "3.00"))
    assert (str(line.entry.hours), line.entry.note) == ("0.00", "申报 3.00，自学只记录、不计学时")


async def test_the_citys_dated_rows_and_its_own_limit_hold(books: Books) -> None:
    later = replace(rule_on(FORM_RULES, "teaching", MONDAY), yearly_cap=300, valid_from=TUESDAY)
    books.rules = Rules(forms=(*FORM_RULES, later), day_limit=700)
    lines = (past("teaching", "一", "2"), past("teaching", "二", "2", TUESDAY), past("lecture", "三", "8"))
    assert told(await books.post(*lines)) == [("一", "2.00"), ("三", "5.00"), ("二", "1.00")]


async def test_a_make_up_of_january_counts_for_its_year_and_on_its_day(books: Books) -> None:
    january = date(2026, 1, 12)
    lines = (past("court_hearing", "补", "8", january, year=2025), past("lecture", "讲座", "8", january))
    assert told(await books.post(*lines)) == [("补", "8.00"), ("讲座", "4.00")]
    assert await books.sums(year=2025) == {"court_hearing": 800}
    assert told(await books.post(past("teaching", "讲课", "1", january))) == [("讲课", "0.00")]
    assert told(await books.post(past("court_hearing", "庭审", "8", TUESDAY))) == [("庭审", "8.00")]


async def test_a_batch_asks_a_bounded_number_of_times(books: Books) -> None:
    async with books.database.write() as tx:
        for number in range(40):
            await add_person(tx, f"N{number}")
    asked = Counter[str]()

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked[statement.split(maxsplit=1)[0]] += 1

    writer = books.database.writer.sync_engine
    event.listen(writer, "before_cursor_execute", count)
    try:
        await books.post(past("lecture", "一人", "4", person="R1"))
        few = sum(asked.values())
        asked.clear()
        await books.post(*(past("lecture", f"课{n}", "4", TUESDAY, person=f"N{n}") for n in range(40)))
    finally:
        event.remove(writer, "before_cursor_execute", count)
    assert sum(asked.values()) <= few + 2


async def test_a_year_that_was_closed_meanwhile_refuses_what_is_no_late_entry(books: Books) -> None:
    year = YearEvent(2026, YearAct.CLOSED, at(date(2027, 1, 20)), "R6", 9, Head(0, "0" * 64))
    async with books.database.write() as tx:
        await years.record(tx, year)
    with pytest.raises(ClosedMeanwhile) as caught:
        await books.post(past("lecture", "讲座", "4"))
    assert (caught.value.number, caught.value.year, caught.value.day) == (1, 2026, date(2027, 1, 20))
    lines = await books.post(past("lecture", "讲座", "4"), past("exam", "去年", "2", year=2025), late=True)
    assert {line.entry.title: line.entry.late for line in lines} == {"讲座": True, "去年": False}
    async with books.database.write() as tx:
        await years.record(tx, replace(year, kind=YearAct.REOPENED, at=NOW))
    [line] = await books.post(past("lecture", "又一次", "4", TUESDAY), late=True)
    assert line.entry.late is False
