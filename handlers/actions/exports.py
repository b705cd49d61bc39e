"""Reports by chat: asked for within the asker's scope, and looked at once more before each is made."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from storage import askers, audit, exams, reports, units
from storage.audit import Act
from storage.database import Tx
from storage.reports import Job
from storage.scope import own
from training.calendar import day_of
from training.errors import NoSuchNumber, NotAllowed
from training.exams import State
from training.exports import Kind, OutsideUnits, ScoresKept, TooManyReports, Wish, roots, said, unit_meant
from training.people import Person, Role
from training.rules import Rules

MOST_UNDER_WAY: Final = 5  # of one person


@dataclass(frozen=True, slots=True)
class Range:
    """`codes` of units, each with those below it, and their names; none is the whole city.

    `reach`: those units and all below them today, beyond which a report about the past does not go either.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    reach: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """`first`: it was not under way before."""

    number: int
    wish: Wish
    range: Range
    first: bool


async def widest(tx: Tx, person: Person) -> Range:
    """What one may have at most. Raises: NotAllowed, NoManagedUnits."""
    return await _range(tx, person, "")


async def ask(tx: Tx, person: Person, channel: str, account: str, wish: Wish, now: datetime) -> Asked:
    """Queue it.

    Raises: NotAllowed, NoManagedUnits, OutsideUnits, NoSuchNumber, WhichUnit, ScoresKept, TooManyReports.
    """
    unit = await _unit(tx, person, wish.unit)
    if wish.kind is Kind.EXAM:
        wish = replace(wish, year=await _exam(tx, person, wish.year))
    scope = await _range(tx, person, unit)
    # The line needs this lock anyway; taken first, two of whom each asks in another process see each other.
    await audit.head(tx, lock=True)
    mine = await reports.under_way(tx, own(person.number))
    for job in mine:
        if (job.kind, job.year, job.unit) == (wish.kind, wish.year, unit):
            return Asked(job.number, wish, scope, first=False)
    if len(mine) >= MOST_UNDER_WAY:
        raise TooManyReports(MOST_UNDER_WAY)
    number = await reports.add(
        tx,
        person=person.number,
        channel=channel,
        account=account,
        kind=wish.kind,
        year=wish.year,
        unit=unit,
        now=now,
    )
    what = said(wish.kind, wish.year, scope.codes)
    await audit.record(tx, Act(person.number, "chat", "report.ask", f"report {number}", after=what), now)
    return Asked(number, wish, scope, first=True)


async def still(tx: Tx, rules: Rules, job: Job, now: datetime) -> Range:
    """What the report is made of now: whoever lost the role or the unit meanwhile gets none.

    Raises: NotAllowed, NoManagedUnits, OutsideUnits.
    """
    today = day_of(now)
    known = await askers.by_account(
        tx, own(job.person), job.channel, [job.account], today, rules.statuses_on(today)
    )
    if job.account not in known:
        raise NotAllowed
    return await _range(tx, known[job.account].person, job.unit)


async def log_sent(tx: Tx, job: Job, scope: Range, size: int, sha256: str, now: datetime) -> None:
    """What left the house: to whom, of which units, and the file's size in bytes and its hash."""
    what = f"{said(Kind(job.kind), job.year, scope.codes)} {size} {sha256}"
    await audit.record(tx, Act(job.person, "clock", "report.send", f"report {job.number}", after=what), now)


async def _exam(tx: Tx, person: Person, number: int) -> int:
    """The exam meant, or the latest with a roll. Raises: NoSuchNumber, ScoresKept."""
    known = [one for one in await exams.every(tx) if one.state is not State.DRAFT and number in (0, one.number)]
    if not known:
        raise NoSuchNumber("考试", str(number or ""))
    if person.role is Role.UNIT_ADMIN and not known[0].scores_told:
        raise ScoresKept(known[0].settings.title)
    return known[0].number


async def _unit(tx: Tx, person: Person, words: str) -> str:
    if not words:
        return ""
    reach = await units.below(tx, person.managed_units)
    roots(person, "", reach)  # who may have none at all learns nothing of units
    return unit_meant(words, await _names(tx), reach)


async def _range(tx: Tx, person: Person, unit: str) -> Range:
    names = await _names(tx)
    try:
        codes = roots(person, unit, await units.below(tx, person.managed_units))
    except OutsideUnits as outside:
        raise OutsideUnits(names.get(outside.name, outside.name)) from None
    return Range(codes, tuple(names.get(code, code) for code in codes), frozenset(await units.below(tx, codes)))


async def _names(tx: Tx) -> Mapping[str, str]:
    return {code: unit.name for code, unit in (await units.every(tx)).items()}
