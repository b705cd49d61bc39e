"""学时构成: what a person's hours of a year consist of, by form and by content class, and which limits were met.

Amounts are whole hundredths of an hour. The yearly cap of a form acted when lines were posted: what is over it is
in no sum here. The limit of 在线答题类 alone makes 计入 differ from 已认定. Source: domain, Forms and credit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from training.content import ContentClass
from training.forms import NoRule, Table, rule_on
from training.hours import ONLINE_GROUP, HoursRules, Standing, counted
from training.rules import Rules
from training.summaries import Recorded

_ORDER: Final[Mapping[str, int]] = {name.value: place for place, name in enumerate(ContentClass)}


@dataclass(frozen=True, slots=True)
class OnlineGroup:
    """Answering on the phone: at most `limit` of it counts, a share of what is owed.

    `limit` is None when nothing is owed, because then there is nothing of which it could be a share. `taken_out`:
    the city does not let the group count at all.
    """

    recorded: int
    counted: int
    limit: int | None
    percent: int
    taken_out: bool

    @property
    def cut(self) -> int:
        """What is recorded and does not count; everything else that is recorded counts."""
        return self.recorded - self.counted


@dataclass(frozen=True, slots=True)
class FormPart:
    """`cap`: the yearly one in force on the day that is asked about; None is no limit."""

    form: str
    recorded: int
    cap: int | None

    @property
    def full(self) -> bool:
        """Nothing more of this form can be posted; a cap that was lowered takes nothing away."""
        return self.cap is not None and self.recorded >= self.cap


@dataclass(frozen=True, slots=True)
class Composition:
    """`forms` the most first; `classes` in the order of `ContentClass`, lines without one, as an empty name, last.

    Both come to `recorded`. What was reversed whole is left out.
    """

    recorded: int
    counted: int
    forms: tuple[FormPart, ...]
    classes: tuple[tuple[str, int], ...]
    online: OnlineGroup


def composition(owed: int | None, sums: Recorded, rules: Rules, day: date) -> Composition:
    """Of the year's lines added up in `sums`, with the rules of forms in force on `day`."""
    standing = Standing(owed, sums.by_form)
    forms = sorted(sums.by_form.items(), key=lambda form: -form[1])
    classes = sorted(sums.by_class.items(), key=lambda named: _place(named[0]))
    return Composition(
        recorded=standing.recorded,
        counted=counted(standing, rules.hours),
        forms=tuple(FormPart(form, amount, _cap(rules.forms, form, day)) for form, amount in forms if amount),
        classes=tuple((name, amount) for name, amount in classes if amount),
        online=online_part(standing, rules.hours),
    )


def online_part(standing: Standing, rules: HoursRules) -> OnlineGroup:
    """What of 在线答题类 counts, by the rule of `training.hours.counted`."""
    online = sum(amount for form, amount in standing.by_form.items() if form in ONLINE_GROUP)
    percent = rules.online_share_percent
    return OnlineGroup(
        recorded=online,
        counted=counted(standing, rules) - (standing.recorded - online),
        limit=standing.owed * percent // 100 if standing.owed else None,
        percent=percent,
        taken_out=not rules.counts_toward_quota,
    )


def _cap(table: Table, form: str, day: date) -> int | None:
    try:
        return rule_on(table, form, day).yearly_cap
    except NoRule:  # posted by a later version
        return None


def _place(name: str) -> int:
    return _ORDER.get(name, len(_ORDER)) if name else len(_ORDER) + 1
