"""Files and known rolls for the tests of the training rules."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from question_bank.formats.table import Table, read_table
from question_bank.problems import Problem, Severity
from training import roster_columns, unit_files
from training.people import Account, Fact, Field, StatusPeriod, UnitField
from training.roll import KnownPerson
from training.roll_plan import RollPlan, plan_roll
from training.unit_plan import UnitPlan

NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
BEFORE = datetime(2026, 1, 2, tzinfo=UTC)
NEW_YEAR = date(2026, 1, 1)


def sheet(header: str, *rows: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([header.split(), *rows])
    return out.getvalue().encode()


def roster(header: str, *rows: Sequence[str]) -> Table:
    return read_table("roster.csv", sheet(header, *rows), roster_columns.HEADERS, roster_columns.REQUIRED)


def unit_sheet(header: str, *rows: Sequence[str]) -> Table:
    return read_table("units.csv", sheet(header, *rows), unit_files.HEADERS, unit_files.REQUIRED)


def unit_facts(code: str, name: str, parent: str = "") -> list[Fact]:
    facts = [Fact(code, UnitField.NAME, name, NEW_YEAR, BEFORE)]
    return [*facts, Fact(code, UnitField.PARENT, parent, NEW_YEAR, BEFORE)] if parent else facts


UNITS = {
    "10": unit_facts("10", "市政府"),
    "11": unit_facts("11", "司法局", "10"),
    "12": unit_facts("12", "公安局", "10"),
    "20": unit_facts("20", "桐岭镇政府"),
    "21": unit_facts("21", "办公室", "10"),
    "22": unit_facts("22", "办公室", "20"),
}


def person(
    number: str,
    name: str,
    unit: str,
    *accounts: str,
    periods: Sequence[StatusPeriod] = (),
    category: str = "staff",
    **more: str,
) -> KnownPerson:
    values = {Field.NAME.value: name, Field.UNIT.value: unit, Field.CATEGORY.value: category, **more}
    facts = tuple(Fact(number, field, value, NEW_YEAR, BEFORE) for field, value in values.items())
    return KnownPerson(
        number, facts, tuple(periods), tuple(Account(account, number, NEW_YEAR) for account in accounts)
    )


HEADER = "姓名 单位 人员类别 账号 人员编号"
TODAY = date(2026, 9, 1)

ZHOU = person("R000001", "周敏", "11", "zhoumin")
CHEN = person("R000002", "陈静", "11", "chenjing", "chenjing2")
WU = person("R000003", "伍明", "12")


def plan(
    *rows: tuple[str, ...], persons: tuple[KnownPerson, ...] = (), header: str = HEADER, **more: Any
) -> RollPlan:
    return plan_roll(roster(header, *rows), persons, UNITS, NOW, **more)


def rejected(result: RollPlan | UnitPlan) -> dict[str, list[str]]:
    """Row → the fields that reject it."""
    return _by_row(result.problems, Severity.REJECTED)


def warned(result: RollPlan | UnitPlan) -> dict[str, list[str]]:
    return _by_row(result.problems, Severity.WARNING)


def _by_row(problems: Sequence[Problem], severity: Severity) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for problem in problems:
        if problem.severity is severity:
            rows.setdefault(problem.where, []).append(str(problem.field))
    return rows
