"""What holds of 应完成学时 for any history."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from training.people import Fact, Field, StatusPeriod, values_on
from training.requirements import Policy, Why, owed
from training.statuses import HoursRule, status_on

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


days = st.dates(date(2025, 11, 1), date(2027, 2, 1))
statuses = st.sampled_from(["借调", "产假", "病假", "驻村援派", "停职", "脱产学习", "退休", "编外", "在岗"])


@st.composite
def periods(draw: st.DrawFn) -> StatusPeriod:
    starts = draw(days)
    length = draw(st.none() | st.integers(0, 200))
    ends = None if length is None else starts + timedelta(length)
    return StatusPeriod("R1", draw(statuses), starts, ends, RECORDED + timedelta(draw(st.integers(0, 5))))


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    facts = on_roll(draw(st.sampled_from(["leader", "staff", "other"])), draw(days).isoformat())
    for day in draw(st.lists(days, max_size=3)):
        facts.append(fact(Field.CATEGORY, draw(st.sampled_from(["leader", "staff", "other"])), day.isoformat()))
        facts.append(fact(Field.MARK, draw(st.sampled_from(["", "1"])), day.isoformat()))
    return facts


@given(histories(), st.lists(periods(), max_size=4))
def test_never_more_than_the_full_amount_and_always_the_sum_of_its_months(
    facts: list[Fact], stays: list[StatusPeriod]
) -> None:
    result = owed(facts, stays, 2026, POLICY)
    assert 0 <= result.hours <= 60
    total = sum((month.share for month in result.months), Fraction())
    assert total <= Fraction(result.hours) < total + Fraction(1, 2)
    assert Fraction(result.hours) % Fraction(1, 2) == 0
    for month in result.months:
        assert (month.days >= 15) == month.counts
        assert bool(month.share) == (month.why in (Why.WHOLE, Why.HALVED))


@given(st.sampled_from(["leader", "staff"]), days, st.integers(0, 400), st.integers(1, 60))
def test_longer_leave_never_owes_more(category: str, starts: date, length: int, more: int) -> None:
    facts = on_roll(category)
    shorter = StatusPeriod("R1", "产假", starts, starts + timedelta(length), RECORDED)
    longer = StatusPeriod("R1", "产假", starts, starts + timedelta(length + more), RECORDED)
    assert owed(facts, [longer], 2026, POLICY).hours <= owed(facts, [shorter], 2026, POLICY).hours


@given(days, days)
def test_joining_later_never_owes_more(one: date, other: date) -> None:
    early, late = sorted((one, other))
    first = owed(on_roll("staff", early.isoformat()), [], 2026, POLICY)
    assert owed(on_roll("staff", late.isoformat()), [], 2026, POLICY).hours <= first.hours


@given(histories(), st.lists(periods(), max_size=3))
def test_cutting_by_stretches_agrees_with_counting_single_days(
    facts: list[Fact], stays: list[StatusPeriod]
) -> None:
    """The same months, counted the slow way from what holds on each day."""
    result = owed(facts, stays, 2026, POLICY)
    counts = [0] * 12
    for ordinal in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        rule = status_on(stays, day)
        known = Field.UNIT in values_on(facts, day)
        counts[day.month - 1] += known and not rule.leaves and rule.hours in (HoursRule.FULL, HoursRule.HALVED)
    assert [month.days for month in result.months] == counts
