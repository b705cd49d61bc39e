"""A 培训活动 from a file, by the command line: for the city, or for an admin who is named.

The digest of the file is kept with it, so that the same file does not make two by mistake.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from handlers.actions import activities
from handlers.actions.activity_people import CLI
from handlers.actions.known_words import known_words
from storage import activities as kept
from storage import askers, audit, people, study_plans
from storage.database import Tx
from storage.scope import EVERYTHING
from training.activities import Activity, HeldBy, Settings, State
from training.activity_file import Known, activity_settings, named_in, names_organiser
from training.calendar import day_of
from training.errors import NoSuchAccount
from training.people import WECOM, Field, Person, Role
from training.rules import Rules

_BESIDE: Final = (-1, 0, 1)  # years whose study plans an activity may carry out


@dataclass(frozen=True, slots=True)
class Order:
    """`maker` None is the command line, and `by` who runs it. `again`: the file may have made one before."""

    maker: Person | None
    by: str
    reason: str
    digest: str
    publish: bool = False
    again: bool = False


def digest_of(text: str, maker: Person | None) -> str:
    """One that does not say who organises it is another activity for another maker."""
    whose = maker.number if maker is not None and not names_organiser(text) else ""
    return hashlib.sha256(f"{text}\0{whose}".encode()).hexdigest()


async def acting(tx: Tx, rules: Rules, account: str, now: datetime, *, only_look: bool = False) -> Person:
    """Who stands behind `--as`; whoever changes today is brought up to date, unless `only_look`.

    Raises: NoSuchAccount.
    """
    name, today = account.strip().casefold(), day_of(now)
    due_until = date.min if only_look else today
    known = await askers.by_account(tx, EVERYTHING, WECOM, [name], due_until, rules.statuses_on(today))
    if name not in known:
        raise NoSuchAccount(account)
    return known[name].person


async def read(tx: Tx, text: str, maker: Person | None, now: datetime) -> Settings:
    """Raises: BadActivityFile."""
    words = await known_words(tx, text, frozenset(), now, named_in(text))
    numbers = {*words.persons, *words.accounts.values(), *((maker.number,) if maker else ())}
    year = day_of(now).year
    plans = [line.number for beside in _BESIDE for line in await study_plans.lines(tx, year + beside)]
    known = Known(
        *(words.units, words.persons, words.accounts, words.merged),
        homes=await people.current_values(tx, EVERYTHING, numbers, Field.UNIT),
        plans=frozenset(plans),
        maker=maker.number if maker else "",
        usual=HeldBy.UNIT if maker is not None and maker.role is not Role.CITY_ADMIN else HeldBy.CITY,
    )
    return activity_settings(text, known)


async def standing(tx: Tx, wanted: Order, *, lock: bool = False) -> Activity | None:
    """What the same file made before. `lock`: or two who bring it at once would not see each other."""
    if wanted.again:
        return None
    if lock:
        await audit.head(tx, lock=True)
    return await kept.by_digest(tx, wanted.digest)


async def tried(tx: Tx, wanted: Order, text: str, now: datetime) -> Activity:
    """What `order` would make, without a number. Nothing is written.

    Raises: BadActivityFile, what `activities.demand_good` raises.
    """
    settings = await read(tx, text, wanted.maker, now)
    await activities.demand_good(tx, wanted.maker, settings)
    return Activity(0, State.PLANNED, settings, "", now)


async def order(tx: Tx, rules: Rules, wanted: Order, text: str, now: datetime) -> tuple[Activity, bool]:
    """The activity, and whether it stood there already; published when that is wanted and still to be done.

    Raises: BadActivityFile, what `activities.make` and `activities.publish` raise.
    """
    maker, by, reason = wanted.maker, wanted.by, wanted.reason
    earlier = made = await standing(tx, wanted, lock=True)
    if made is None:
        settings = await read(tx, text, maker, now)
        made = await activities.make(
            tx, rules, maker, settings, now, via=CLI, digest=wanted.digest, by=by, reason=reason
        )
    if wanted.publish and made.state is State.PLANNED:
        made = await activities.publish(tx, maker, made.number, now, via=CLI, by=by, reason=reason)
    return made, earlier is not None
