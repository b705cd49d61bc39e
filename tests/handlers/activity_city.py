"""A small city for activities: two bureaus under the city government, a township, admins of one and of the city.

司法局 `11` (R1, R2, R7 who is its admin), 财政局 `12` (R3, R9), 河沥 `21` (R8); R5 and R6 are city admins.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from handlers.actions import activities, activity_concluding, batches
from handlers.actions.activity_concluding import Concluded
from handlers.actions.activity_signing import SignedIn
from storage import attendance, ledger, people, units
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from tests.handlers.city import NEW_YEAR, add_person
from tests.handlers.stage import MONDAY, at
from training.activities import Activity, Hearing, HeldBy, Mark, Session, Settings
from training.people import Fact, Person, UnitField
from training.rules import Rules

TUESDAY = date(2026, 11, 24)
WEDNESDAY = date(2026, 11, 25)
AFTER = at(TUESDAY, "18:00")
COURT = Hearing("宁国市人民法院", "（2026）皖1881行初3号", "行政诉讼")


def session(day: date = TUESDAY, starts: str = "14:00", ends: str = "16:30") -> Session:
    return Session(at(day, starts), at(day, ends))


def planned(**changed: Any) -> Settings:
    """A lecture of 150 minutes that 司法局 holds for itself on Tuesday; its admin organises it."""
    lecture = Settings(
        title="行政处罚法培训",
        form="lecture",
        sessions=(session(),),
        organiser="R7",
        held_by=HeldBy.UNIT,
        units=("11",),
        classes=("专业法律",),
        place="三楼会议室",
    )
    return replace(lecture, **changed)


async def populate(database: Database) -> None:
    named = {
        "gov": ("市政府", ""),
        "11": ("司法局", "gov"),
        "111": ("执法科", "11"),
        "12": ("财政局", "gov"),
        "21": ("河沥街道", "gov"),
    }
    facts = [
        Fact(code, name, value, NEW_YEAR, at(NEW_YEAR))
        for code, (title, parent) in named.items()
        for name, value in ((UnitField.NAME, title), (UnitField.PARENT, parent))
    ]
    async with database.write() as tx:
        await units.add(tx, facts, by="test", now=at(NEW_YEAR), today=MONDAY)
        await add_person(tx, "R1", "zhou", name="周敏")
        await add_person(tx, "R2", "chen", name="陈静", category="leader", unit="111")
        await add_person(tx, "R3", "wu", name="伍明", mark="1", unit="12")
        await add_person(tx, "R5", "admin", name="江平", role="city_admin", unit="gov")
        await add_person(tx, "R6", "second", name="何洁", role="city_admin", unit="gov")
        await add_person(tx, "R7", "han", name="韩梅", role="unit_admin", managed_units="11")
        await add_person(tx, "R8", "tang", name="唐宁", unit="21")
        await add_person(tx, "R9", "qian", name="钱进", role="unit_admin", managed_units="12", unit="12")


async def person(tx: Tx, number: str) -> Person:
    return {one.number: one for one in await people.every(tx, EVERYTHING)}[number]


@dataclass
class Hall:
    """What people do about activities, each act in a transaction of its own."""

    database: Database
    rules: Rules = field(default_factory=Rules)

    async def hold(self, settings: Settings | None = None, by: str = "R7", now: datetime | None = None) -> Activity:
        """Made and published."""
        moment = now or at(MONDAY)
        async with self.database.write() as tx:
            who = await person(tx, by)
            made = await activities.make(tx, self.rules, who, settings or planned(), moment)
            return await activities.publish(tx, who, made.number, moment)

    async def sign_in(self, number: str, activity: int, now: datetime) -> SignedIn:
        """By the code of that moment, which somebody else asked for before."""
        async with self.database.write() as tx:
            shown = await activities.code(tx, None, activity, now)
        async with self.database.write() as tx:
            done = await activities.sign_in(tx, await person(tx, number), shown.code, activity, now)
        assert isinstance(done, SignedIn)
        return done

    async def mark(self, activity: int, mark: Mark, *persons: str, by: str = "R7", now: datetime = AFTER) -> None:
        async with self.database.write() as tx:
            await activities.mark(tx, await person(tx, by), activity, None, persons, mark, now)

    async def conclude(
        self, activity: int, *minutes: int, by: str = "R7", now: datetime = AFTER, via: str = "chat"
    ) -> Concluded:
        async with self.database.write() as tx:
            who = await person(tx, by)
            said = minutes or None
            return await activity_concluding.conclude(tx, self.rules, who, activity, said, now, via=via)

    async def confirm(self, batch: int, by: str = "R6", now: datetime = AFTER + timedelta(hours=1)) -> None:
        async with self.database.write() as tx:
            await batches.confirm(tx, self.rules, await person(tx, by), batch, now)

    async def hours(self, number: str, year: int = 2026) -> list[tuple[str, str]]:
        """Form and hours of each line."""
        async with self.database.read() as tx:
            lines = await ledger.lines_of(tx, EVERYTHING, number, year, at_most=100)
        return [(line.entry.form, f"{line.entry.hours:.2f}") for line in reversed(lines)]

    async def marks(self, activity: int) -> dict[str, Mark]:
        async with self.database.read() as tx:
            return {one.person: one.mark for one in await attendance.of_activity(tx, EVERYTHING, activity)}
