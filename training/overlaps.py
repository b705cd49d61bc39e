"""Overlaps: events of one person that share time. They are flagged for whoever decides, never refused."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from training.calendar import day_of
from training.crediting import EndsBeforeStart
from training.forms import FORM_RULES, Form, Table, rule_on


@dataclass(frozen=True, slots=True)
class Held:
    """When an event took place; `starts_at` belongs to it, `ends_at` does not."""

    ref: str
    form: Form
    starts_at: datetime
    ends_at: datetime
    year_summary: bool = False


def overlaps(held: Collection[Held], table: Table = FORM_RULES) -> tuple[tuple[str, str], ...]:
    """Pairs of refs, the earlier event first.

    Answering on the phone, exams and 平台年度汇总 take no time of the day. Raises: EndsBeforeStart, NoRule.
    """
    for one in held:
        if one.ends_at < one.starts_at:
            raise EndsBeforeStart(one.starts_at, one.ends_at)
    timed = [one for one in held if _takes_time(one, table)]
    timed.sort(key=lambda one: (one.starts_at, one.ends_at, one.ref))
    return tuple(
        (one.ref, other.ref)
        for n, one in enumerate(timed)
        for other in timed[n + 1 :]
        if other.starts_at < one.ends_at
    )


def _takes_time(held: Held, table: Table) -> bool:
    return not held.year_summary and rule_on(table, held.form, day_of(held.starts_at)).day_limited
