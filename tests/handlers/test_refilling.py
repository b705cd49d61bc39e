"""冲销 of imported hours: what it frees is filled again, in order, by lines that say so; and nothing else is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from storage import calendar, years
from storage.database import Database
from tests.bot.desk import verified
from tests.handlers.city import add_person, populate
from tests.handlers.past import TUESDAY, WEDNESDAY, Books, past, told
from tests.handlers.stage import MONDAY, Stage, at
from training.chains import Head
from training.errors import CannotReverse
from training.forms import FORM_RULES, rule_on
from training.hours import HoursRules
from training.past_hours import PastLine
from training.rules import Rules
from training.years import YearAct, YearEvent


@pytest.fixture
async def books(database: Database) -> Books:
    await populate(database)
    return Books(database)


def hearings(*hours: str) -> list[PastLine]:
    """旁听庭审 on days in a row, titled 1, 2, …"""
    return [past("court_hearing", str(n), h, MONDAY + timedelta(days=n)) for n, h in enumerate(hours, 1)]


async def test_a_reversal_lets_the_next_ones_in_under_the_cap(books: Books) -> None:
    """Of 6, 4 and 3 under 8 the second got 2 and the third nothing."""
    await books.post(*hearings("6", "4", "3"))
    lines = await books.reverse("1")
    assert told(lines) == [("1", "-6.00"), ("2 补足", "2.00"), ("3 补足", "3.00")]
    second = lines[1].entry
    assert (second.starts_on, second.ends_on) == (MONDAY + timedelta(days=2),) * 2
    assert (second.source, second.source_ref, second.approved_by, second.late) == ("refill", "2:1", "R6", False)
    assert second.note == "第 1 条冲销后，按每日上限和年度上限补记第 2 条此前未计的部分"
    assert (second.form, second.evidence, second.unit, second.reverses) == ("court_hearing", "Z-1", "11", None)
    assert await books.sums() == {"court_hearing": 700}
    assert await verified(books.database)


async def test_what_was_filled_in_part_waits_for_the_rest(books: Books) -> None:
    await books.post(*hearings("2", "6", "5", "1"))
    assert told(await books.reverse("1")) == [("1", "-2.00"), ("3 补足", "2.00")]
    assert told(await books.reverse("2")) == [("2", "-6.00"), ("3 补足", "3.00"), ("4 补足", "1.00")]
    assert await books.sums() == {"court_hearing": 600}


async def test_an_event_is_taken_back_with_what_filled_it_up(books: Books) -> None:
    await books.post(*hearings("6", "4", "6"))
    await books.reverse("1")  # 2 has 4 now, 3 has 4 of 6
    lines = await books.reverse("2")
    assert told(lines) == [("2", "-2.00"), ("2 补足", "-2.00"), ("3 补足", "2.00")]
    assert [line.entry.reverses for line in lines] == [2, 5, None]
    assert lines[1].entry.note == "冲销第 5 条（第 2 条的补足）：有误"
    assert await books.hours() == {"1": "0.00", "2": "0.00", "3": "0.00", "2 补足": "0.00", "3 补足": "6.00"}
    with pytest.raises(CannotReverse):
        await books.reverse("2 补足")
    assert told(await books.reverse("3")) == [("3", "0.00"), ("3 补足", "-4.00"), ("3 补足", "-2.00")]
    assert await books.sums() == {"court_hearing": 0}
    assert await verified(books.database)


async def test_what_filled_up_can_be_taken_back_alone_and_stays_so(books: Books) -> None:
    await books.post(*hearings("6", "4", "6"))
    await books.reverse("1")
    assert told(await books.reverse("2 补足")) == [("2 补足", "-2.00"), ("3 补足", "2.00")]
    assert (await books.hours())["2"] == "2.00"


async def test_a_freed_day_lets_another_form_in(books: Books) -> None:
    await books.post(
        past("lecture", "讲座", "8"), past("off_job", "班", "12", to=TUESDAY), past("teaching", "课", "2")
    )
    assert await books.hours() == {"讲座": "8.00", "班": "10.00", "课": "0.00"}
    lines = await books.reverse("讲座")
    assert told(lines) == [("讲座", "-8.00"), ("班 补足", "2.00"), ("课 补足", "2.00")]
    assert lines[1].entry.note == "第 1 条冲销后，按每日上限补记第 2 条此前未计的部分"
    assert await books.sums() == {"lecture": 0, "off_job": 1200, "teaching": 200}
    # The day is known to be at 8 again: what filled it up counts there.
    assert told(await books.post(past("lecture", "又", "6"))) == [("又", "4.00")]


async def test_the_day_is_not_overfilled_by_those_who_share_it(books: Books) -> None:
    await books.post(past("lecture", "一", "6"), past("teaching", "二", "9"), past("off_job", "三", "8"))
    assert await books.hours() == {"一": "6.00", "二": "6.00", "三": "0.00"}
    assert told(await books.reverse("一")) == [("一", "-6.00"), ("二 补足", "3.00"), ("三 补足", "3.00")]


async def test_a_reversal_on_another_day_of_another_form_fills_nothing(books: Books) -> None:
    await books.post(*hearings("8", "4"), past("lecture", "讲座", "4", date(2026, 11, 10)))
    assert told(await books.reverse("讲座")) == [("讲座", "-4.00")]
    assert told(await books.reverse("2")) == [("2", "0.00")]
    assert told(await books.reverse("1")) == [("1", "-8.00")]


async def test_only_the_person_whose_line_it_was(books: Books) -> None:
    await books.post(*hearings("8"), past("court_hearing", "别人", "8", person="R2"))
    await books.post(past("court_hearing", "别人的", "4", WEDNESDAY, person="R2"))
    assert told(await books.reverse("1")) == [("1", "-8.00")]


async def test_a_cap_that_was_lowered_takes_nothing_and_gives_nothing(books: Books) -> None:
    await books.post(*hearings("3", "5", "4"))
    lowered = replace(rule_on(FORM_RULES, "court_hearing", MONDAY), yearly_cap=400)
    books.rules = Rules(forms=tuple(lowered if row.form == "court_hearing" else row for row in FORM_RULES))
    assert told(await books.reverse("1")) == [("1", "-3.00")]
    assert await books.sums() == {"court_hearing": 500}
    assert told(await books.reverse("2")) == [("2", "-5.00"), ("3 补足", "4.00")]


async def test_a_dated_row_holds_for_the_events_of_its_days(books: Books) -> None:
    """From Thursday on a hearing counts while the year has less than 3."""
    later = replace(rule_on(FORM_RULES, "court_hearing", MONDAY), yearly_cap=300, valid_from=date(2026, 11, 26))
    books.rules = Rules(forms=(*FORM_RULES, later))
    await books.post(*hearings("8", "2", "2"))
    assert told(await books.reverse("1")) == [("1", "-8.00"), ("2 补足", "2.00"), ("3 补足", "1.00")]


async def test_the_make_up_of_january_is_filled_in_its_year(books: Books) -> None:
    january = date(2026, 1, 12)
    await books.post(past("exam", "考试", "2", date(2025, 12, 1)), past("exam", "补考", "2", january, year=2025))
    lines = await books.reverse("考试")
    assert told(lines) == [("考试", "-2.00"), ("补考 补足", "2.00")]
    assert [line.entry.year for line in lines] == [2025, 2025]


async def test_the_day_freed_by_one_year_is_filled_for_the_other(books: Books) -> None:
    january = date(2026, 1, 12)
    await books.post(past("court_hearing", "补", "8", january, year=2025), past("lecture", "讲座", "8", january))
    lines = await books.reverse("补")
    assert [(line.entry.title, line.entry.year) for line in lines] == [("补", 2025), ("讲座 补足", 2026)]
    assert (await books.sums(year=2025), await books.sums()) == ({"court_hearing": 0}, {"lecture": 800})


async def test_a_calendar_that_was_brought_later_does_not_move_what_was_cut(books: Books) -> None:
    await books.post(past("lecture", "讲座", "10"), past("off_job", "班", "12", to=WEDNESDAY))
    async with books.database.write() as tx:
        await calendar.keep(tx, {TUESDAY: (False, "假")})
    assert told(await books.reverse("讲座")) == [("讲座", "-10.00"), ("班 补足", "2.00")]


async def test_in_a_closed_year_all_of_it_is_late(books: Books) -> None:
    await books.post(*hearings("6", "4"))
    closed = YearEvent(2026, YearAct.CLOSED, at(date(2027, 1, 20)), "R6", 9, Head(2, "0" * 64))
    async with books.database.write() as tx:
        await years.record(tx, closed)
    books.now = at(date(2027, 2, 1))
    lines = await books.reverse("1")
    assert [(line.entry.title, line.entry.late, line.entry.year) for line in lines] == [
        ("1", True, 2026),
        ("2 补足", True, 2026),
    ]


async def test_answers_and_what_filled_them_up_are_taken_back_together(database: Database) -> None:
    """Three answers under 0.25: the third got 0.05, is filled up, taken back whole, and never filled again."""
    await populate(database)
    async with database.write() as tx:
        await add_person(tx, "R6", "second", name="何芳", role="city_admin")
    rules = Rules(hours=HoursRules(daily_cap="0.25"))
    stage = Stage(database, rules=rules)
    zhou = stage.phone("zhou")
    for day in range(3):
        stage.clock.to(MONDAY + timedelta(days=day))
        await zhou("今日一题")
        await zhou.tap("B")
    books = Books(database, rules)
    titles = list(await books.hours())
    assert told(await books.reverse(titles[0]))[1:] == [("每日一题 2026-11-25 补足", "0.05")]
    back = await books.reverse(titles[2])
    assert told(back) == [(titles[2], "-0.05"), ("每日一题 2026-11-25 补足", "-0.05")]
    assert told(await books.reverse(titles[1])) == [(titles[1], "-0.10")]
    assert await books.sums() == {"daily": 0}
    assert await verified(database)
