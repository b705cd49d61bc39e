"""应完成学时 the slow way: what holds on every single day of the year, after the rules and not after the code.

`History` is what was decided about one person, in the order in which it was recorded. Amounts are whole hundredths.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

AWAY, HALVED, FULL, LEFT, NONE = "away", "halved", "full", "left", "none"
# What a status does to the days on which it holds. Source: domain, Who owes what (statuses).
EFFECT: Final = {
    **{"在岗": FULL, "借调": FULL, "挂职": FULL, "脱产学习": FULL, "驻村援派": HALVED, "编外": NONE},
    **{"产假": AWAY, "病假": AWAY, "停职": AWAY, "离岗待退": AWAY, "退休": LEFT, "调出": LEFT},
}
LEAST_DAYS: Final = {"病假": 15}
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Amounts:
    """学时 a year, for months that begin on or after `since`."""

    since: date = date.min
    leader: int = 40
    staff: int = 50
    enforcement: int = 60

    def of(self, group: str) -> int:
        return {"leader": self.leader, "staff": self.staff, "enforcement": self.enforcement}.get(group, 0)


@dataclass(frozen=True)
class Said:
    field: str
    value: str
    since: date


@dataclass(frozen=True)
class Stay:
    status: str
    first: date
    last: date | None


@dataclass
class History:
    said: list[Said] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)

    def value(self, name: str, day: date) -> str | None:
        """The latest 生效日期 up to the day; of two for one day the later recorded."""
        held: Said | None = None
        for one in self.said:
            if one.field == name and one.since <= day and (held is None or one.since >= held.since):
                held = one
        return held.value if held else None

    def earliest(self, name: str) -> str | None:
        first: Said | None = None
        for one in self.said:
            if one.field == name and (first is None or one.since <= first.since):
                first = one
        return first.value if first else None

    def shown(self, name: str, day: date) -> str:
        """As people are shown: of somebody who is still to come, what will hold in the end."""
        later = not any(one.since <= day for one in self.said)
        return self.value(name, date.max if later else day) or ""

    def on_roll(self, day: date) -> bool:
        """Unit and category are known, and 入职日期 has come."""
        joined = self.value("joined_on", day) or self.earliest("joined_on")
        known = self.value("unit", day) is not None and self.value("category", day) is not None
        return known and (joined is None or date.fromisoformat(joined) <= day)

    def group(self, day: date) -> str:
        """Enforcement before leader before staff; nobody's for 其他."""
        category = self.value("category", day) or "other"
        if category == "other":
            return ""
        return "enforcement" if self.value("mark", day) else category

    def standing(self) -> list[Stay]:
        """Of records with one status and first day the last one counts; one that ends before it starts is none."""
        last: dict[tuple[str, date], Stay] = {}
        for stay in self.stays:
            last.pop((stay.status, stay.first), None)
            last[stay.status, stay.first] = stay
        return [stay for stay in last.values() if stay.last is None or stay.first <= stay.last]

    def status(self, day: date) -> str:
        """The latest start wins, of equal ones the later recorded; a short 病假 is passed over."""
        name, since = "在岗", date.min
        for stay in self.standing():
            holds = stay.first <= day and (stay.last is None or day <= stay.last)
            if holds and stay.first >= since and self._run(stay.status, day) >= LEAST_DAYS.get(stay.status, 0):
                name, since = stay.status, stay.first
        return name

    def _run(self, status: str, day: date) -> int:
        """Days in a row with this status around `day`, as far as anybody has to look."""
        if status not in LEAST_DAYS:
            return 0
        return 1 + self._steps(status, day, ONE_DAY) + self._steps(status, day, -ONE_DAY)

    def _steps(self, status: str, day: date, step: timedelta) -> int:
        count = 0
        while count < LEAST_DAYS[status] and self._has(status, day + (count + 1) * step):
            count += 1
        return count

    def _has(self, status: str, day: date) -> bool:
        return any(
            stay.status == status and stay.first <= day and (stay.last is None or day <= stay.last)
            for stay in self.standing()
        )

    def effect(self, day: date) -> str:
        return EFFECT[self.status(day)]

    def in_post(self, day: date) -> bool:
        return self.on_roll(day) and self.effect(day) != LEFT


def owed(history: History, year: int, rules: Sequence[Amounts]) -> int:
    """The sum of the twelve months, rounded up to half an hour; in hundredths."""
    total = sum((_month(history, days, _in_force(rules, days[0])) for days in _months(year)), Fraction(0))
    return math.ceil(total * 2) * 50


def _in_force(rules: Sequence[Amounts], first: date) -> Amounts:
    """The latest that has begun, of two from one day the later; before the first one, the first."""
    begun = [rule for rule in rules if rule.since <= first]
    return sorted(begun, key=lambda rule: rule.since)[-1] if begun else min(rules, key=lambda rule: rule.since)


def _months(year: int) -> Iterator[list[date]]:
    day = date(year, 1, 1)
    whole = [day + n * ONE_DAY for n in range((date(year + 1, 1, 1) - day).days)]
    for month in range(1, 13):
        yield [one for one in whole if one.month == month]


def _month(history: History, days: Sequence[date], amounts: Amounts) -> Fraction:
    """A twelfth of the amount of the group held most days (tie: the higher), if 15 days count; halved or not."""
    effects = {day: history.effect(day) for day in days if history.on_roll(day)}
    counting = [day for day, effect in effects.items() if effect in (FULL, HALVED)]
    if len(counting) < 15:
        return Fraction(0)
    groups = [history.group(day) for day in counting]
    share = Fraction(amounts.of(max(groups, key=lambda group: (groups.count(group), amounts.of(group)))), 12)
    halved = sum(effects[day] == HALVED for day in counting)
    return share / 2 if halved > len(counting) - halved else share
