"""The rules in force, as one value: what the configuration says, each section defined beside the rule it feeds."""

from dataclasses import dataclass, field

import msgspec

from training.forms import DAY_LIMIT, FORM_RULES, Table
from training.hours import HoursRules
from training.requirements import Policy


class Compliance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[compliance]`: without a filing number everything is 试运行·自愿使用. Source: 国办函〔2026〕12号."""

    filing_no: str = ""
    push_budget_per_week: int = 12

    @property
    def on_trial(self) -> bool:
        return not self.filing_no.strip()


@dataclass(frozen=True, slots=True)
class Rules:
    """`day_limit` is in hundredths of an hour; `forms` may hold several dated rows a form."""

    hours: HoursRules = field(default_factory=HoursRules)
    policies: tuple[Policy, ...] = (Policy(),)
    forms: Table = FORM_RULES
    day_limit: int = DAY_LIMIT
    compliance: Compliance = field(default_factory=Compliance)
