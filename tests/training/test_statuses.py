from datetime import UTC, date, datetime

import pytest

from training.people import StatusPeriod
from training.statuses import (
    ON_DUTY,
    STATUSES,
    CountedAt,
    ExamRule,
    HoursRule,
    Status,
    UnknownStatus,
    status_named,
    status_on,
)


def period(status: str, starts: str, ends: str = "", recorded: int = 1) -> StatusPeriod:
    last = date.fromisoformat(ends) if ends else None
    return StatusPeriod("R1", status, date.fromisoformat(starts), last, datetime(2026, 1, recorded, tzinfo=UTC))


def named(periods: list[StatusPeriod], day: str) -> str:
    return status_on(periods, date.fromisoformat(day)).name


@pytest.mark.parametrize(
    ("name", "hours", "exam", "pushes", "in_denominator", "counted_at", "leaves"),
    [
        ("在岗", HoursRule.FULL, ExamRule.SITS, True, True, CountedAt.UNIT, False),
        ("借调", HoursRule.FULL, ExamRule.SITS, True, True, CountedAt.UNIT, False),
        ("挂职", HoursRule.FULL, ExamRule.SITS, True, True, CountedAt.UNIT, False),
        ("产假", HoursRule.MONTHLY, ExamRule.DEFERRED, False, True, CountedAt.UNIT, False),
        ("病假", HoursRule.MONTHLY, ExamRule.DEFERRED, False, True, CountedAt.UNIT, False),
        ("脱产学习", HoursRule.FULL, ExamRule.DEFERRED, True, True, CountedAt.UNIT, False),
        ("驻村援派", HoursRule.HALVED, ExamRule.SITS, True, True, CountedAt.UNIT, False),
        ("停职", HoursRule.MONTHLY, ExamRule.EXCUSED, False, True, CountedAt.UNIT, False),
        ("离岗待退", HoursRule.MONTHLY, ExamRule.EXCUSED, False, True, CountedAt.UNIT, False),
        ("退休", HoursRule.MONTHLY, ExamRule.EXCUSED, False, False, CountedAt.LEAVERS, True),
        ("调出", HoursRule.MONTHLY, ExamRule.EXCUSED, False, False, CountedAt.LEAVERS, True),
        ("编外", HoursRule.NONE, ExamRule.EXCUSED, False, False, CountedAt.NOWHERE, False),
    ],
)
def test_rows(
    name: str,
    hours: HoursRule,
    exam: ExamRule,
    pushes: bool,
    in_denominator: bool,
    counted_at: CountedAt,
    leaves: bool,
) -> None:
    row = status_named(name)
    assert row is not None
    assert (row.hours, row.exam, row.pushes, row.in_denominator) == (hours, exam, pushes, in_denominator)
    assert (row.counted_at, row.leaves) == (counted_at, leaves)


def test_every_name_and_alias_means_one_row() -> None:
    words = [word for row in STATUSES for word in (row.name, *row.aliases)]
    assert len(words) == len(set(words))
    assert status_named("调离") == status_named("调出")
    assert status_named("休假") is None


def test_nothing_recorded_is_on_duty() -> None:
    assert status_on([], date(2026, 5, 1)) == ON_DUTY


@pytest.mark.parametrize(
    ("day", "name"),
    [("2026-02-09", "在岗"), ("2026-02-10", "产假"), ("2026-07-17", "产假"), ("2026-07-18", "在岗")],
)
def test_first_and_last_day_belong_to_a_period(day: str, name: str) -> None:
    assert named([period("产假", "2026-02-10", "2026-07-17")], day) == name


def test_latest_start_wins_and_the_outer_period_goes_on() -> None:
    periods = [period("借调", "2026-01-01"), period("病假", "2026-03-01", "2026-03-31", recorded=1)]
    assert [named(periods, day) for day in ("2026-02-28", "2026-03-01", "2026-04-01")] == ["借调", "病假", "借调"]
    assert named(list(reversed(periods)), "2026-03-15") == "病假"


@pytest.mark.parametrize("first_recorded", [1, 2])
def test_of_equal_starts_the_later_recorded_wins(first_recorded: int) -> None:
    periods = [
        period("挂职", "2026-03-01", recorded=first_recorded),
        period("借调", "2026-03-01", recorded=3 - first_recorded),
    ]
    assert named(periods, "2026-03-01") == ("借调" if first_recorded == 1 else "挂职")


def test_a_later_record_gives_an_open_period_its_end() -> None:
    periods = [period("产假", "2026-02-10"), period("产假", "2026-02-10", "2026-07-17", recorded=2)]
    assert named(periods, "2026-07-18") == "在岗"
    known_at = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert status_on(periods, date(2026, 7, 18), known_at=known_at).name == "产假"


def test_an_end_before_the_start_withdraws() -> None:
    periods = [period("停职", "2026-02-10"), period("停职", "2026-02-10", "2026-02-09", recorded=2)]
    assert named(periods, "2026-02-10") == "在岗"


def test_back_on_duty_is_a_status_too() -> None:
    assert named([period("调出", "2026-03-01"), period("在岗", "2026-08-01")], "2026-08-01") == "在岗"


@pytest.mark.parametrize(
    ("ends", "name"), [("2026-03-14", "在岗"), ("2026-03-15", "病假"), ("", "病假")], ids=["14", "15", "open"]
)
def test_sick_leave_counts_from_fifteen_days(ends: str, name: str) -> None:
    assert named([period("病假", "2026-03-01", ends)], "2026-03-10") == name


def test_short_sick_leave_leaves_the_status_beneath() -> None:
    assert named([period("借调", "2026-01-01"), period("病假", "2026-03-01", "2026-03-05")], "2026-03-03") == "借调"


@pytest.mark.parametrize(("second", "name"), [("2026-03-09", "病假"), ("2026-03-10", "在岗")])
def test_extensions_of_sick_leave_count_together_when_no_day_lies_between(second: str, name: str) -> None:
    periods = [period("病假", "2026-03-01", "2026-03-08"), period("病假", second, "2026-03-16")]
    assert named(periods, "2026-03-02") == name
    assert named(periods, "2026-03-12") == name


def test_short_maternity_leave_counts() -> None:
    assert named([period("产假", "2026-03-01", "2026-03-02")], "2026-03-01") == "产假"


def test_other_rows_and_a_status_without_a_row() -> None:
    rows = (Status("在岗", pushes=False),)
    assert status_on([], date(2026, 1, 1), rows).pushes is False
    with pytest.raises(UnknownStatus):
        status_on([period("产假", "2026-01-01")], date(2026, 1, 1), rows)


def test_a_period_of_one_day_and_the_last_of_records_made_together() -> None:
    assert named([period("产假", "2026-03-01", "2026-03-01")], "2026-03-01") == "产假"
    together = [period("产假", "2026-03-01", "2026-03-05"), period("产假", "2026-03-01", "2026-03-09")]
    assert named(together, "2026-03-09") == "产假"
    assert named(together[::-1], "2026-03-09") == "在岗"
