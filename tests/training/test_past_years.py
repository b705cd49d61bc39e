"""A class over New Year is a line for each year, by the days on which it was held."""

from datetime import date
from decimal import Decimal

import pytest

from question_bank.problems import Severity
from tests.training.test_past_hours import GOOD, plan
from training.calendar import Calendar
from training.past_hours import Bounds, PastPlan
from training.past_lines import Again, refs_of

# Working days are 12-29 to 12-31 and 01-04 to 01-09; 01-01 to 01-03 are free.
ROW = "P1,,,,脱产培训,,班,{starts},{ends},{hours},,,,"


def row(starts: str, ends: str, hours: str) -> str:
    return ROW.format(starts=starts, ends=ends, hours=hours)


CLASS = row("2025-12-31", "2026-01-05", "24")


def told(made: PastPlan) -> list[tuple[int, str, str, str]]:
    return [(line.year, str(line.starts), str(line.ends), str(line.hours)) for line in made.lines]


def said(made: PastPlan) -> list[str]:
    return [problem.problem for problem in made.problems if problem.field != "starts"]


@pytest.mark.parametrize(
    ("starts", "ends", "hours", "shares"),
    [
        ("2025-12-31", "2026-01-05", "24", ("8.00", "16.00")),
        ("2025-12-31", "2026-01-05", "10", ("3.33", "6.67")),
        ("2025-12-29", "2026-01-04", "0.03", ("0.02", "0.01")),
        # 48 in six days, of which three are working days: they were held on the free ones too.
        ("2025-12-31", "2026-01-05", "48", ("8.00", "40.00")),
        ("2025-12-27", "2026-01-03", "48", ("30.00", "18.00")),
        ("2025-12-31", "2026-01-05", "24.01", ("4.00", "20.01")),
    ],
)
def test_the_hours_are_those_of_the_days(starts: str, ends: str, hours: str, shares: tuple[str, str]) -> None:
    made = plan(row(starts, ends, hours))
    assert told(made) == [(2025, starts, "2025-12-31", shares[0]), (2026, "2026-01-01", ends, shares[1])]
    assert sum(line.hours for line in made.lines) == Decimal(hours)
    assert said(made) == [f"跨年，按天分为 2025 年度 {shares[0]}、2026 年度 {shares[1]}。"]
    assert (made.read, made.taken, made.rejected, made.numbers) == (1, 1, 0, [2, 2])
    assert {problem.severity for problem in made.problems} == {Severity.WARNING}


def test_a_year_without_a_day_gets_no_line() -> None:
    made = plan(row("2025-12-31", "2026-01-02", "8"))
    assert told(made) == [(2025, "2025-12-31", "2025-12-31", "8.00")]
    assert said(made) == ["跨年，按天全部计入 2025 年度 8.00。"]


def test_other_forms_hold_twelve_a_day() -> None:
    lecture = row("2025-12-31", "2026-01-05", "36").replace("脱产培训", "专题讲座")
    assert [hours for *_, hours in told(plan(lecture))] == ["12.00", "24.00"]


def test_both_have_a_ref_that_no_calendar_changes() -> None:
    first = plan(CLASS)
    assert len({line.ref for line in first.lines}) == 2
    other = Bounds(calendar=Calendar({date(2026, 1, 5): False}))
    moved = plan(CLASS, bounds=other)
    assert told(moved) != told(first)
    assert [line.ref for line in moved.lines] == [line.ref for line in first.lines]
    again = plan(CLASS, posted=frozenset(line.ref for line in first.lines), bounds=other)
    assert (again.lines, again.rejected) == ((), 1)
    assert said(again)[-1] == "这条记录与台账中的相同，没有重复导入。"


def test_a_part_that_was_taken_back_comes_alone() -> None:
    early, late = plan(CLASS).lines
    posted, back = frozenset({early.ref, late.ref}), {late.ref: Again(f"{late.ref}#2", 2)}
    made = plan(CLASS, posted=posted, again=back)
    assert [(line.year, line.ref) for line in made.lines] == [(2026, f"{late.ref}#2")]
    assert (made.taken, made.rejected) == (1, 0)
    assert said(made)[1:] == [
        "2025 年度的部分与台账中的相同，没有重复导入。",
        "第 2 号记录已冲销，本行将重新入账。",
    ]


def test_a_part_that_never_was_does_not_come_to_one_that_stands() -> None:
    early, _ = plan(CLASS).lines
    made = plan(CLASS, posted=frozenset({early.ref}))
    assert (made.lines, made.rejected) == ((), 1)
    assert said(made)[-1] == "这条记录与台账中的相同，没有重复导入。"


def test_in_a_file_it_is_the_same_as_the_two_rows_of_somebody_who_split_it() -> None:
    by_hand = (row("2025-12-31", "2025-12-31", "8"), row("2026-01-01", "2026-01-05", "16"))
    for rows in ((CLASS, *by_hand), (*by_hand, CLASS)):
        made = plan(*rows)
        assert (len(made.lines), sum(line.hours for line in made.lines)) == (2, 24)
        assert made.read == made.taken + made.rejected == 3
    written = plan(*by_hand).lines
    assert {line.ref for line in written} == {refs_of(line, ())[-1] for line in plan(CLASS).lines}


def test_a_closed_year_keeps_the_whole_row_out() -> None:
    made = plan(CLASS, GOOD, bounds=Bounds(closed={2025: date(2026, 1, 20)}))
    assert [line.year for line in made.lines] == [2026]
    assert (made.taken, made.rejected) == (1, 1)
    assert "2025 年度已于 2026-01-20 结账，请用 --late 补录。" in said(made)


def test_an_event_that_was_taken_back_comes_again_once() -> None:
    [line] = plan(GOOD).lines
    posted, back = frozenset({line.ref}), {line.ref: Again(f"{line.ref}#2", 7)}
    assert plan(GOOD, posted=posted).rejected == 1
    made = plan(GOOD, GOOD, posted=posted, again=back)
    assert [one.ref for one in made.lines] == [f"{line.ref}#2"]
    assert [(p.where, p.problem) for p in made.problems] == [
        ("row 2", "第 7 号记录已冲销，本行将重新入账。"),
        ("row 3", "这条记录与第 2 行中的相同，没有重复导入。"),
    ]
