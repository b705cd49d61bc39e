"""A rule that changes on 1 July splits the year: what the file says, down to hours, caps and duties."""

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from training.calendar import Calendar
from training.crediting import Event, Length, Part, earned
from training.duties import Owes
from training.duty_owing import City, city_of, owing_in, owing_on
from training.forms import Form
from training.limits import post
from training.people import Fact, Field, StatusPeriod, UnitField
from training.requirements import owed
from training.roll import KnownPerson
from training.rule_file import read_rules
from training.rules import Rules
from training.units import Nature

RECORDED = datetime(2025, 1, 1, tzinfo=UTC)
FIRST = date(2025, 1, 1)


def rules(text: str) -> Rules:
    return read_rules(tomllib.loads(text))


def on_roll(category: str, **more: str) -> list[Fact]:
    held = {Field.UNIT: "sf", Field.CATEGORY: category} | {Field(name): value for name, value in more.items()}
    return [Fact("P1", field, value, FIRST, RECORDED) for field, value in held.items()]


def away(status: str, starts: str, ends: str) -> StatusPeriod:
    return StatusPeriod("P1", status, date.fromisoformat(starts), date.fromisoformat(ends), RECORDED)


def hours(found: Rules, category: str, *periods: StatusPeriod, year: int = 2026) -> str:
    return str(owed(on_roll(category), periods, year, *found.policies).hours)


def test_amounts() -> None:
    found = rules('[[requirement]]\nfrom = 2026-07-01\nstaff = "62"\n')
    assert [hours(found, "staff", year=year) for year in (2025, 2026, 2027)] == ["50.0", "56.0", "62.0"]
    assert hours(found, "leader") == "40.0"


def test_an_amount_that_changes_within_a_month_holds_from_the_next() -> None:
    found = rules('[[requirement]]\nfrom = 2026-07-02\nstaff = "62"\n')
    assert hours(found, "staff") == "55.0"


def test_a_status_rule() -> None:
    """Four months of leave: two under 按月核减, two under 减半."""
    leave = away("产假", "2026-05-01", "2026-08-31")
    found = rules('[[status]]\nname = "产假"\nfrom = 2026-07-01\nhours = "halved"\n')
    assert hours(Rules(), "leader", leave) == "27.0"  # 8/12 of 40, rounded up
    assert hours(found, "leader", leave) == "30.0"  # and 2/12 of 20 more
    assert hours(rules('[[status]]\nname = "产假"\nhours = "halved"\n'), "leader", leave) == "33.5"


def test_a_form_cap() -> None:
    """What was posted under the old cap stays; afterwards the new one leaves no room, or more."""
    lower = rules('[[form]]\nform = "collective"\nfrom = 2026-07-01\nyearly_cap = "16"\n')
    higher = rules('[[form]]\nform = "collective"\nfrom = 2026-07-01\nyearly_cap = "24"\n')
    parts = [Part(Form.COLLECTIVE, date(2026, month, 3), 2026, 400) for month in range(1, 9)]

    def posted(found: Rules) -> list[int]:
        return [one.posted for one in post(parts, {}, {}, found.forms, found.day_limit)]

    assert posted(Rules()) == [400, 400, 400, 400, 400, 0, 0, 0]
    assert posted(lower) == [400, 400, 400, 400, 400, 0, 0, 0]
    assert posted(higher) == [400, 400, 400, 400, 400, 0, 400, 0]


@pytest.mark.parametrize(("day", "worth"), [("2026-06-30", 200), ("2026-07-01", 225)])
def test_how_a_form_is_measured(day: str, worth: int) -> None:
    found = rules('[[form]]\nform = "lecture"\nfrom = 2026-07-01\nminutes_an_hour = 40\n')
    event = Event(Form.LECTURE, date.fromisoformat(day), date.fromisoformat(day), Length(90))
    assert [part.earned for part in earned(event, Calendar(), found.forms)] == [worth]


def test_the_limit_of_a_day() -> None:
    found = rules('day_limit = "6"\n')
    parts = [Part(Form.LECTURE, date(2026, 7, 1), 2026, 400) for _ in range(2)]
    assert [one.posted for one in post(parts, {}, {}, found.forms, found.day_limit)] == [400, 200]


def city(found: Rules, *periods: StatusPeriod, nature: Nature = Nature.DEPARTMENT) -> City:
    """The head of a department, or of what `nature` says, and the city government."""
    named = {"gov": Nature.GOVERNMENT, "sf": nature}
    units = {
        code: [
            Fact(code, UnitField.NAME, nature, FIRST, RECORDED),
            Fact(code, UnitField.NATURE, nature, FIRST, RECORDED),
        ]
        for code, nature in named.items()
    }
    facts = on_roll("leader", leadership="主要负责人")
    return city_of([KnownPerson("P1", tuple(facts), periods)], units, *found.policies)


def duty(found: Rules, key: str, *periods: StatusPeriod, year: int = 2026) -> list[Owes]:
    return [owes for owes in owing_in(found.duties, city(found, *periods), year) if owes.duty.key == key]


def test_a_duty_amount() -> None:
    """Of rows that change in mid-year the one of most months is owed, of equally many the higher one."""
    found = rules('[[duty]]\nkey = "class"\nfrom = 2026-07-01\namount = "3"\n')
    amounts = [[owes.amount for owes in duty(found, "class", year=year)] for year in (2025, 2026, 2027)]
    assert amounts == [[Decimal(1)], [Decimal(3)], [Decimal(3)]]
    late = rules('[[duty]]\nkey = "class"\nfrom = 2026-08-01\namount = "3"\n')
    assert [owes.amount for owes in duty(late, "class")] == [Decimal(1)]
    days = (date(2026, 6, 30), date(2026, 7, 1))
    on_days = [
        [row.amount for row, who in owing_on(found.duties, city(found), day) if row.key == "class" and who == "P1"]
        for day in days
    ]
    assert on_days == [[Decimal(1)], [Decimal(3)]]


def test_a_duty_that_ends_or_is_turned_off() -> None:
    ends = rules('[[duty]]\nkey = "class"\nuntil = 2026-06-30\n')
    assert [owes.counted_months for owes in duty(ends, "class")] == [6]
    assert duty(ends, "class", year=2027) == []
    off = rules('[[duty]]\nkey = "class"\nfrom = 2026-07-01\non = false\n')
    assert duty(off, "class") == duty(ends, "class")
    again = rules(
        '[[duty]]\nkey = "class"\nfrom = 2026-07-01\non = false\n'
        '[[duty]]\nkey = "class"\nfrom = 2027-01-01\non = true\namount = "2"\n'
    )
    assert [owes.amount for owes in duty(again, "class", year=2027)] == [Decimal(2)]
    assert duty(rules('[[duty]]\nkey = "class"\non = false\n'), "class") == []


def test_a_duty_of_the_citys_own() -> None:
    text = '[[duty]]\nkey = "class-street"\nlike = "class"\nname = "讲法治课（街道）"\nnature = ["街道办事处"]\n'
    for found, owed_by in ((Rules(), []), (rules(text), ["P1"])):
        there = city(found, nature=Nature.SUBDISTRICT)
        assert [o.subject for o in owing_in(found.duties, there, 2026) if o.duty.quota == "class"] == owed_by
    assert duty(rules(text), "class-street") == []  # a department is none
    assert [owes.subject for owes in duty(rules(text), "class")] == ["P1"]


def test_the_two_years_of_a_changed_duty_are_counted_as_before() -> None:
    found = rules('[[duty]]\nkey = "competition"\nfrom = 2027-01-01\namount = "2"\n')
    for year, amount in ((2025, 1), (2026, 2), (2027, 2)):
        (owes,) = duty(found, "competition", year=year)
        assert owes.amount == amount
        assert owes.starts == date(2024 if year < 2026 else 2026, 1, 1)


def test_a_status_rule_of_july_leaves_the_duties_of_june_alone() -> None:
    """On leave until June; the rule that the days count comes in July and changes nothing that was."""
    leave = away("产假", "2026-01-01", "2026-10-31")
    found = rules('[[status]]\nname = "产假"\nfrom = 2026-07-01\nhours = "full"\n')
    assert [owes.counted_months for owes in duty(found, "class", leave)] == [6]
    assert [owes.waived for owes in duty(Rules(), "class", leave)] == [True]
    always = rules('[[status]]\nname = "产假"\nhours = "full"\n')
    assert [owes.counted_months for owes in duty(always, "class", leave)] == [12]


def test_the_days_that_make_a_month_change_with_the_month() -> None:
    ends = replace(away("停职", "2026-01-11", "2026-01-31"), starts=date(2026, 1, 11))
    more = [away("停职", f"2026-{month:02}-11", f"2026-{month:02}-28") for month in range(2, 13)]
    found = rules("[[requirement]]\nfrom = 2026-07-01\nmonth_days = 10\n")
    (owes,) = duty(found, "class", ends, *more)
    assert owes.counted_months == 6
    assert hours(found, "staff", ends, *more) == "25.0"


def test_hours_duties_follow_the_amounts_alone() -> None:
    """A policy that changes a status only begins no new rows of 学时."""
    found = rules('[[status]]\nname = "产假"\nfrom = 2026-07-01\npushes = true\n')
    assert len(found.policies) == 2
    assert found.duties == Rules().duties
    amounts = rules('[[requirement]]\nfrom = 2026-07-01\nleader = "44"\n').duties
    assert [duty.amount for duty in amounts if duty.key == "hours-leader"] == [Decimal(40), Decimal(44)]
    assert len([duty for duty in amounts if duty.quota == "hours"]) == 6
