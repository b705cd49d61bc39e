"""The shipped demo city, read as anybody's files are."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib.resources import files

import pytest

from question_bank.formats.table import read_table
from training import roster_columns, unit_files
from training.people import Category, Fact, Field, Group, Role, group_of, values_on
from training.requirements import owed
from training.roll_changes import PersonChange
from training.roll_plan import RollPlan, plan_roll
from training.unit_plan import UnitPlan, plan_units
from training.units import UnitTree, units_on

NOW = datetime(2026, 11, 23, tzinfo=UTC)
DAY = date(2026, 11, 23)


def content(name: str) -> bytes:
    return files("bot.cli.demo_city").joinpath(name).read_bytes()


@pytest.fixture(scope="module")
def unit_plan() -> UnitPlan:
    table = read_table("units.csv", content("units.csv"), unit_files.HEADERS, unit_files.REQUIRED)
    return plan_units(table, {}, NOW)


@pytest.fixture(scope="module")
def units(unit_plan: UnitPlan) -> Mapping[str, tuple[Fact, ...]]:
    return {change.code: change.facts for change in unit_plan.new}


@pytest.fixture(scope="module")
def plan(units: Mapping[str, tuple[Fact, ...]]) -> RollPlan:
    table = read_table("roster.csv", content("roster.csv"), roster_columns.HEADERS, roster_columns.REQUIRED)
    return plan_roll(table, [], units, NOW)


def held(change: PersonChange) -> Mapping[str, str]:
    return values_on(change.facts, DAY)


def test_it_parses_without_any_problem(unit_plan: UnitPlan, plan: RollPlan) -> None:
    assert (unit_plan.problems, plan.problems) == ((), ())
    assert plan.new_units == ()
    assert (len(unit_plan.new), len(plan.new)) == (20, 128)


def test_every_unit_has_people_and_everybody_an_account(
    units: Mapping[str, tuple[Fact, ...]], plan: RollPlan
) -> None:
    assert {held(change)[Field.UNIT] for change in plan.new} == set(units)
    assert all(len(change.accounts) == 1 for change in plan.new)


def test_every_unit_below_the_government_has_an_admin(
    units: Mapping[str, tuple[Fact, ...]], plan: RollPlan
) -> None:
    tree = UnitTree(units_on(units, DAY))
    admins = [held(change) for change in plan.new if held(change).get(Field.ROLE) == Role.UNIT_ADMIN]
    managed = {
        code
        for values in admins
        for root in values[Field.MANAGED_UNITS].split(",")
        for code in tree.descendants(root)
    }
    assert managed == set(units) - {"1000"}


def test_the_cast(plan: RollPlan) -> None:
    roles = Counter(held(change).get(Field.ROLE) for change in plan.new)
    assert (roles[Role.CITY_ADMIN], roles[Role.AUDITOR], roles[Role.SYSTEM_ADMIN]) == (2, 1, 1)
    assert {period.status for change in plan.new for period in change.periods} == {"产假", "借调", "驻村援派"}
    groups = Counter(
        group_of(Category(held(change)[Field.CATEGORY]), mark=bool(held(change).get(Field.MARK)))
        for change in plan.new
    )
    assert all(groups[group] >= 20 for group in Group)
    assert plan.leaders_with_mark
    marked = [change for change in plan.new if held(change).get(Field.MARK)]
    assert all(held(change).get(Field.CERTIFICATE) for change in marked)


def test_what_some_of_them_owe(plan: RollPlan) -> None:
    hours = {change.name: str(owed(change.facts, change.periods, 2026).hours) for change in plan.new}
    assert (hours["林青禾"], hours["周敏"], hours["吕洋"], hours["陈静"]) == ("42.0", "25.0", "25.0", "50.0")
