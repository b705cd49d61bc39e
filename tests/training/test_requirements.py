from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from training.people import Fact, Field, Group, StatusPeriod
from training.requirements import Policy, Why, owed
from training.statuses import Status

RECORDED = datetime(2024, 1, 1, tzinfo=UTC)
POLICY = Policy()


def fact(field: Field, value: str, day: str) -> Fact:
    return Fact("R1", field, value, date.fromisoformat(day), RECORDED)


def on_roll(category: str, since: str = "2020-01-01", mark: str = "") -> list[Fact]:
    return [
        fact(Field.UNIT, "11", since),
        fact(Field.CATEGORY, category, since),
        fact(Field.MARK, mark, since),
    ]


def period(status: str, starts: str, ends: str = "") -> StatusPeriod:
    last = date.fromisoformat(ends) if ends else None
    return StatusPeriod("R1", status, date.fromisoformat(starts), last, RECORDED)


def hours(facts: list[Fact], *periods: StatusPeriod, year: int = 2026) -> str:
    return str(owed(facts, periods, year, POLICY).hours)


@pytest.mark.parametrize(
    ("category", "mark", "expected"),
    [
        ("leader", "", "40.0"),
        ("staff", "", "50.0"),
        ("staff", "1", "60.0"),
        ("leader", "1", "60.0"),
        ("other", "", "0.0"),
        ("other", "1", "0.0"),
    ],
)
def test_a_whole_year(category: str, mark: str, expected: str) -> None:
    assert hours(on_roll(category, mark=mark)) == expected


def test_joined_on_10_march_as_staff() -> None:
    result = owed(on_roll("staff", "2026-03-10"), [], 2026, POLICY)
    assert str(result.hours) == "42.0"
    assert [month.month for month in result.months if month.share] == list(range(3, 13))
    assert result.months[2].days == 22
    assert result.months[2].share == Fraction(50, 12)
    assert (result.months[1].why, result.months[1].days) == (Why.NOT_IN_POST, 0)
    assert (result.counted_months, result.reduced_months) == (10, 2)


def test_staff_to_june_and_mark_from_july() -> None:
    result = owed([*on_roll("staff"), fact(Field.MARK, "1", "2026-07-01")], [], 2026, POLICY)
    assert str(result.hours) == "55.0"
    assert [month.group for month in result.months] == [Group.STAFF] * 6 + [Group.ENFORCEMENT] * 6


def test_maternity_leave_from_10_february_to_17_july() -> None:
    result = owed(on_roll("staff"), [period("产假", "2026-02-10", "2026-07-17")], 2026, POLICY)
    assert str(result.hours) == "25.0"
    assert [month.days for month in result.months] == [31, 9, 0, 0, 0, 0, 14, 31, 30, 31, 30, 31]
    assert [month.why for month in result.months[1:7]] == [Why.ON_LEAVE] * 6
    assert {month.status for month in result.months[1:7]} == {"产假"}
    assert result.counted_months == 6


@pytest.mark.parametrize(
    ("joined", "expected"),
    [
        ("2026-01-17", "50.0"),  # 15 days of January
        ("2026-01-18", "46.0"),  # 14 days: 50 × 11/12 = 45.83
        ("2026-02-14", "46.0"),  # 15 days of a February of 28
        ("2026-02-15", "42.0"),
        ("2026-12-17", "4.5"),  # 50/12 = 4.17
        ("2026-12-18", "0.0"),
        ("2027-01-01", "0.0"),
    ],
)
def test_month_counts_from_fifteen_days(joined: str, expected: str) -> None:
    assert hours(on_roll("staff", joined)) == expected


@pytest.mark.parametrize(("joined", "expected"), [("2024-02-15", "46.0"), ("2024-02-16", "42.0")])
def test_leap_february(joined: str, expected: str) -> None:
    assert hours(on_roll("staff", joined), year=2024) == expected


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ("2026-06-15", "21.0"),  # in post to 14 June: five months, 20.83
        ("2026-06-16", "25.0"),  # to 15 June: six months
        ("2026-12-31", "50.0"),
        ("2026-01-01", "0.0"),
        ("2027-01-01", "50.0"),
    ],
)
@pytest.mark.parametrize("status", ["退休", "调出"])
def test_leaving(status: str, left: str, expected: str) -> None:
    assert hours(on_roll("staff"), period(status, left)) == expected


def test_months_after_leaving_were_not_in_post() -> None:
    result = owed(on_roll("staff"), [period("退休", "2026-07-01")], 2026, POLICY)
    assert {(month.why, month.status) for month in result.months[6:]} == {(Why.NOT_IN_POST, "退休")}


def test_back_after_leaving() -> None:
    assert hours(on_roll("staff"), period("调出", "2026-04-01"), period("在岗", "2026-10-01")) == "25.0"


@pytest.mark.parametrize(
    ("since", "month", "group"),
    [
        ("2026-06-16", 6, Group.ENFORCEMENT),  # 15 and 15 days: the higher
        ("2026-06-17", 6, Group.STAFF),
        ("2026-07-17", 7, Group.STAFF),  # 16 and 15
        ("2026-07-16", 7, Group.ENFORCEMENT),
    ],
)
def test_group_held_most_days_and_tie(since: str, month: int, group: Group) -> None:
    result = owed([*on_roll("staff"), fact(Field.MARK, "1", since)], [], 2026, POLICY)
    assert result.months[month - 1].group is group


def test_a_tie_between_leader_and_staff_is_staff_because_it_owes_more() -> None:
    result = owed([*on_roll("staff"), fact(Field.CATEGORY, "leader", "2026-06-16")], [], 2026, POLICY)
    assert [month.group for month in result.months[4:7]] == [Group.STAFF, Group.STAFF, Group.LEADER]


def test_days_on_leave_do_not_decide_the_group() -> None:
    facts = [*on_roll("leader"), fact(Field.CATEGORY, "staff", "2026-03-16")]
    leave = period("产假", "2026-03-16", "2026-03-31")
    assert owed(facts, [leave], 2026, POLICY).months[2].group is Group.LEADER


def test_a_month_mostly_outside_the_assessment() -> None:
    result = owed([*on_roll("staff"), fact(Field.CATEGORY, "other", "2026-06-15")], [], 2026, POLICY)
    assert (result.months[5].why, result.months[5].group) == (Why.NOT_ASSESSED, None)
    assert str(result.hours) == "21.0"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("借调", "50.0"),
        ("挂职", "50.0"),
        ("脱产学习", "50.0"),
        ("驻村援派", "25.0"),
        ("产假", "0.0"),
        ("病假", "0.0"),
        ("停职", "0.0"),
        ("离岗待退", "0.0"),
        ("编外", "0.0"),
    ],
)
def test_a_status_all_year(status: str, expected: str) -> None:
    assert hours(on_roll("staff"), period(status, "2025-06-01")) == expected


@pytest.mark.parametrize(("starts", "why"), [("2026-06-16", Why.WHOLE), ("2026-06-15", Why.HALVED)])
def test_a_month_is_halved_by_most_of_its_days(starts: str, why: Why) -> None:
    result = owed(on_roll("staff"), [period("驻村援派", starts)], 2026, POLICY)
    assert result.months[5].why is why
    assert result.months[5].share == Fraction(50, 12) / (2 if why is Why.HALVED else 1)
    assert result.months[6].status == "驻村援派"


@pytest.mark.parametrize(("ends", "expected"), [("2026-02-14", "50.0"), ("2026-02-15", "46.0")], ids=["14", "15"])
def test_sick_leave_of_fourteen_days_changes_nothing_though_it_leaves_only_fourteen(
    ends: str, expected: str
) -> None:
    assert hours(on_roll("staff"), period("病假", "2026-02-01", ends)) == expected


@pytest.mark.parametrize(("ends", "expected"), [("2026-04-23", "50.0"), ("2026-04-24", "46.0")])
def test_leave_that_leaves_fifteen_days_of_the_month(ends: str, expected: str) -> None:
    assert hours(on_roll("staff"), period("病假", "2026-04-09", ends)) == expected


def test_joined_on_bounds_what_is_on_the_roll_since_january() -> None:
    facts = [*on_roll("staff", "2026-01-01"), fact(Field.JOINED_ON, "2026-03-10", "2026-01-01")]
    assert hours(facts) == "42.0"


def test_joined_on_learnt_later_says_when_the_person_came() -> None:
    facts = [*on_roll("staff", "2026-01-01"), fact(Field.JOINED_ON, "2026-03-10", "2026-04-20")]
    assert hours(facts) == "42.0"


def test_joining_long_ago_does_not_make_up_for_an_unknown_unit() -> None:
    facts = [*on_roll("staff", "2026-07-01"), fact(Field.JOINED_ON, "2010-07-01", "2026-07-01")]
    assert hours(facts) == "25.0"


def test_joining_again_does_not_undo_the_first_time() -> None:
    facts = [
        *on_roll("staff"),
        fact(Field.JOINED_ON, "2020-01-01", "2020-01-01"),
        fact(Field.JOINED_ON, "2026-10-01", "2026-10-01"),
    ]
    assert hours(facts, period("调出", "2026-04-01"), period("在岗", "2026-10-01")) == "25.0"


def test_nobody_on_the_roll() -> None:
    result = owed([], [], 2026, POLICY)
    assert (str(result.hours), result.waives_counts) == ("0.0", True)


@pytest.mark.parametrize(("joined", "waived"), [("2026-10-17", False), ("2026-10-18", True)])
def test_counts_are_waived_under_three_months(joined: str, waived: bool) -> None:
    assert owed(on_roll("staff", joined), [], 2026, POLICY).waives_counts is waived


def test_known_at_looks_back() -> None:
    later = Fact("R1", Field.MARK, "1", date(2026, 7, 1), datetime(2026, 8, 1, tzinfo=UTC))
    leave = StatusPeriod("R1", "产假", date(2026, 1, 1), None, datetime(2026, 8, 1, tzinfo=UTC))
    facts = [*on_roll("staff"), later]
    assert str(owed(facts, [], 2026, POLICY).hours) == "55.0"
    known_at = datetime(2026, 7, 31, tzinfo=UTC)
    assert str(owed(facts, [leave], 2026, POLICY, known_at=known_at).hours) == "50.0"


def test_other_amounts_and_steps() -> None:
    policy = Policy(staff=Decimal(45), month_days=10, step=Decimal("0.01"))
    assert str(owed(on_roll("staff", "2026-03-22"), [], 2026, policy).hours) == "37.50"
    assert str(owed(on_roll("staff", "2026-03-23"), [], 2026, policy).hours) == "33.75"


def test_a_policy_that_changes_in_mid_year_splits_the_year() -> None:
    new = Policy(staff=Decimal(62), valid_from=date(2026, 7, 1))
    assert str(owed(on_roll("staff"), [], 2026, new, POLICY).hours) == "56.0"
    assert str(owed(on_roll("staff"), [], 2025, POLICY, new).hours) == "50.0"
    assert str(owed(on_roll("staff"), [], 2027, POLICY, new).hours) == "62.0"


def test_statuses_of_the_policy_count() -> None:
    policy = Policy(statuses=(Status("在岗"), Status("产假")))
    assert str(owed(on_roll("staff"), [period("产假", "2026-01-01")], 2026, policy).hours) == "50.0"


def test_the_default_policy_is_the_notice() -> None:
    assert owed(on_roll("leader"), [], 2026) == owed(on_roll("leader"), [], 2026, POLICY)
