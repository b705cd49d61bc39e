"""执法证有效期: before it ends, the holder is told twice, and so are the admins of the unit.

What was told is known from the outbox, under a ref for each end and rung. While the bot is on trial nobody is named
to others, so that only holders are told. Source: domain, Who owes what (任务 18); Burden rules.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from handlers.actions.claim_levels import bench, claimants
from handlers.actions.known_city import city_with
from handlers.holding import Awake, always, held, may_wait, off_the_congested
from handlers.jobs import Freeze, tag
from handlers.message import Push, Text
from handlers.texts.certificate_ends import to_admins, to_holder
from storage import approvers, calendar, daily, duty_sources, outbox
from storage.database import Tx
from storage.scope import EVERYTHING
from training.approval import first_level
from training.calendar import day_of, monday_of
from training.certificate_ends import rung
from training.duties import Duty
from training.duty_owing import owing_in
from training.rules import Rules

_QUOTA: Final = "certificate"


@dataclass(frozen=True, slots=True)
class Ending:
    person: str
    until: date
    rung: int


@dataclass(frozen=True, slots=True)
class _Word:
    """One message to one person, under a ref that is used once."""

    ref: str
    said: str
    person: str


@dataclass(frozen=True, slots=True)
class CertificateJob:
    """Of one channel. `freeze(push, ref, mass)` makes requests of a push; `awake`: no quiet hour."""

    rules: Rules
    channel: str
    freeze: Freeze
    awake: Awake = always

    async def remind(self, tx: Tx, now: datetime) -> None:
        """On working days. Whoever mutes notices, or has no push left this week, is not told now."""
        if not (await calendar.imported(tx)).is_working(day_of(now)):
            return
        endings = await self._endings(tx, day_of(now))
        words = [self._to_holder(one, day_of(now)) for one in endings]
        if not self.rules.compliance.on_trial:
            words += await self._to_admins(tx, endings, now)
        there = await duty_sources.queued(tx, self.channel, [word.ref for word in words])
        await self._send(tx, [word for word in words if word.ref not in there], now)

    async def _endings(self, tx: Tx, today: date) -> list[Ending]:
        """Of those who owe a certificate today, and of whom one ends within its days."""
        duties: Sequence[Duty] = [duty for duty in self.rules.duties if duty.quota == _QUOTA]
        last = today + timedelta(days=max((duty.remind_days for duty in duties), default=0))
        numbers = await duty_sources.with_certificate_until(tx, EVERYTHING, today, last)
        found = owing_in(duties, await city_with(tx, self.rules, numbers), today.year, today)
        return [
            Ending(owes.subject, owes.until, days)
            for owes in found
            if owes.until is not None and (days := rung(owes.until, today, owes.duty.remind_days)) is not None
        ]

    def _to_holder(self, one: Ending, today: date) -> _Word:
        said = to_holder(one.until, (one.until - today).days)
        return _Word(f"certificate-{tag(one.person)}-{one.until}-{one.rung}", said, one.person)

    async def _to_admins(self, tx: Tx, endings: Sequence[Ending], now: datetime) -> list[_Word]:
        """One message to each for a level, end and rung; the city's admins are not told of single persons."""
        found = await bench(tx, self.rules, now)
        people = await approvers.several(tx, EVERYTHING, [one.person for one in endings])
        asked = [(people[one.person], people[one.person].unit) for one in endings if one.person in people]
        levels = {who.person.number: first_level(who, found.admins) for who in await claimants(tx, found, asked)}
        groups: defaultdict[tuple[str, date, int], list[str]] = defaultdict(list)
        for one in endings:
            if level := levels.get(one.person):
                groups[level, one.until, one.rung].append(people[one.person].name)
        return [
            _Word(
                f"certificate-{tag(level)}-{until}-{days}-{tag(admin.number)}",
                to_admins(until, (until - day_of(now)).days, names),
                admin.number,
            )
            for (level, until, days), names in groups.items()
            for admin in found.admins
            if level in admin.managed_units
        ]

    async def _send(self, tx: Tx, words: Sequence[_Word], now: datetime) -> None:
        """Whoever sits an exam gets it afterwards, or on another day when that is too late."""
        week, most = monday_of(day_of(now)), self.rules.compliance.push_budget_per_week
        persons = {word.person for word in words}
        reached = await duty_sources.to_notify(tx, EVERYTHING, self.channel, persons, week, most)
        sitting = await held(tx, self.channel, [name for names in reached.values() for name in names], now)
        for word in words:
            accounts = reached.get(word.person, ())
            until = next((sitting[name] for name in accounts if name in sitting), None)
            due_at = off_the_congested(until or now)
            if not accounts or (until is not None and not may_wait(due_at, now, self.awake)):
                continue
            drafts = self.freeze(Push(accounts, Text(word.said)), word.ref, False)
            queue = partial(outbox.add, tx, self.channel, word.ref, drafts, lane=word.ref, mass=False)
            await queue(now=now, due_at=due_at, waking=True)
            await daily.count_pushes(tx, [word.person], week)
