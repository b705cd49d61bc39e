"""The 签到表 of an activity: everybody on the list or invited, a row a session, with what stands in the ledger."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from handlers.actions.activity_lists import Listing, listed
from storage import activity_lines, ledger, people, units
from storage.database import Tx
from storage.scope import EVERYTHING
from training.activities import Activity, Attendance, Session, State
from training.activity_checks import demand_sound
from training.activity_rules import Presence, day_of_session, planned_minutes, presences
from training.chains import Head
from training.people import Field, Person


@dataclass(frozen=True, slots=True)
class Row:
    """One person in one session. `attended` None: is not on the list of that day, which is absence once it is over.

    `hours` stand with the first session of the person: what was posted for all of them.
    """

    session: Session
    unit: str
    name: str
    person: str
    attended: Attendance | None
    presence: Presence | None
    hours: Decimal | None

    @property
    def day(self) -> date:
        return day_of_session(self.session)


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows` by session, unit and 人员编号; `units`: names by code; `now`: when it was made."""

    activity: Activity
    rows: Sequence[Row]
    units: Mapping[str, str]
    head: Head
    now: datetime


async def sheet(tx: Tx, person: Person | None, number: int, now: datetime) -> Sheet:
    """Raises: NoSuchActivity, NotOrganiser; Flawed, for a draft that lacks something."""
    listing = await listed(tx, person, number)
    demand_sound(listing.activity.settings)
    persons = {one.person for one in listing.attendances} | set(listing.invited)
    years = {day_of_session(session).year for session in listing.sessions}
    posted = listing.activity.state is State.POSTED
    hours = await activity_lines.hours_of(tx, EVERYTHING, number, persons, years) if posted else {}
    homes = await people.current_values(tx, EVERYTHING, persons, Field.UNIT)
    rows = list(_rows(listing, sorted(persons), homes, hours))
    names = await units.names(tx, {*(row.unit for row in rows), *listing.activity.settings.units})
    return Sheet(listing.activity, rows, names, await ledger.head(tx), now)


def _rows(
    listing: Listing, persons: Sequence[str], homes: Mapping[str, str], hours: Mapping[str, Decimal]
) -> Iterator[Row]:
    settings = listing.activity.settings
    on_list = {(one.person, one.day): one for one in listing.attendances}
    minutes = listing.activity.minutes or planned_minutes(settings)
    there = {
        (person, one.day): one
        for person, several in presences(settings, minutes, listing.attendances).items()
        for one in several
    }
    for place, session in enumerate(settings.sessions):
        day = day_of_session(session)
        of_day = []
        for person in persons:
            row = on_list.get((person, day))
            unit = row.unit if row else homes.get(person, "")
            name, presence = listing.names.get(person, ""), there.get((person, day))
            got = hours.get(person) if place == 0 else None
            of_day.append(Row(session, unit, name, person, row, presence, got))
        yield from sorted(of_day, key=lambda one: (one.unit, one.person))
