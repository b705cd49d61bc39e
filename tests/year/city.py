"""A city of two bureaus whose year is played through: who is there, and what people do again and again.

司法局 `sfj` has the admin 韩梅, 公安局 `gaj` has 谢丽; 江平 and 何洁 are city admins of 市政府 `gov`.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from bot.scheduler import new_day
from handlers.actions import batches
from handlers.actions.exam_ending import Ending
from handlers.actions.exam_starting import Starting
from handlers.activity_clock import ActivityClock
from handlers.claim_clock import ClaimClock
from storage import ledger, people, sittings, units, wishes
from storage.database import Database
from storage.scope import EVERYTHING
from storage.sittings import Given
from tests.handlers.city import SINGLE
from tests.handlers.stage import Phone, Stage, at
from tests.storage.rows import add_questions
from training.batches import Changes
from training.papers import decoded
from training.people import Account, Fact, Field, StatusPeriod, UnitField

NEW_YEAR: Final = date(2026, 1, 1)
SET_UP: Final = date(2026, 1, 5)
UNITS: Final = {"gov": ("市政府", ""), "sfj": ("司法局", "gov"), "gaj": ("公安局", "gov")}
PEOPLE: Final[dict[str, tuple[str, str, dict[Field, str]]]] = {
    "R1": ("zhou", "周敏", {Field.UNIT: "sfj", Field.CATEGORY: "staff"}),
    "R2": ("chen", "陈静", {Field.UNIT: "sfj", Field.CATEGORY: "leader", Field.LEADERSHIP: "主要负责人"}),
    "R3": ("wu", "伍明", {Field.UNIT: "gaj", Field.CATEGORY: "staff", Field.MARK: "1"}),
    "R4": ("tang", "唐宁", {Field.UNIT: "gaj", Field.CATEGORY: "staff"}),
    "R5": ("admin", "江平", {Field.UNIT: "gov", Field.CATEGORY: "staff", Field.ROLE: "city_admin"}),
    "R6": ("qian", "钱进", {Field.UNIT: "sfj", Field.CATEGORY: "staff"}),
    "R7": (
        "han",
        "韩梅",
        {Field.UNIT: "sfj", Field.CATEGORY: "staff", Field.ROLE: "unit_admin", Field.MANAGED_UNITS: "sfj"},
    ),
    "R8": (
        "xie",
        "谢丽",
        {Field.UNIT: "gaj", Field.CATEGORY: "staff", Field.ROLE: "unit_admin", Field.MANAGED_UNITS: "gaj"},
    ),
    "R9": ("second", "何洁", {Field.UNIT: "gov", Field.CATEGORY: "staff", Field.ROLE: "city_admin"}),
}
LEAVE: Final = StatusPeriod("R4", "产假", date(2026, 4, 1), date(2026, 8, 31), at(SET_UP), "")
PATIENCE_OVER: Final = timedelta(days=8)  # five working days and a weekend


async def built(database: Database) -> "Year":
    """As it is set up on 5 January."""
    year = Year(Stage(database))
    year.stage.clock.to(SET_UP)
    now = year.stage.clock()
    facts = [
        Fact(code, name, value, NEW_YEAR, now)
        for code, (title, parent) in UNITS.items()
        for name, value in ((UnitField.NAME, title), (UnitField.PARENT, parent))
    ]
    held = [
        Fact(number, name, value, NEW_YEAR, now)
        for number, (_, called, values) in PEOPLE.items()
        for name, value in {Field.NAME: called, **values}.items()
    ]
    accounts = [Account(account, number, NEW_YEAR) for number, (account, _, _) in PEOPLE.items()]
    async with database.write() as tx:
        await add_questions(tx, SINGLE)
        await units.add(tx, facts, by="test", now=now, today=SET_UP)
        await people.add(tx, held, [LEAVE], accounts, by="test", now=now, today=SET_UP)
        await wishes.mark_privacy_shown(tx, list(PEOPLE), now)
    await year.day(SET_UP)
    return year


@dataclass
class Year:
    """What is said is shown by `said`, in order, for whoever looks for a fault."""

    stage: Stage
    said: list[str] = field(default_factory=list)
    phones: dict[str, Phone] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.stage.database

    async def day(self, day: date, clock: str = "10:00") -> None:
        """It is then; the night before has done its work, and the clock looks at activities and claims."""
        self.stage.clock.to(day, clock)
        now = self.stage.clock()
        await new_day(self.stage.rules, self.database, now)
        await self.tick()

    async def tick(self) -> None:
        now, jobs = self.stage.clock(), self.stage.jobs
        while await ActivityClock(self.stage.rules, {"wecom": jobs.freeze}).tick(self.database, now):
            pass
        await ClaimClock(self.stage.rules, "wecom", jobs.freeze).tick(self.database, now)
        await self.stage.mind_exams()

    async def __call__(self, account: str, words: str) -> str:
        phone = self.phones.setdefault(account, self.stage.phone(account))
        heard = await phone(words)
        self.said.append(f"{account}> {words}\n{heard}")
        return heard

    async def study(self, by: str, line: str, *present: str) -> str:
        """Planned and published, signed in by code, concluded as planned when it is over; what `办结` says."""
        number = await self.announce(by, line)
        await self.signs_in(by, number, *present)
        return await self.concludes(by, number)

    async def announce(self, by: str, line: str, *more: str) -> int:
        preview = await self(by, f"新建活动 {line}")
        for words in more:
            preview = await self(by, words)
        found = re.search(r"【活动 (\d+) 预览】", preview)
        assert found, preview
        assert "已发布" in await self(by, "确认")
        return int(found[1])

    async def signs_in(self, by: str, number: int, *present: str) -> None:
        found = re.search(r"签到码：(\d{6})", await self(by, f"活动 {number} 码"))
        assert found
        for account in present:
            assert "签到成功" in await self(account, f"签到 {found[1]}")

    async def concludes(self, by: str, number: int, how: str = "按计划") -> str:
        self.stage.clock.on(hours=9)
        await self(by, f"办结 {number}")
        return await self(by, f"办结 {number} {how}")

    async def propose(self, changes: Changes, reason: str, account: str = "admin") -> int:
        """As the command line does."""
        async with self.database.write() as tx:
            now = self.stage.clock()
            person = await batches.proposer(tx, self.stage.rules, "wecom", account, now)
            return await batches.propose(tx, person, changes, reason, now)

    async def sits(self, exam: int, number: str, *, right: bool) -> None:
        """Every question answered, and handed in."""
        stage = self.stage
        async with self.database.read() as tx:
            who = {one.number: one for one in await people.every(tx, EVERYTHING)}[number]
        async with self.database.write() as tx:
            now = stage.clock()
            ending = Ending(stage.shelf, stage.rules)
            shown = await Starting(stage.shelf, ending).start(tx, who, now)
            book = await stage.shelf.book(tx, exam)
            attempt = shown.sitting.attempt
            asked = [book.asked(item) for item in decoded(shown.sitting.items).items]
            given = [
                Given(attempt, n, "".join(map(str, one.answer)) if right else "", now, now)
                for n, one in enumerate(asked)
            ]
            await sittings.keep_answers(tx, given)
            await ending.hand_in(tx, attempt, number, now)
        await stage.mind_exams()

    async def hours(self, number: str, year: int = 2026) -> dict[str, str]:
        """Form → 已认定学时 of the year row."""
        async with self.database.read() as tx:
            found = (await ledger.standings(tx, EVERYTHING, [number], year)).get(number)
        return (
            {form: f"{amount / 100:.2f}" for form, amount in sorted(found.by_form.items()) if amount}
            if found
            else {}
        )

    async def owed(self, number: str, year: int = 2026) -> str:
        async with self.database.read() as tx:
            found = (await ledger.standings(tx, EVERYTHING, [number], year))[number]
        assert found.owed is not None
        return f"{found.owed / 100:.2f}"
