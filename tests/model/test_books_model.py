"""Random years of a small town, on both databases: after every step the books balance.

People join, move, fall ill and retire, with days in the past and to come; they answer, hours are imported, lines
taken back, rules changed, days pass (New Year too) and the program starts anew. `books` and `slow_owed` are the
model, `town` does each step with the program's own actions, `agreement` says what has to hold after it.
"""

from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from handlers.actions import ledgers
from handlers.message import Incoming
from tests.databases import ENGINES
from tests.handlers.stage import Clock
from tests.model.agreement import Memory, Slow, agree, recalled, remembered
from tests.model.books import Past
from tests.model.cellars import UNITS, Cellar, Databases, Files
from tests.model.exploring import SAME, Machine, explore
from tests.model.setups import CHANGES
from tests.model.slow_owed import EFFECT
from tests.model.town import ADMINS, FORM_NAMES, Open, Town
from training.calendar import DAY
from training.chains import Head

START: Final = date(2026, 12, 16)
ROSTER: Final = "姓名 单位 人员类别 账号 入职日期 生效日期 状态 状态起 角色"
MOST_PEOPLE: Final = 7


codes = st.sampled_from(sorted(UNITS))
categories = st.sampled_from(["领导干部", "工作人员", "工作人员", "行政执法人员", "领导干部、行政执法人员", "其他"])
statuses = st.sampled_from(["病假", "病假", "产假", "驻村援派", "退休"]) | st.sampled_from(sorted(EFFECT))
lengths = st.sampled_from([None, 6, 13, 14, 20, 45]) | st.integers(0, 200)  # days more than the first
offsets = st.integers(-20, 20) | st.integers(-380, 40)  # days from today
maybe = st.none() | offsets
whom = st.integers(0, 1000)
admins = st.sampled_from(ADMINS)
fates = st.sampled_from(["confirm", "confirm", "confirm", "confirm", "own", "return", "wait"])
hours = st.sampled_from([45, 235, 400, 800, 1200])  # hundredths
forms = st.sampled_from(["lecture", "teaching", "online"]) | st.sampled_from(sorted(FORM_NAMES))
lately = st.integers(0, 6) | st.integers(0, 350)  # days ago
rows = st.tuples(whom, forms, st.integers(1, 3), lately, hours, st.booleans())
stays = st.tuples(st.just("status"), st.tuples(statuses, lengths), st.sampled_from([-13, -9, -5, -1, 0]) | offsets)
# What changes of a person, a tuple each, with the day from which on.
changes = (
    stays
    | stays
    | st.tuples(st.just("unit"), codes, maybe)
    | st.tuples(st.just("category"), categories, maybe)
    | st.tuples(st.just("joined_on"), offsets, maybe)
)
taps = st.tuples(whom, st.sampled_from([0, 0, -1, -2, 1]), st.sampled_from("AB"))


class Years(Machine):
    """One town, one process at a time."""

    cellar: ClassVar[Cellar]

    def __init__(self) -> None:
        super().__init__()
        self.slow = Slow()
        self.memories: list[Memory] = []
        self.acts: list[Incoming] = []
        self.files: list[list[Past]] = []
        self.names, self.steps = count(1), count()

    @initialize(change=st.sampled_from(sorted(CHANGES)), since=offsets)
    def open(self, change: str, since: int) -> None:
        clock = Clock()
        clock.to(START)
        self.town = Town(self.run(self.cellar.new()), clock)
        self.restart(change, since)
        admins = [(f"管{who}", "sfj", "工作人员", who, "", "", "", "", "市级管理员") for who in ADMINS]
        others = [(f"元老{code}", code, "工作人员", f"old-{code}", "", "", "", "", "") for code in ("czj", "zhen")]
        self.run(self.town.join(ROSTER, *admins, *others))
        for _ in range(3):
            self.run(self.town.sleep(1))
        self.answer([])
        forms = ("lecture", "teaching")
        rows = [(who, form, 1, days, 800, False) for days in (0, 3) for who in (2, 3) for form in forms]
        self.bring(rows, "first", "confirm")
        self.memories.append(self.run(remembered(self.town)))

    def teardown(self) -> None:
        if not hasattr(self, "town"):
            return
        try:
            for memory in self.memories:
                self.run(recalled(self.town, memory))
            self.ends.append(self.run(ledgers.head(self.town.database)))
        finally:
            self.run(self.town.database.close())
            self.run(self.cellar.drop(self.town.url))

    def number(self, picked: int) -> str:
        return sorted(self.town.people)[picked % len(self.town.people)]

    def day(self, offset: int | None) -> date | None:
        return None if offset is None else self.town.today + offset * DAY

    def text(self, offset: int | None) -> str:
        return str(self.day(offset) or "")

    def decide(self, batch: Open | None, fate: str) -> None:
        """A batch that waits is decided by a later step, or never."""
        acts = {"confirm": self.town.confirm, "own": self.town.confirm_own, "return": self.town.turn_down}
        if batch is not None and fate in acts:
            self.run(acts[fate](batch))

    # ---- people -------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.town.people) < MOST_PEOPLE)
    @rule(unit=codes, category=categories, joined=maybe, since=maybe, status=st.just("") | statuses)
    def join(self, unit: str, category: str, joined: int | None, since: int | None, status: str) -> None:
        which = next(self.names)
        days = (self.text(joined), self.text(since), status, self.text(since) if status else "")
        self.run(self.town.join(ROSTER, (f"新人{which}", unit, category, f"new{which}", *days, "")))

    @rule(changed=st.lists(st.tuples(whom, changes, admins, fates), min_size=1, max_size=3))
    def change(self, changed: list[tuple[int, tuple[str, Any, int | None], str, str]]) -> None:
        for who, (what, value, since), by, fate in changed:
            cells, day = self.cells(what, value, since)
            self.decide(self.run(self.town.change(self.number(who), cells, day, by)), fate)

    def cells(self, what: str, value: Any, since: int | None) -> tuple[dict[str, str], date | None]:
        """A status has days of its own."""
        if what != "status":
            return {what: self.text(value) if what == "joined_on" else value}, self.day(since)
        status, days = value
        ends = {} if days is None else {"status_to": self.text((since or 0) + days)}
        return {"status": status, "status_from": self.text(since), **ends}, None

    # ---- hours -----------------------------------------------------------------------------------------------

    @rule(tapped=st.lists(taps, max_size=6))
    def answer(self, tapped: list[tuple[int, int, str]]) -> None:
        """Some people some days; when nobody is named everybody three days."""
        today, numbers = self.town.today, sorted(self.town.people)
        named = [(self.number(who), today + n * DAY, letter) for who, n, letter in tapped]
        self.acts = self.run(self.town.tap(named or [(w, today - n * DAY, "B") for n in range(3) for w in numbers]))

    @rule(brought=st.lists(rows, min_size=1, max_size=6), by=admins, fate=fates)
    def bring(self, brought: list[tuple[int, str, int, int, int, bool]], by: str, fate: str) -> None:
        found = [self.past(*row) for row in brought]
        self.files.append(found)
        self.decide(self.run(self.town.bring(found, by)), fate)

    def past(self, who: int, form: str, title: int, days_ago: int, amount: int, before: bool) -> Past:
        """What a January event makes up counts for the year before."""
        day = self.town.today - days_ago * DAY
        year = day.year - (before and day.month == 1)
        return Past(self.number(who), "", form, f"第{title}讲", day, amount, year)

    @precondition(lambda self: self.town.books.reversible())
    @rule(reversed_=st.lists(st.tuples(whom, admins, fates), min_size=1, max_size=3))
    def reverse(self, reversed_: list[tuple[int, str, str]]) -> None:
        for which, by, fate in reversed_:
            if numbers := self.town.books.reversible():
                self.decide(self.run(self.town.reverse(numbers[which % len(numbers)], by)), fate)

    @precondition(lambda self: self.town.open or self.acts)
    @rule(which=whom, fate=fates, delivered=st.booleans())
    def decide_later_or_again(self, which: int, fate: str, delivered: bool) -> None:
        """The same answers and file once more change nothing; of a file only what was never posted waits."""
        if self.town.open:
            self.decide(self.town.open[which % len(self.town.open)], fate)
        if delivered:
            self.run(self.town.again(self.acts))
            rows = self.files[which % len(self.files)]
            posted = all(row.event in self.town.books.imported for row in rows)
            assert (self.run(self.town.bring(rows, "first")) is None) is posted

    # ---- the clock, the program and the memory ---------------------------------------------------------------

    @rule(days=st.sampled_from([1, 1, 2, 4, 16, 45]))
    def sleep(self, days: int) -> None:
        self.run(self.town.sleep(days))

    @rule(change=st.sampled_from(sorted(CHANGES)), since=offsets)
    def restart(self, change: str, since: int) -> None:
        self.run(self.town.restart(CHANGES[change](self.town.setup, self.town.today + since * DAY)))

    @rule(which=whom, new=st.booleans())
    def remember(self, which: int, new: bool) -> None:
        """What was known at an earlier moment, asked for now; and this moment for later. All again at the end."""
        self.run(recalled(self.town, self.memories[which % len(self.memories)]))
        if new:
            self.memories.append(self.run(remembered(self.town)))

    # ---- what always holds --------------------------------------------------------------------------------------

    @invariant()
    def the_books_balance(self) -> None:
        if hasattr(self, "town"):
            self.run(agree(self.town, self.slow, self.town.today.year - next(self.steps) % 2))


def years(cellar: Cellar, examples: int, steps: int, **more: Any) -> list[Head]:
    """Returns where each ledger ended."""
    Years.cellar = cellar
    return explore(Years, cellar.fill(), examples, steps, **more)


def test_random_years(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The same ones every time and on each engine, where every ledger ends with the same hash."""
    on_files = years(Files(tmp_path), examples=4, steps=25, **SAME)
    assert max(head.seq for head in on_files) > 30
    # Only now: where there is no PostgreSQL the rest is skipped.
    databases = Databases(request.getfixturevalue("postgres"))
    assert years(databases, examples=4, steps=25, **SAME) == on_files


@pytest.fixture(params=ENGINES)
def cellar(request: pytest.FixtureRequest, tmp_path: Path) -> Cellar:
    return Files(tmp_path) if request.param == "sqlite" else Databases(request.getfixturevalue("postgres"))


@pytest.mark.long
def test_many_random_years(cellar: Cellar) -> None:
    ends = years(cellar, examples=15, steps=45)
    assert len(ends) >= 15
    assert max(head.seq for head in ends) > 30
