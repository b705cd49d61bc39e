"""When a unit's word about its year still holds, who is missing, and when the clock reminds."""

from datetime import date, timedelta

import pytest

from tests.handlers.stage import MONDAY, at
from training.calendar import Calendar
from training.summaries import Figures
from training.year_end import (
    Confirmation,
    Said,
    Standing,
    UnitFigures,
    decoded,
    encoded,
    figures_of,
    is_reminder,
    standing,
    summed,
    unconfirmed,
)

ONE = UnitFigures(people=1, assessed=1, met=1, owed=5000, recorded=5200, counted=5000)
TWO = UnitFigures(people=2, assessed=1, met=0, owed=4000, recorded=100, counted=100)
PARENTS = {"gov": "", "sfj": "gov", "zfk": "sfj", "czj": "gov"}


def said(unit: str, figures: UnitFigures, kind: Said = Said.CONFIRMED) -> Confirmation:
    return Confirmation(2026, unit, kind, "R7", at(MONDAY), 3, figures)


def test_figures_are_added_up_and_kept_as_they_are() -> None:
    rows = (
        Figures(owed=5000, recorded=5200, counted=5000, people=1, assessed=1, met=1),
        Figures(owed=4000, recorded=100, counted=100, missing=3900, people=2, assessed=1),
    )
    whole = UnitFigures(3, 2, 1, 9000, 5300, 5100)
    assert figures_of(rows) == whole == summed((ONE, TWO))
    assert whole.behind == 1
    assert figures_of(()) == UnitFigures()
    assert decoded(encoded(whole)) == whole


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        (None, ONE, Standing.OPEN),
        (said("sfj", ONE), ONE, Standing.CONFIRMED),
        (said("sfj", ONE), TWO, Standing.STALE),
        (said("sfj", ONE, Said.WITHDRAWN), ONE, Standing.OPEN),
        (said("sfj", ONE, Said.OBJECTED), TWO, Standing.OBJECTED),
    ],
)
def test_what_was_said_holds_for_the_figures_of_which_it_was_said(
    last: Confirmation | None, now: UnitFigures, expected: Standing
) -> None:
    assert standing(last, now) is expected


def test_who_stands_by_a_unit_stands_by_those_below_it() -> None:
    now = {"gov": ONE, "sfj": TWO, "zfk": ONE, "czj": TWO, "empty": UnitFigures()}
    assert unconfirmed(now, PARENTS, {}) == ("czj", "gov", "sfj", "zfk")
    both = {"sfj": said("sfj", summed((TWO, ONE)))}
    assert unconfirmed(now, PARENTS, both) == ("czj", "gov")
    assert unconfirmed(now, PARENTS, {"sfj": said("sfj", TWO)}) == ("czj", "gov", "sfj", "zfk")  # without 执法科
    assert unconfirmed(now, PARENTS, {"zfk": said("zfk", ONE)}) == ("czj", "gov", "sfj")
    assert unconfirmed(now, PARENTS, {"czj": said("czj", TWO, Said.OBJECTED)}) == ("czj", "gov", "sfj", "zfk")


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2026, [date(2026, 1, 5), date(2026, 1, 12)]),
        (2025, [date(2025, 1, 6), date(2025, 1, 13)]),  # the 5th and the 12th were Sundays
    ],
)
def test_reminders_come_on_two_working_days_of_january(year: int, days: list[date]) -> None:
    every = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
    assert [day for day in every if is_reminder(day, Calendar())] == days
    off = Calendar({days[0]: False, days[0] + timedelta(days=1): True})
    assert not is_reminder(days[0], off)
    assert is_reminder(days[0] + timedelta(days=1), off)
