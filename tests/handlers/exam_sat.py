"""Sittings of an exam made without a phone, changes of its keys, and what stands afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.actions import batches, exam_remarking
from handlers.actions.exam_ending import Ending
from handlers.actions.exam_starting import Starting
from handlers.exam_remark_job import RemarkJob
from question_bank.questions import Kind, Question
from storage import exam_marks, ledger, sittings, wishes
from storage.database import Database
from storage.exam_marks import Kept
from storage.scope import EVERYTHING
from storage.sittings import Given
from tests.handlers.city import add_person
from tests.handlers.sitting_city import opened
from tests.handlers.stage import MONDAY, Stage, at
from training.exams import Exam
from training.papers import decoded
from training.people import Category, Person, Role

WHY = "答案有误"


def person(number: str, role: Role = Role.LEARNER) -> Person:
    return Person(number, "", "11", Category.STAFF, False, role, "在岗", True)


SINGLES = tuple(
    Question(f"x{n}", Kind.SINGLE, f"单选第{n}题，选甲{n}？", (f"甲{n}", f"乙{n}", f"丙{n}", f"丁{n}"), ("A",))
    for n in range(1, 4)
)
MULTIPLE = Question("y1", Kind.MULTIPLE, "多选题，选甲乙？", ("甲", "乙", "丙", "丁"), ("A", "B"))
JUDGE = Question("z1", Kind.JUDGE, "判断题，是对的。", (), ("对",))
BLANK = Question("t1", Kind.BLANK, "罚款由____设定，由____收缴。", (), (("法律",), ("银行", "指定的银行")))
CASE = Question(
    "c1",
    Kind.CASE,
    "某局对王某罚款二百元。",
    parts=(
        Question("c1-1", Kind.SINGLE, "应当出示什么？", ("证件", "名片"), ("A",), shuffle=False),
        Question("c1-2", Kind.JUDGE, "王某可以申辩。", (), ("对",)),
    ),
)
EVERY = (*SINGLES, MULTIPLE, JUDGE, BLANK, CASE)

FIRST, SECOND = person("R5", Role.CITY_ADMIN), person("R6", Role.CITY_ADMIN)


async def hall_of(database: Database, persons: Sequence[str], *questions: Question, **changed: Any) -> "Hall":
    """An exam of these questions is open for these people; `second` may confirm what `admin` proposed."""
    exam = await opened(database, *persons, questions=questions, **changed)
    async with database.write() as tx:
        await add_person(tx, "R6", "second", name="何芳", role="city_admin")
        await wishes.mark_privacy_shown(tx, ["R6"], at(MONDAY))
    return Hall(Stage(database), exam)


@dataclass
class Hall:
    """One exam on a stage."""

    stage: Stage
    exam: Exam

    @property
    def database(self) -> Database:
        return self.stage.database

    @property
    def ending(self) -> Ending:
        return Ending(self.stage.shelf, self.stage.rules)

    async def begin(self, number: str, given: Mapping[str, str]) -> int:
        """Start, and answer the questions of these ids; returns the attempt."""
        now = self.stage.clock()
        async with self.database.write() as tx:
            shown = await Starting(self.stage.shelf, self.ending).start(tx, person(number), now)
            book = await self.stage.shelf.book(tx, self.exam.number)
            ids = [book.asked(item).id for item in decoded(shown.sitting.items).items]
            attempt = shown.sitting.attempt
            rows = [Given(attempt, n, given[id_], now, now) for n, id_ in enumerate(ids) if id_ in given]
            await sittings.keep_answers(tx, rows)
        return attempt

    async def hand_in(self, attempt: int, number: str) -> None:
        async with self.database.write() as tx:
            await self.ending.hand_in(tx, attempt, number, self.stage.clock())

    async def sit(self, number: str, **given: str) -> int:
        """With `_` for the `-` in ids of parts."""
        attempt = await self.begin(number, {id_.replace("_", "-"): chosen for id_, chosen in given.items()})
        await self.hand_in(attempt, number)
        return attempt

    async def propose(self, question: str, answer: str | None = None, reason: str = WHY) -> int:
        async with self.database.write() as tx:
            found = await exam_remarking.dry_run(tx, self.exam.number, question, answer)
            return await batches.propose(tx, FIRST, found.proposal, reason, self.stage.clock())

    async def confirm(self, batch: int) -> None:
        async with self.database.write() as tx:
            await batches.confirm(tx, self.stage.rules, SECOND, batch, self.stage.clock())

    async def change(self, question: str, answer: str | None = None) -> None:
        """Proposed and confirmed, a minute later than what was before."""
        self.stage.clock.on(minutes=1)
        await self.confirm(await self.propose(question, answer))

    async def mind(self) -> int:
        """The clock's share of it, to the end; returns how many slices there were."""
        job, slices = RemarkJob(self.stage.rules, "wecom", self.stage.jobs.freeze), 0
        while True:
            async with self.database.write() as tx:
                due = await job.is_due(tx, self.stage.clock())
                assert await job.remark_due(tx, self.stage.clock(), self.stage.clock()) is due
            if not due:
                return slices
            slices += 1
            assert slices < 20, "it never ends"

    async def kept(self, attempt: int) -> list[Kept]:
        async with self.database.read() as tx:
            return (await exam_marks.versions(tx, [attempt]))[attempt]

    async def scores(self) -> dict[str, list[int]]:
        """Person → scores of the sittings that have ended."""
        async with self.database.read() as tx:
            found = await exam_marks.results(tx, EVERYTHING, self.exam.number)
        return {number: [one.score for one in results] for number, results in found.items()}

    async def lines(self, number: str = "R1", year: int = 2026) -> list[tuple[str, str]]:
        """(source_ref, hours) of a person's lines in order."""
        async with self.database.read() as tx:
            found = await ledger.lines_of(tx, EVERYTHING, number, year, at_most=99)
        return [(line.entry.source_ref, f"{line.entry.hours:.2f}") for line in reversed(found)]

    async def hours(self, number: str = "R1", year: int = 2026) -> int:
        """Of the year's row."""
        async with self.database.read() as tx:
            found = await ledger.standings(tx, EVERYTHING, [number], year)
        return found[number].by_form.get("exam", 0) if number in found else 0
