"""A town whose books are kept: every step is done with the program's own actions, and written into the model.

`Town` is one process on a database that outlives it. Two city admins, `first` and `second`, propose and decide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.scheduler import new_day
from handlers.actions import asking, batches, past_hours, rolls
from handlers.actions.standings import fill_owed
from handlers.actions.taking_effect import take_effect
from handlers.message import Incoming, Kind
from question_bank.formats.table import read_table
from storage import batches as batch_rows
from storage import people, units
from storage.database import Database, open_database
from storage.scope import EVERYTHING
from tests.handlers.stage import Clock, Stage
from tests.handlers.wire import heard
from tests.model.books import Books, Earned, Past
from tests.model.setups import CREDIT, Setup
from tests.model.slow_owed import History, Said, Stay
from tests.training.rolls import roster, sheet
from training.batches import Changes, PastHours, Reversal, RollChanges, State, of_roll
from training.calendar import DAY, day_of
from training.daily import Window, window
from training.hours import decimal
from training.past_hours import HEADERS, REQUIRED, PastPlan, plan_past
from training.people import Fact, Group
from training.roll import KnownPerson, Roll
from training.roll_edit import edit_table
from training.roll_plan import RollPlan, plan_roll
from training.units import UnitTree, units_on

FORM_NAMES = {
    **{"lecture": "专题讲座", "court_hearing": "旁听庭审", "online": "网络课程"},
    **{"teaching": "讲法治课", "exam": "法律知识考试"},
}
ADMINS = ("first", "second")


@dataclass
class Open:
    """A batch that waits. `rows` are those of past hours, without their units."""

    number: int
    by: str
    changes: Changes
    at: datetime
    rows: Sequence[Past] = ()


@dataclass
class Town:
    """`drawn`: the days of which there is a question for every group."""

    url: str
    clock: Clock
    setup: Setup = field(default_factory=Setup)
    books: Books = field(default_factory=Books)
    people: dict[str, History] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)  # number → account
    touched: dict[str, datetime] = field(default_factory=dict)
    open: list[Open] = field(default_factory=list)
    drawn: set[date] = field(default_factory=set)
    setups: list[Setup] = field(default_factory=lambda: [Setup()])

    def __post_init__(self) -> None:
        self.open_up()

    # ---- the process and the clock ---------------------------------------------------------------------------

    def open_up(self) -> None:
        self.database: Database = open_database(self.url)
        self.stage = Stage(self.database, self.clock, self.setup.rules)

    async def restart(self, setup: Setup) -> None:
        await self.database.close()
        self.setup = setup
        self.setups.append(setup)
        self.open_up()
        self.tick()
        await take_effect(self.database, setup.rules, self.clock())

    @property
    def today(self) -> date:
        return day_of(self.clock())

    def tick(self) -> None:
        self.clock.on(minutes=1)

    async def sleep(self, days: int) -> None:
        """To the morning so many days later; on the last few of them questions are drawn."""
        target = self.today + days * DAY
        for day in [target - n * DAY for n in range(min(days, 3), -1, -1) if n < days]:
            self.clock.to(day, "09:00")
            await new_day(self.setup.rules, self.database, self.clock())
            await self.draw()

    async def draw(self) -> None:
        async with self.database.write() as tx:
            for group in Group:
                await asking.question_of(tx, self.today, group, self.clock())
        self.drawn.add(self.today)

    # ---- the roll -----------------------------------------------------------------------------------------------

    async def _known(self) -> tuple[list[KnownPerson], Mapping[str, list[Fact]]]:
        async with self.database.read() as tx:
            facts = await units.facts(tx)
        return await rolls.known_people(self.database, EVERYTHING), facts

    async def join(self, header: str, *rows: Sequence[str]) -> None:
        """As `staff import` does with people whom nobody knew."""
        self.tick()
        known, facts = await self._known()
        plan = plan_roll(roster(header, *rows), known, facts, self.clock(), next_number=rolls.next_free(known))
        assert (len(plan.new), plan.changed, plan.rejected) == (len(rows), (), 0), plan.problems
        async with self.database.write() as tx:
            await rolls.apply_roll(tx, self.setup.rules, plan, by="cli:test", now=self.clock())
        await fill_owed(self.database, self.setup.rules, self.today.year)
        for person in plan.new:
            [account] = person.accounts
            self.accounts[person.person] = account.account
            said = [Said(fact.field, fact.value, fact.valid_from) for fact in person.facts]
            stays = [Stay(p.status, p.starts, p.ends) for p in person.periods]
            self._write_down(person.person, said, stays)

    def _write_down(self, number: str, said: Sequence[Said], stays: Sequence[Stay]) -> None:
        history = self.people.setdefault(number, History())
        history.said += said
        history.stays += stays
        self.touched[number] = self.clock()

    async def change(self, number: str, cells: Mapping[str, str], since: date | None, by: str) -> Open | None:
        """As `staff change` does; None when nothing would change."""
        self.tick()
        known, facts = await self._known()
        [person] = [one for one in known if one.number == number]
        plan: RollPlan = plan_roll(edit_table(person, cells, self.today, since), known, facts, self.clock())
        assert (plan.new, plan.rejected) == ((), 0), plan.problems
        return await self.propose(of_roll(plan.changed, ()), by) if plan.changed else None

    # ---- batches ------------------------------------------------------------------------------------------------

    async def propose(self, changes: Changes, by: str, rows: Sequence[Past] = ()) -> Open:
        async with self.database.write() as tx:
            person = await batches.proposer(tx, self.setup.rules, "wecom", by, self.clock())
            number = await batches.propose(tx, person, changes, "有批复", self.clock())
        self.open.append(Open(number, by, changes, self.clock(), rows))
        return self.open[-1]

    async def confirm(self, batch: Open) -> None:
        """By the other admin in chat; it goes through exactly when nothing has come in between."""
        self.tick()
        [second] = set(ADMINS) - {batch.by}
        fits = self._fits(batch)
        await self.stage.phone(second)(f"确认 {batch.number}")
        assert await self._state(batch) is (State.CONFIRMED if fits else State.OPEN)
        if fits:
            self.open.remove(batch)
            self._apply(batch)

    async def confirm_own(self, batch: Open) -> None:
        self.tick()
        await self.stage.phone(batch.by)(f"确认 {batch.number}")
        assert await self._state(batch) is State.OPEN

    async def turn_down(self, batch: Open) -> None:
        self.tick()
        [second] = set(ADMINS) - {batch.by}
        await self.stage.phone(second)(f"退回 {batch.number} 请核对")
        assert await self._state(batch) is State.RETURNED
        self.open.remove(batch)

    async def _state(self, batch: Open) -> State:
        async with self.database.read() as tx:
            found = await batch_rows.one(tx, EVERYTHING, batch.number)
        assert found is not None
        return found.state

    def _fits(self, batch: Open) -> bool:
        match batch.changes:
            case RollChanges(people=edits):
                return all(self.touched[edit.person] < batch.at for edit in edits)
            case Reversal(seq=seq):
                return seq in self.books.reversible()
        return not self.books.imported & {row.event for row in batch.rows}

    def _apply(self, batch: Open) -> None:
        match batch.changes:
            case RollChanges(people=edits):
                for edit in edits:
                    said = [Said(v.field, v.value, v.valid_from) for v in edit.values]
                    self._write_down(edit.person, said, [Stay(p.status, p.starts, p.ends) for p in edit.periods])
            case Reversal(seq=seq):
                self.books.reverse(seq, self.setup.limits, self.clock())
            case _:
                self.books.bring(map(self._placed, batch.rows), self.setup.limits, self.clock())

    def _placed(self, row: Past) -> Past:
        """Where the person was on that day; of somebody who came later, where the record begins."""
        history = self.people[row.person]
        first = min(one.since for one in history.said)
        unit = history.value("unit", row.starts) or history.value("unit", first) or ""
        return replace(row, unit=unit)

    # ---- hours --------------------------------------------------------------------------------------------------

    async def bring(self, rows: Sequence[Past], by: str) -> Open | None:
        """As `ledger import` does; None when every row is in the books already."""
        self.tick()
        plan = await self._past_plan(rows)
        new = {row.event: row for row in reversed(rows) if row.event not in self.books.imported}
        kept = [row for row in dict.fromkeys(rows) if new.get(row.event) is row]
        assert len(plan.lines) == len(new), plan.problems
        return await self.propose(PastHours(plan.lines), by, kept) if plan.lines else None

    async def _past_plan(self, rows: Sequence[Past]) -> PastPlan:
        cells = [
            (r.person, FORM_NAMES[r.form], r.title, str(r.starts), str(decimal(r.amount)), str(r.year), "宪法")
            for r in rows
        ]
        content = sheet("人员编号 形式 内容 起 学时 考核年度 内容类别", *cells)
        table = read_table("past.csv", content, HEADERS, REQUIRED)
        async with self.database.read() as tx:
            roll = Roll(await rolls.known_people(self.database, EVERYTHING), self.today)
            tree = UnitTree(units_on(await units.facts(tx), self.today))
            lines = plan_past(table, roll, tree).lines
            return plan_past(table, roll, tree, await past_hours.posted_refs(tx, lines))

    async def reverse(self, seq: int, by: str) -> Open:
        self.tick()
        return await self.propose(Reversal(seq, self.books.lines[seq - 1].person, "这一条"), by)

    async def tap(self, taps: Sequence[tuple[str, date, str]]) -> list[Incoming]:
        """One batch of taps (person, day, letter); what is said is what the model says."""
        self.tick()
        keys = [f"daily:{day}:{self.group(person)}:{letter}" for person, day, letter in taps]
        acts = [
            self.stage.act(self.accounts[tapped[0]], key, Kind.TAP) for tapped, key in zip(taps, keys, strict=True)
        ]
        answers = await self.stage.answers(*acts)
        for (person, day, _), answer in zip(taps, answers, strict=True):
            said = heard(answer.wire)[0].text if answer.wire else ""
            given = self._answered(person, day)
            assert given is None or f"\n本题学时：+{given.got / 100:.2f}" in said
        return acts

    def _answered(self, person: str, day: date) -> Earned | None:
        """None when the tap changes nothing."""
        now = self.clock()
        stands_open = window(day, now) in (Window.ON_TIME, Window.MAKE_UP)
        if not stands_open or (day, person) in self.books.answers or day not in self.drawn:
            return None
        unit = self.people[person].shown("unit", self.today)
        return self.books.answer(person, unit, day, CREDIT, self.setup.limits, now)

    def group(self, number: str) -> str:
        """Whose question a person is asked; 其他 that of the staff."""
        history = self.people[number]
        category = history.shown("category", self.today)
        if category == "other":
            return "staff"
        return "enforcement" if history.shown("mark", self.today) else category

    async def again(self, acts: Sequence[Incoming]) -> None:
        """Delivered once more."""
        await self.stage.answers(*acts)

    async def view(self) -> dict[str, tuple[str, str, bool, str]]:
        """What the program shows of people today."""
        async with self.database.read() as tx:
            everybody = await people.every(tx, EVERYTHING)
        return {p.number: (p.unit, str(p.category), p.mark, p.status) for p in everybody}
