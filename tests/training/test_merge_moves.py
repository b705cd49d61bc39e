"""The lines of two numbers of one human being: what of each is posted for the one who stays."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from training.calendar import Calendar
from training.daily import Answered
from training.hours import Entry
from training.line_days import DayRules, Earned
from training.merge_moves import (
    Books,
    Move,
    answers_moved,
    days_of_questions,
    earned_again,
    moves,
    room_of,
    sums_after,
)
from training.people import Group

DAY, NEXT = date(2026, 3, 10), date(2026, 3, 11)
NOW = datetime(2026, 3, 12, tzinfo=UTC)


def entry(form: str, hours: str, day: date = DAY, **more: Any) -> Entry:
    held: dict[str, Any] = {"person": "A", "ends_on": day, "year": day.year, "content_classes": (), **more}
    return Entry(
        unit="sfj",
        category="staff",
        mark=False,
        starts_on=day,
        form=form,
        title="活动",
        hours=Decimal(hours),
        rule="",
        source="import",
        source_ref="",
        recorded_at=NOW,
        **held,
    )


def moved(
    lines: Mapping[int, Entry],
    others: Mapping[int, Entry] | None = None,
    sums: Mapping[str, int] | None = None,
    kept: Mapping[int, Sequence[Earned]] | None = None,
    answered: Sequence[date] = (),
) -> tuple[Move, ...]:
    stays = Books(others or {}, {})
    years = {entry.year: sums or {} for entry in lines.values()}
    room = room_of(stays, years, DayRules(Calendar()))
    return moves(Books(lines, kept or {}), stays, days_of_questions(stays.lines, answered), room)


def posted(found: Sequence[Move]) -> list[tuple[int, int | None]]:
    return [(move.seq, None if move.days is None else move.posted) for move in found]


@pytest.mark.parametrize(
    ("form", "hours", "so_far", "fits"),
    [
        ("court_hearing", "2.50", 0, 250),
        ("court_hearing", "2.50", 549, 250),
        ("court_hearing", "2.50", 550, 250),
        ("court_hearing", "2.50", 551, 249),
        ("court_hearing", "2.50", 800, 0),
        ("court_hearing", "2.50", 900, 0),  # a cap that was lowered takes nothing away
        ("lecture", "4.00", 99_900, 400),
        ("daily", "0.10", 995, 5),
        ("exam", "2.00", 200, 0),
        ("self_study", "0.00", 0, 0),
    ],
)
def test_what_fits_under_the_cap(form: str, hours: str, so_far: int, fits: int) -> None:
    assert posted(moved({3: entry(form, hours)}, sums={form: so_far})) == [(3, fits)]


def test_lines_are_taken_in_the_order_of_posting_and_reversed_ones_are_left() -> None:
    lines = {
        9: entry("court_hearing", "3.00"),
        1: entry("court_hearing", "6.00"),
        2: entry("lecture", "4.00"),
        4: entry("lecture", "-4.00", reverses=2),
    }
    assert posted(moved(lines)) == [(1, 600), (9, 200)]


def test_years_have_their_own_caps() -> None:
    lines = {1: entry("exam", "2.00", year=2025), 2: entry("exam", "2.00"), 3: entry("exam", "2.00")}
    assert posted(moved(lines)) == [(1, 200), (2, 200), (3, 0)]


def test_a_day_has_twelve_hours_for_one_human_being() -> None:
    others = {5: entry("lecture", "8.00", person="B")}
    [move] = moved({1: entry("professional", "6.00")}, others)
    assert (move.posted, move.beyond_day, move.resembles) == (400, True, None)
    [several] = moved({1: entry("off_job", "16.00", ends_on=NEXT)}, others)
    assert [(day.part.day, day.posted) for day in several.days or ()] == [(DAY, 400), (NEXT, 800)]


@pytest.mark.parametrize(
    ("others", "answered", "again"),
    [
        ({}, (), 10),
        ({5: entry("daily", "0.10", NEXT)}, (NEXT,), 10),
        ({5: entry("daily", "0.10")}, (), None),
        ({}, (DAY,), None),  # answered when the cap left nothing: there is no line
        ({5: entry("daily", "0.10"), 6: entry("daily", "-0.10", reverses=5)}, (), None),  # taken back stays so
        ({5: entry("lecture", "2.00")}, (), 10),
    ],
)
def test_a_daily_question_never_counts_twice(
    others: Mapping[int, Entry], answered: Sequence[date], again: int | None
) -> None:
    assert posted(moved({1: entry("daily", "0.10")}, others, answered=answered)) == [(1, again)]


def test_the_same_day_and_form_is_named_for_people_to_look_at() -> None:
    others = {5: entry("lecture", "2.00"), 6: entry("lecture", "2.00", NEXT), 7: entry("online", "1.00")}
    others[8] = entry("lecture", "-2.00", NEXT, reverses=6)
    lines = {1: entry("lecture", "2.00"), 2: entry("lecture", "2.00", NEXT), 3: entry("exam", "2.00")}
    assert [move.resembles for move in moved(lines, others)] == [5, None, None]


def test_sums() -> None:
    assert sums_after({"daily": 10, "exam": 200}, [("daily", -10), ("lecture", 400), ("lecture", 5)]) == {
        **{"daily": 0, "exam": 200, "lecture": 405}
    }


def test_what_is_cut_waits_under_the_new_number_and_events_stay_together() -> None:
    """Line 1 earned 6.00, of which 2.00 were posted and line 2 filled 1.00 up; lines 3 and 4 were never cut."""
    lines = {
        1: entry("court_hearing", "2.00"),
        2: entry("court_hearing", "1.00"),
        3: entry("court_hearing", "4.00", NEXT),
        4: entry("lecture", "1.00", NEXT),
        5: entry("daily", "0.10"),
    }
    kept = {1: [Earned(1, DAY, 600, 200)], 2: [Earned(1, DAY, 0, 100)]}
    found = moved(lines, sums={"court_hearing": 250, "daily": 995}, kept=kept)
    assert posted(found) == [(1, 200), (2, 100), (3, 250), (4, 100), (5, 5)]
    numbers = {seq: seq + 100 for seq in lines}
    assert earned_again(found, numbers, kept) == {
        101: [Earned(101, DAY, 600, 200)],
        102: [Earned(101, DAY, 0, 100)],
        103: [Earned(103, NEXT, 400, 250)],
    }


def answer(day: date, earned: int = 10, got: int = 10) -> Answered:
    return Answered(day, "A", Group.STAFF, "B", True, NOW, earned, got)


def test_answers_become_the_others_with_what_that_one_got() -> None:
    third = date(2026, 3, 12)
    lines = {
        1: entry("daily", "0.10"),
        2: entry("daily", "0.05", NEXT),
        3: entry("daily", "-0.05", NEXT, reverses=2),
    }
    answers = (answer(DAY), answer(NEXT, got=5), answer(third, got=0), answer(date(2026, 3, 13)))
    found = moved(lines, sums={"daily": 994})
    given = answers_moved(answers, "B", {date(2026, 3, 13)}, found, lines)
    assert [(a.person, a.day, a.earned, a.posted) for a in given] == [
        ("B", DAY, 10, 6),
        ("B", NEXT, 0, 0),  # taken back before: nothing of it is to be filled again
        ("B", third, 10, 0),
    ]
