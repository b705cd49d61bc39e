"""The rules in force, as one value: what the configuration and the city's rule file say, else the built-in ones.

Each section is defined beside the rule it feeds; `training.rule_file` reads the file.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

import msgspec

from training.duties import Duty
from training.duty_changes import DutyChange, changed
from training.duty_table import duties_of
from training.forms import DAY_LIMIT, FORM_RULES, Form, FormRule, Table, rule_on
from training.hours import HoursRules, form_rules
from training.requirements import Policy, policy_on
from training.rule_document import Document, digest, document
from training.statuses import Status

DEFAULT_VERSION: Final = "2024-1"


class Compliance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[compliance]`: without a filing number everything is 试运行·自愿使用. Source: 国办函〔2026〕12号."""

    filing_no: str = ""
    push_budget_per_week: int = 12

    @property
    def on_trial(self) -> bool:
        return not self.filing_no.strip()


@dataclass(frozen=True, slots=True)
class Rules:
    """`day_limit` is in hundredths of an hour; `forms` may hold several dated rows a form.

    The rows of the daily question follow `hours`, unless the city's file has rows for it (`own_daily`).
    `named` is the version that the file gives itself.
    """

    hours: HoursRules = field(default_factory=HoursRules)
    policies: tuple[Policy, ...] = (Policy(),)
    forms: Table = FORM_RULES
    day_limit: int = DAY_LIMIT
    compliance: Compliance = field(default_factory=Compliance)
    own_duties: tuple[Duty, ...] = ()
    duty_changes: tuple[DutyChange, ...] = ()
    own_daily: bool = False
    named: str = ""
    _in_force: dict[tuple[Form, date], FormRule] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        if not self.own_daily:
            object.__setattr__(self, "forms", form_rules(self.hours, self.forms))

    @property
    def duties(self) -> tuple[Duty, ...]:
        """Every row of who owes what, as the city has it."""
        return changed((*duties_of(self.policies), *self.own_duties), self.duty_changes)

    @property
    def document(self) -> Document:
        """Everything that a figure in a report depends on; not the name of the version."""
        return document(self.hours, self.policies, self.forms, self.day_limit, self.duties)

    @property
    def version(self) -> str:
        """规则版本: under one version never two sets of rules, whatever a file calls itself.

        The built-in rules are `DEFAULT_VERSION`; any others carry a hash of what they are.
        """
        said = self.document
        if self.named in ("", DEFAULT_VERSION) and said == Rules().document:
            return DEFAULT_VERSION
        return f"{self.named or DEFAULT_VERSION}+{digest(said)}"

    def form(self, form: Form, day: date) -> FormRule:
        """The row in force, found once a day: it is asked for with every answer. Raises: NoRule."""
        row = self._in_force.get((form, day))
        if row is None:
            row = self._in_force[form, day] = rule_on(self.forms, form, day)
        return row

    def statuses_on(self, day: date) -> tuple[Status, ...]:
        """The rows of 人员状态 in force on the day."""
        return policy_on(self.policies, day).statuses
