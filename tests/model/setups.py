"""The rules under which the town lives for a while, as the model knows them and as the program takes them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

from tests.model.books import Limits
from tests.model.slow_owed import Amounts
from training.forms import FORM_RULES
from training.hours import HoursRules, decimal
from training.requirements import Policy
from training.rules import Rules

CREDIT: Final = 250  # hundredths a question, so that cap and share are met within a few days


@dataclass(frozen=True)
class Setup:
    """The rules in force: limits, the share of 在线答题类 in percent, what is owed."""

    limits: Limits = field(default_factory=Limits)
    share: int = 25
    amounts: tuple[Amounts, ...] = (Amounts(),)

    @property
    def rules(self) -> Rules:
        hours = HoursRules(str(decimal(CREDIT)), str(decimal(self.limits.daily)), self.share)
        policies = tuple(
            Policy(Decimal(a.leader), Decimal(a.staff), Decimal(a.enforcement), valid_from=a.since)
            for a in self.amounts
        )
        rows = {row.form.value: row for row in FORM_RULES}
        more = tuple(replace(rows[f], yearly_cap=cap, valid_from=since) for f, cap, since in self.limits.changed)
        return Rules(hours=hours, policies=policies, forms=FORM_RULES + more, day_limit=self.limits.of_day)


def capped(setup: Setup, form: str, cap: int, since: date) -> Setup:
    limits = replace(setup.limits, changed=(*setup.limits.changed, (form, cap, since)))
    return replace(setup, limits=limits)


CHANGES: Final[Mapping[str, Callable[[Setup, date], Setup]]] = {
    "same": lambda setup, _: setup,
    "lower cap": lambda setup, _: replace(setup, limits=replace(setup.limits, daily=600)),
    "higher cap": lambda setup, _: replace(setup, limits=replace(setup.limits, daily=1600)),
    "shorter day": lambda setup, _: replace(setup, limits=replace(setup.limits, of_day=800)),
    "lectures capped": lambda setup, day: capped(setup, "lecture", 1500, day),
    "courses cut": lambda setup, day: capped(setup, "online", 900, day),
    "teaching raised": lambda setup, day: capped(setup, "teaching", 1600, day),
    "smaller share": lambda setup, _: replace(setup, share=10),
    "more owed": lambda setup, day: replace(setup, amounts=(*setup.amounts, Amounts(day, 44, 56, 70))),
    "less owed": lambda setup, day: replace(setup, amounts=(*setup.amounts, Amounts(day, 24, 30, 36))),
}
