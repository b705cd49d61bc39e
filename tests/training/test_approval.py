"""Whose decision it is: never one's own, never downward, one level up when nobody decides."""

from datetime import date

import pytest

from training.approval import CITY, Claimant, due_after, first_level, level_above, may_decide
from training.calendar import Calendar
from training.people import Category, Person, Role

LINE = ("zfk", "sfj", "gov")


def person(number: str, unit: str = "zfk", role: Role = Role.LEARNER, managed: tuple[str, ...] = ()) -> Person:
    return Person(number, number, unit, Category.STAFF, False, role, "在岗", True, managed)


KE = person("KE", "zfk", Role.UNIT_ADMIN, ("zfk",))
JU = person("JU", "sfj", Role.UNIT_ADMIN, ("sfj",))
GOV = person("GOV", "gov", Role.UNIT_ADMIN, ("gov",))
WIDE = person("WIDE", "zfk", Role.UNIT_ADMIN, ("sfj", "czj"))  # manages what is above the own unit
CITY_ADMIN = person("C1", "gov", Role.CITY_ADMIN)
ADMINS = (KE, JU, GOV)
LEARNER = Claimant(person("L"), LINE)
HEAD = Claimant(person("H", "sfj"), ("sfj", "gov"), head=True)


@pytest.mark.parametrize(
    ("who", "admins", "level"),
    [
        (LEARNER, ADMINS, "zfk"),
        (LEARNER, (JU, GOV), "sfj"),
        (LEARNER, (), CITY),
        (LEARNER, (WIDE,), "sfj"),
        (Claimant(KE, LINE), ADMINS, "sfj"),
        (Claimant(KE, LINE), (KE,), CITY),
        (Claimant(JU, ("sfj", "gov")), ADMINS, "gov"),
        (Claimant(GOV, ("gov",)), ADMINS, CITY),
        (Claimant(WIDE, LINE), ADMINS, "gov"),  # above the highest that one manages
        (HEAD, ADMINS, "gov"),
        (HEAD, (JU,), CITY),
        (HEAD, (person("X", "sfj", Role.UNIT_ADMIN, ("gov",)),), CITY),  # works for the head
        (Claimant(CITY_ADMIN, ("gov",)), ADMINS, CITY),
        (Claimant(person("A", "zfk", Role.UNIT_ADMIN, ("czj",)), LINE), ADMINS, "sfj"),
    ],
)
def test_where_a_claim_goes_first(who: Claimant, admins: tuple[Person, ...], level: str) -> None:
    assert first_level(who, admins) == level


@pytest.mark.parametrize(
    ("level", "admins", "above"),
    [
        ("zfk", ADMINS, "sfj"),
        ("sfj", ADMINS, "gov"),
        ("gov", ADMINS, CITY),
        ("zfk", (KE, GOV), "gov"),
        ("x", ADMINS, CITY),
    ],
)
def test_where_it_goes_next(level: str, admins: tuple[Person, ...], above: str) -> None:
    assert level_above(LEARNER, level, admins) == above


@pytest.mark.parametrize(
    ("who", "level", "decider", "may"),
    [
        (LEARNER, "zfk", KE, True),
        (LEARNER, "zfk", JU, True),  # from further above
        (LEARNER, "sfj", KE, False),  # gone up
        (LEARNER, CITY, JU, False),
        (LEARNER, CITY, CITY_ADMIN, True),
        (LEARNER, "zfk", CITY_ADMIN, True),
        (LEARNER, "zfk", person("O", "czj", Role.UNIT_ADMIN, ("czj",)), False),
        (LEARNER, "zfk", person("P"), False),
        (LEARNER, "zfk", person("AU", role=Role.AUDITOR), False),
        (LEARNER, "zfk", person("S", role=Role.SYSTEM_ADMIN), False),
        (Claimant(KE, LINE), "sfj", KE, False),
        (Claimant(CITY_ADMIN, ("gov",)), CITY, CITY_ADMIN, False),
        (HEAD, "gov", person("X", "sfj", Role.UNIT_ADMIN, ("gov",)), False),
        (HEAD, "gov", GOV, True),
        (LEARNER, "elsewhere", GOV, False),
    ],
)
def test_who_may_decide(who: Claimant, level: str, decider: Person, may: bool) -> None:
    assert may_decide(who, level, decider) is may


def test_five_working_days_without_the_day_itself() -> None:
    calendar = Calendar({date(2026, 11, 28): True})  # a Saturday that is worked
    assert due_after(date(2026, 11, 23), Calendar()) == date(2026, 11, 30)
    assert due_after(date(2026, 11, 23), calendar) == date(2026, 11, 28)
