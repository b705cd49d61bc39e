"""Who runs an activity, and whom it invites.

It is run by its organiser, by an admin in whose 管辖单位 its host is, and by the city. None is the command line,
which acts for the city.
"""

from datetime import date, datetime
from typing import Final

from storage import activities, audit, broadcast_audience, units
from storage.audit import Act
from storage.broadcast_audience import Limits, Meant
from storage.database import Tx
from storage.scope import EVERYTHING
from training.activities import Activity, Settings
from training.activity_errors import NoSuchActivity, NotOrganiser
from training.activity_rules import audience_of, invites
from training.broadcasts import Left
from training.people import Person, Role

CHAT: Final = "chat"
CLI: Final = "cli"
_PAGE: Final = 1000
_NO_WEEK: Final = date.min  # nobody is asked how many pushes there were


async def numbered(tx: Tx, number: int, *, lock: bool = False, share: bool = False) -> Activity:
    """Raises: NoSuchActivity."""
    found = await activities.one(tx, number, lock=lock, share=share)
    if found is None:
        raise NoSuchActivity(number)
    return found


async def runs(tx: Tx, person: Person | None, settings: Settings) -> bool:
    if person is None or person.role is Role.CITY_ADMIN or person.number == settings.organiser:
        return True
    return person.role is Role.UNIT_ADMIN and settings.units[0] in await units.below(tx, person.managed_units)


async def demand_runs(tx: Tx, person: Person | None, activity: Activity) -> None:
    """Raises: NotOrganiser."""
    if not await runs(tx, person, activity.settings):
        raise NotOrganiser(activity.number)


async def meant(tx: Tx, settings: Settings) -> Meant:
    """Those who are not in post have a status without pushes, and are left out by that."""
    audience = audience_of(settings)
    named = frozenset(audience.persons)
    only = bool(named) and not audience.units and not audience.groups
    return Meant(await _units_meant(tx, settings), frozenset(audience.groups), named, only)


async def _units_meant(tx: Tx, settings: Settings) -> frozenset[str] | None:
    audience = audience_of(settings)
    if not audience.units:
        return None
    return await units.below(tx, audience.units) if audience.below else frozenset(audience.units)


async def is_invited(tx: Tx, settings: Settings, person: Person) -> bool:
    return invites(audience_of(settings), await _units_meant(tx, settings) or frozenset(), person)


async def invited(tx: Tx, settings: Settings, *, through: str | None = None) -> list[str]:
    """人员编号 of everybody it is for by today's roll, without those on leave, and those who teach.

    `through`: up to this number only.
    """
    whom, found, after = await meant(tx, settings), list[str](), ""
    limits = Limits(_NO_WEEK, budget=0, urgent=True)
    while True:
        page = await broadcast_audience.page(tx, EVERYTHING, whom, limits, after=after, at_most=_PAGE)
        found += [one.number for one in page.members if one.left is not Left.STATUS]
        after = page.through
        if page.last or (through is not None and after >= through):
            break
    wanted = sorted({*found, *settings.speakers})
    return wanted if through is None else [number for number in wanted if number <= through]


async def logged(
    tx: Tx,
    about: Activity,
    act: str,
    actor: Person | None,
    now: datetime,
    *,
    via: str,
    by: str = "",
    then: str = "",
    reason: str = "",
) -> None:
    """`by`: who stands in the log for the command line."""
    who = actor.number if actor is not None else by or via
    subject = f"activity {about.number}"
    await audit.record(tx, Act(who, via, f"activity.{act}", subject, str(about.state), then, reason), now)
