"""The city's rule file: a TOML document, already parsed, as `Rules`. What it does not name stays as built in.

Rows are dated by `from` (施行日期) and inherit what they do not say from the row before; every mistake is named
with its place. Reading the file itself, and where it lies, is bot's. Source: domain (本市 rules are data, dated).
"""

from collections.abc import Mapping
from typing import Final

from training.forms import DAY_LIMIT, Form
from training.hours import HoursRules
from training.rule_duties import KEYS as DUTY_KEYS
from training.rule_duties import read_duties
from training.rule_errors import NotPositive, Place
from training.rule_forms import KEYS as FORM_KEYS
from training.rule_forms import read_forms
from training.rule_policies import REQUIREMENT_KEYS, STATUS_KEYS, read_policies
from training.rule_rows import Row, demand_known, rows_of
from training.rules import Compliance, Rules

TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "requirement": REQUIREMENT_KEYS,
    "form": FORM_KEYS,
    "status": STATUS_KEYS,
    "duty": DUTY_KEYS,
}
TOP_KEYS: Final = ("version", "day_limit", *TABLES)


def read_rules(
    values: Mapping[str, object], hours: HoursRules | None = None, compliance: Compliance | None = None
) -> Rules:
    """The rules that the file makes of the built-in ones, with the configuration's sections. Raises: BadRules."""
    top = Row(Place(), values)
    demand_known(top, TOP_KEYS)
    rows = {table: rows_of(values, table, keys) for table, keys in TABLES.items()}
    day_limit = top.amount("day_limit", DAY_LIMIT)
    if not day_limit:
        raise NotPositive(Place(), "day_limit")
    own, changes = read_duties(rows["duty"])
    return Rules(
        hours=hours or HoursRules(),
        policies=read_policies(rows["requirement"], rows["status"]),
        forms=read_forms(rows["form"], hours or HoursRules()),
        day_limit=day_limit,
        compliance=compliance or Compliance(),
        own_duties=own,
        duty_changes=changes,
        own_daily=any(row.text("form") == Form.DAILY for row in rows["form"]),
        named=top.text("version"),
    )
