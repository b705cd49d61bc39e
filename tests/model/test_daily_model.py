"""Random weeks of random people, and what has to hold after every step.

The model is a dictionary: who answered which day first, in which order. Everything else (credit under the cap, the
sums, the chain, what is said) has to follow from it, over repeats, batches, restarts and moves of the clock.
"""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import select

from handlers.actions import ledgers
from handlers.message import Incoming, Kind
from question_bank.questions import Question
from storage import migrating, tables
from storage.database import Database, open_database
from tests.handlers.city import SINGLE, add_person
from tests.handlers.stage import Clock, Stage
from tests.handlers.wire import heard
from tests.model.exploring import SAME, Machine, explore
from tests.storage.rows import add_questions
from training.calendar import DAY, day_of
from training.chains import Head
from training.daily import Window, window
from training.hours import HoursRules
from training.people import Group
from training.rules import Rules

CREDIT, CAP = 10, 15  # hundredths: reached after a line and a half
RULES = Rules(hours=HoursRules(daily_credit="0.10", daily_cap="0.15"))
START = date(2026, 12, 24)  # a Thursday: a week's end, and the year's
DAYS = st.sampled_from([0, 0, -1, -1, -2, -3, -8, 1])  # from today
LETTERS = st.sampled_from("ABCD")
PEOPLE = {"zhou": "R1", "chen": "R2", "wu": "R3", "wu2": "R3"}
QUESTIONS = [
    Question(id=f"q{n}", kind=SINGLE.kind, stem=f"第{n}题？", options=SINGLE.options, answer=("B",))
    for n in range(3)
]


@dataclass
class Answer:
    """The first answer of a person to a day."""

    chosen: str
    posted: int


class Daily(Machine):
    """One database, one process at a time, three people with four accounts."""

    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="xuefa-model-"))
        shutil.copyfile(self.template, self.folder / "model.db")
        self.clock = Clock()
        self.answered: dict[tuple[date, str], Answer] = {}
        self.acts: list[tuple[Incoming, str]] = []  # done, with the reply

    @initialize()
    def open(self) -> None:
        self.clock.to(START)
        self.start()

    def start(self) -> None:
        self.database: Database = open_database(f"sqlite:///{self.folder}/model.db")
        self.stage = Stage(self.database, self.clock, RULES)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.ends.append(self.run(ledgers.head(self.database)))
            self.run(self.database.close())
        shutil.rmtree(self.folder)

    # ---- what happens -----------------------------------------------------------------------------------------

    @rule()
    def restart(self) -> None:
        self.run(self.database.close())
        self.start()

    @rule(hours=st.sampled_from([1, 14, 24, 24, 31]), asks=st.booleans())
    def later(self, hours: int, asks: bool) -> None:
        self.clock.on(hours=hours)
        if asks:
            self.ask("zhou")

    @rule(account=st.sampled_from(sorted(PEOPLE)))
    def ask(self, account: str) -> None:
        self.run(self.stage.phone(account)("今日一题"))

    @rule(taps=st.lists(st.tuples(st.sampled_from(sorted(PEOPLE)), DAYS, LETTERS), min_size=1, max_size=6))
    def tap(self, taps: list[tuple[str, int, str]]) -> None:
        """One batch of taps on the cards of some days, drawn or not, open or not."""
        today = day_of(self.clock())
        acts = [
            self.stage.act(account, f"daily:{today + n * DAY}:staff:{letter}", Kind.TAP)
            for account, n, letter in taps
        ]
        drawn = self.run(self.drawn())
        answers = self.run(self.stage.answers(*acts))
        for act, (account, n, letter), answer in zip(acts, taps, answers, strict=True):
            self.acts.append((act, answer.wire))
            self.check(account, today + n * DAY, letter, answer.wire, drawn)

    def check(self, account: str, day: date, letter: str, wire: str, drawn: set[date]) -> None:
        """The card says what the model says: the first answer, or that there is one, or no card at all."""
        person = PEOPLE[account]
        said = heard(wire)[0].text if wire else ""
        if window(day, self.clock()) not in (Window.ON_TIME, Window.MAKE_UP) or day not in drawn:
            assert said == ""
        elif (day, person) in self.answered:
            assert said.startswith("此题您已作答（")
            assert f"\n您的答案：{self.answered[day, person].chosen}\n" in said
        else:
            posted = min(CREDIT, CAP - self.sum(person, day.year))
            self.answered[day, person] = Answer(letter, posted)
            assert said.startswith("✓ 回答正确\n" if letter == "B" else "✗ 回答错误\n")
            assert f"\n本题学时：+{posted / 100:.2f}" in said

    def sum(self, person: str, year: int) -> int:
        return sum(a.posted for (day, who), a in self.answered.items() if who == person and day.year == year)

    @rule(account=st.sampled_from(sorted(PEOPLE)), letter=LETTERS)
    def type(self, account: str, letter: str) -> None:
        """It goes to what was shown last; the model asks the database what that is."""
        person = PEOPLE[account]
        before = self.run(self.first_answers())
        self.run(self.stage.phone(account)(letter.lower()))
        after = self.run(self.first_answers())
        new = after.keys() - before.keys()
        assert len(new) <= 1
        for day, who in new:
            assert (who, after[day, who]) == (person, letter)
            assert window(day, self.clock()) in (Window.ON_TIME, Window.MAKE_UP)
            self.answered[day, who] = Answer(letter, min(CREDIT, CAP - self.sum(who, day.year)))

    @precondition(lambda self: self.acts)
    @rule(picked=st.integers(0, 10_000))
    def repeat(self, picked: int) -> None:
        """Delivered again, to whichever process runs now: the same reply to the letter."""
        act, wire = self.acts[picked % len(self.acts)]
        [again] = self.run(self.stage.answers(act))
        assert again.wire == wire

    # ---- what always holds ------------------------------------------------------------------------------------

    @invariant()
    def the_database_agrees(self) -> None:
        if hasattr(self, "database"):
            self.run(self.compare())

    async def compare(self) -> None:
        entry, year = tables.ledger_entry.c, tables.person_year.c
        async with self.database.read() as tx:
            posted = {
                (row.starts_on, row.person, row.year): int(row.hours * 100)
                for row in await tx.execute(select(entry.starts_on, entry.person, entry.year, entry.hours))
            }
            count = len((await tx.execute(select(entry.seq))).all())
            sums = {
                (r.person, r.year): r.by_form
                for r in await tx.execute(select(year.person, year.year, year.by_form))
            }
        assert await self.first_answers() == {key: a.chosen for key, a in self.answered.items()}
        assert count == len(posted)
        assert posted == {(d, p, d.year): a.posted for (d, p), a in self.answered.items() if a.posted}
        for person, when in {(person, day.year) for day, person in self.answered}:
            total = sum(hours for (_, who, y), hours in posted.items() if (who, y) == (person, when))
            assert total == self.sum(person, when) <= CAP
            assert sums[person, when] == f'{{"daily":{total}}}'
        assert isinstance(await ledgers.verify(self.database, None), Head)

    async def first_answers(self) -> dict[tuple[date, str], str]:
        answer = tables.daily_answer.c
        async with self.database.read() as tx:
            rows = await tx.execute(select(answer.day, answer.person, answer.chosen))
            return {(row.day, row.person): row.chosen for row in rows}

    async def drawn(self) -> set[date]:
        question = tables.daily_question.c
        async with self.database.read() as tx:
            return set((await tx.execute(select(question.day).where(question.group == Group.STAFF))).scalars())


async def _template(file: Path) -> None:
    database = open_database(f"sqlite:///{file}")
    await migrating.upgrade(database)
    async with database.write() as tx:
        await add_questions(tx, *QUESTIONS)
        for number in sorted(set(PEOPLE.values())):
            await add_person(tx, number, *(name for name, who in PEOPLE.items() if who == number))
    await database.close()


def weeks(folder: Path, examples: int, steps: int, **more: Any) -> list[Head]:
    """Returns where each ledger ended."""
    Daily.template = folder / "template.db"
    return explore(Daily, _template(Daily.template), examples, steps, **more)


def test_random_weeks(tmp_path: Path) -> None:
    """The same ones every time."""
    ends = weeks(tmp_path, examples=8, steps=30, **SAME)
    assert len(ends) >= 8
    assert max(head.seq for head in ends) >= 2


@pytest.mark.long
def test_many_random_weeks(tmp_path: Path) -> None:
    ends = weeks(tmp_path, examples=150, steps=60)
    assert len(ends) >= 150
    assert max(head.seq for head in ends) > 4
