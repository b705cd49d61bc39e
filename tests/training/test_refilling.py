"""Refilling over days and forms: who gets what a reversal freed, and who does not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from tests.storage.rows import answer
from tests.training.test_line_days import FRIDAY, MONDAY, SATURDAY, line
from training.calendar import Calendar
from training.forms import FORM_RULES, rule_on
from training.hours import Entry
from training.line_days import DayRules, Earned
from training.refilling import fills_of_day, more_of, more_of_answers, same_event

RULES = DayRules(Calendar())
TUESDAY = date(2026, 11, 24)


def more(
    lines: Mapping[int, Entry], kept: Mapping[int, list[Earned]], *gone: int, rules: DayRules = RULES
) -> dict[int, dict[date, int]]:
    return {seq: dict(days) for seq, days in more_of(lines, kept, frozenset(gone), rules).items()}


HEARINGS = {
    1: line("court_hearing", FRIDAY, FRIDAY, 600),
    2: line("court_hearing", MONDAY, MONDAY, 200),
    3: line("court_hearing", TUESDAY, TUESDAY, 0),
}
CUT = {2: [Earned(2, MONDAY, 400, 200)], 3: [Earned(3, TUESDAY, 300, 0)]}


def test_room_under_the_cap_goes_to_those_that_wait_in_order() -> None:
    assert more(HEARINGS, CUT, 1) == {2: {MONDAY: 200}, 3: {TUESDAY: 300}}
    assert more(HEARINGS, CUT, 2) == {3: {TUESDAY: 200}}
    assert more(HEARINGS, CUT, 3) == {}


def test_what_was_taken_back_before_waits_for_nothing() -> None:
    lines = {**HEARINGS, 4: line("court_hearing", MONDAY, MONDAY, -200, reverses=2)}
    assert more(lines, CUT, 1) == {3: {TUESDAY: 300}}


def test_an_event_that_was_filled_up_waits_for_the_rest_only() -> None:
    lines = {
        **HEARINGS,
        1: line("court_hearing", FRIDAY, FRIDAY, 450),
        4: line("court_hearing", MONDAY, MONDAY, 150),
    }
    kept = {**CUT, 4: [Earned(2, MONDAY, 0, 150)]}
    assert more(lines, kept, 1) == {2: {MONDAY: 50}, 3: {TUESDAY: 300}}
    assert same_event(2, lines, kept) == (2, 4)
    assert same_event(4, lines, kept) == (4,)
    # Taking back what filled it up is a judgment about the event: it is not filled at once again.
    assert more(lines, kept, 4) == {3: {TUESDAY: 150}}
    assert more(lines, kept, 2, 4) == {3: {TUESDAY: 300}}


def test_a_freed_day_is_filled_by_another_form() -> None:
    lines = {
        1: line("off_job", MONDAY, MONDAY, 800),
        2: line("teaching", MONDAY, MONDAY, 400),
        3: line("lecture", MONDAY, TUESDAY, 300),
    }
    kept = {2: [Earned(2, MONDAY, 600, 400)], 3: [Earned(3, MONDAY, 300, 0), Earned(3, TUESDAY, 300, 300)]}
    assert more(lines, kept, 1) == {2: {MONDAY: 200}, 3: {MONDAY: 300}}
    assert more(lines, kept, 2) == {3: {MONDAY: 300}}


def test_another_form_waits_on_when_its_own_cap_is_full() -> None:
    lines = {
        1: line("lecture", MONDAY, MONDAY, 1000),
        2: line("court_hearing", FRIDAY, FRIDAY, 700),
        3: line("court_hearing", MONDAY, MONDAY, 100),
    }
    kept = {3: [Earned(3, MONDAY, 500, 100)]}
    assert more(lines, kept, 1) == {}


def test_nobody_gets_anything_for_a_reversal_that_frees_no_room_of_theirs() -> None:
    """The hearing waits, and the cap was raised since; a lecture on another day does not bring that up."""
    raised = replace(rule_on(FORM_RULES, "court_hearing", MONDAY), yearly_cap=2000)
    table = tuple(raised if row.form == "court_hearing" else row for row in FORM_RULES)
    lines = {**HEARINGS, 9: line("lecture", SATURDAY, SATURDAY, 400)}
    rules = DayRules(Calendar(), table)
    assert more(lines, CUT, 9, rules=rules) == {}
    assert more(lines, CUT, 1, rules=rules) == {2: {MONDAY: 200}, 3: {TUESDAY: 300}}


def test_a_cap_that_was_lowered_takes_nothing_away() -> None:
    lowered = replace(rule_on(FORM_RULES, "court_hearing", MONDAY), yearly_cap=100)
    table = tuple(lowered if row.form == "court_hearing" else row for row in FORM_RULES)
    assert more(HEARINGS, CUT, 1, rules=DayRules(Calendar(), table)) == {}


def test_a_dated_cap_holds_for_the_events_of_its_days() -> None:
    later = replace(rule_on(FORM_RULES, "court_hearing", MONDAY), yearly_cap=300, valid_from=TUESDAY)
    rules = DayRules(Calendar(), (*FORM_RULES, later))
    assert more(HEARINGS, CUT, 1, rules=rules) == {2: {MONDAY: 200}}  # Tuesday's would need room under 3
    assert more({**HEARINGS, 2: line("court_hearing", MONDAY, MONDAY, 0)}, {3: CUT[3]}, 1, rules=rules) == {
        3: {TUESDAY: 300}
    }


def test_the_cap_of_another_year_is_another_one() -> None:
    lines = {
        1: line("exam", FRIDAY, FRIDAY, 200, year=2025),
        2: line("exam", MONDAY, MONDAY, 0, year=2026),
        3: line("exam", MONDAY, MONDAY, 0, year=2025),
    }
    kept = {seq: [Earned(seq, MONDAY, 200, 0)] for seq in (2, 3)}
    assert more(lines, kept, 1) == {3: {MONDAY: 200}}


def daily(day: date, amount: int, **more: Any) -> Entry:
    return line("daily", day, day, amount, **more)


def test_answers_are_filled_in_the_order_of_answering() -> None:
    lines = {1: daily(FRIDAY, 990), 2: daily(MONDAY, 10), 3: daily(TUESDAY, 5, source="refill")}
    waiting = [
        answer("p1", TUESDAY, earned=10, posted=5),
        answer("p1", SATURDAY, earned=10, posted=0),
    ]
    assert more_of_answers(lines, frozenset([2]), waiting, 2026) == {TUESDAY: 5}
    assert more_of_answers(lines, frozenset([1]), waiting, 2026) == {TUESDAY: 5, SATURDAY: 10}
    assert more_of_answers(lines, frozenset([3]), waiting, 2026) == {}
    assert more_of_answers(lines, frozenset(), waiting, 2026) == {}


def test_the_day_of_an_answer_is_taken_back_whole() -> None:
    lines = {1: daily(MONDAY, 5), 2: daily(MONDAY, 5, source="refill"), 3: daily(TUESDAY, 10)}
    assert fills_of_day(1, lines) == (1, 2)
    assert fills_of_day(2, lines) == (2,)
    assert fills_of_day(3, lines) == (3,)
