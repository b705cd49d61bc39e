"""A town with exams on a database, in two processes: what is done and said there, and what the database holds.

Every question has an explanation that nobody may be told, and some papers come to thirds of a point.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

import msgspec
from sqlalchemy import select

from handlers.actions import batches, exam_publishing, exam_releasing, exam_remarking, exam_setting
from handlers.message import Incoming
from question_bank.questions import Kind, Question
from storage import migrating, tables
from storage.database import Database, open_database
from tests.handlers.city import add_person, populate
from tests.handlers.stage import Clock, Stage
from tests.handlers.wire import Wire
from tests.model.cellars import Databases, Files
from tests.model.exam_rules import Held
from tests.model.exam_sat import Item, arranged
from training.exams import AnswerRelease, Audience, Excuse, Grading, Keep, ScoreRelease, Section, Settings
from training.people import Category, Person, Role
from training.rules import Rules

LEAK: Final = "天机不可泄露"
PEOPLE: Final = {"zhou": "R1", "chen": "R2", "wu": "R3"}  # staff, leader, enforcement
CLERK: Final = Person(
    "R7", "提议人", "11", Category.STAFF, mark=False, role=Role.CITY_ADMIN, status="在岗", pushes=True
)


def _choice(name: str, kind: Kind, right: str) -> Question:
    options = tuple(f"{name}选项{word}" for word in "甲乙丙丁")
    return Question(name, kind, f"题目{name}选哪些？", options, tuple(right), explanation=f"{LEAK}{name}")


def _judge(name: str, right: str) -> Question:
    return Question(name, Kind.JUDGE, f"题目{name}是对的。", (), (right,), explanation=f"{LEAK}{name}")


def _case(name: str) -> Question:
    parts = (
        _choice(f"{name}-1", Kind.SINGLE, "C"),
        _judge(f"{name}-2", "错"),
        _choice(f"{name}-3", Kind.MULTIPLE, "BD"),
    )
    return Question(name, Kind.CASE, f"案情{name}如下。", parts=parts, explanation=f"{LEAK}{name}")


BLANKS: Final = (("法律",), ("银行", "指定的银行"))
BANK: Final = (
    *(_choice(f"s{n}", Kind.SINGLE, "ABCD"[n]) for n in range(4)),
    *(_choice(f"m{n}", Kind.MULTIPLE, ("AB", "ACD", "BCD")[n]) for n in range(3)),
    *(_judge("j0", "对"), _judge("j1", "错"), _case("c0"), _case("c1")),
    *(Question(f"b{n}", Kind.BLANK, f"题目b{n}由____设定，由____收缴。", (), BLANKS, LEAK) for n in range(2)),
)
SECTIONS: Final = (
    *(Section(Kind.SINGLE, 2, 1000), Section(Kind.MULTIPLE, 2, 1500), Section(Kind.JUDGE, 1, 1000)),
    *(Section(Kind.BLANK, 1, 2000), Section(Kind.CASE, 1, 2000)),
)
ITEMS: Final = 9
KEYS: Final = {
    one.id: tuple(map(str, one.answer)) for question in BANK for one in (question, *question.parts)
}  # a case has none of its own
WANTED: Final = tuple(
    (frozenset(question.id for question in BANK if question.kind is section.kind), section.count)
    for section in SECTIONS
)
# attempts, which counts, grading, release of scores and of answers
SORTS: Final = (
    (1, Keep.HIGHEST, Grading.EXACT, ScoreRelease.AT_ONCE, AnswerRelease.MANUAL),
    (2, Keep.HIGHEST, Grading.PARTIAL, ScoreRelease.AT_ONCE, AnswerRelease.AT_CLOSE),
    (2, Keep.FIRST, Grading.PER_OPTION, ScoreRelease.AT_CLOSE, AnswerRelease.AT_CLOSE),
    (3, Keep.LAST, Grading.PARTIAL, ScoreRelease.MANUAL, AnswerRelease.MANUAL),
    (2, Keep.LAST, Grading.EXACT, ScoreRelease.AT_CLOSE, AnswerRelease.AT_CLOSE),
    (2, Keep.LAST, Grading.EXACT, ScoreRelease.AT_ONCE, AnswerRelease.AT_CLOSE),
)


async def furnish(url: str) -> None:
    database = open_database(url)
    await migrating.upgrade(database)
    await populate(database, *BANK)
    async with database.write() as tx:
        await add_person(tx, CLERK.number, "clerk", role="city_admin")
    await database.close()


class ExamFiles(Files):
    async def fill(self) -> None:
        await furnish(f"sqlite:///{self.folder}/template.db")


class ExamDatabases(Databases):
    async def fill(self) -> None:
        await self.server.drop(self.template)
        await furnish(await self.server.create(self.template))


@dataclass
class Town:
    """Two processes on one database, which share the outside world; each may be started anew."""

    url: str
    clock: Clock
    wire: Wire = field(default_factory=Wire)
    stages: list[Stage] = field(default_factory=list)
    read: int = 0

    def start(self) -> None:
        self.stages = [Stage(open_database(self.url), self.clock, Rules(), self.wire) for _ in range(2)]

    async def stop(self) -> None:
        for stage in self.stages:
            await stage.database.close()

    @property
    def database(self) -> Database:
        return self.stages[0].database

    async def said(self, *acts: Incoming, by: int) -> list[str]:
        """The passive replies; what goes out apart from them is in `pushed`."""
        return [answer.wire.decode() for answer in await self.stages[by].answers(*acts)]

    async def pushed(self) -> list[str]:
        """Since the last look, to whomever."""
        await self.stages[0].send_all()
        new, self.read = self.wire.sent[self.read :], len(self.wire.sent)
        return [
            (draft.body + (draft.file.content if draft.file else b"")).decode(errors="replace") for draft, _ in new
        ]

    # ---- the office ---------------------------------------------------------------------------------------------

    async def create(
        self, sort: int, opens_at: datetime, closes_at: datetime, minutes: int, makeup_of: int
    ) -> Held:
        attempts, keep, grading, scores, answers = SORTS[sort]
        settings = Settings(
            title="年度考试",
            year=2026,
            opens_at=opens_at,
            closes_at=closes_at,
            duration_minutes=minutes,
            sections=SECTIONS,
            grading=grading,
            attempts=attempts,
            keep=keep,
            release_score=scores,
            release_answers=answers,
            seed=f"种子{sort}",
            audience=Audience(persons=tuple(PEOPLE.values())),
        )
        async with self.database.write() as tx:
            now = self.clock()
            number = await exam_setting.create(tx, settings, makeup_of=makeup_of, by="test", now=now)
        rules = (str(keep), str(grading), str(scores), str(answers))
        return Held(number, opens_at, closes_at, settings.duration, attempts, *rules, makeup_of)

    async def move(self, number: int, what: str, by: int) -> None:
        database, now = self.stages[by].database, self.clock()
        if what == "publish":
            await exam_publishing.publish(database, Rules(), number, now, by="test")
            return
        made = {
            "open": exam_releasing.open_by_hand,
            "close": exam_releasing.close_by_hand,
            "release": exam_releasing.release,
        }
        async with database.write() as tx:
            await made[what](tx, number, now, by="test")

    async def excuse(self, number: int, person: str, why: str) -> None:
        async with self.database.write() as tx:
            await exam_setting.excuse(tx, number, person, Excuse(why), "文〔2026〕1号", by="test", now=self.clock())

    async def propose(self, number: int, question: str, answer: str | None) -> int:
        async with self.database.write() as tx:
            found = await exam_remarking.dry_run(tx, number, question, answer)
            return await batches.propose(tx, CLERK, found.proposal, "题目有误", self.clock())

    # ---- what the database holds --------------------------------------------------------------------------------

    async def exams(self) -> dict[int, tuple[Any, ...]]:
        one = tables.exam
        async with self.database.read() as tx:
            rows = (await tx.execute(select(one))).all()
        return {
            row.number: (
                *(row.state, row.opens_at, row.closes_at),
                *(
                    row.scores_released_at is not None,
                    row.answers_released_at is not None,
                    row.credited_at is not None,
                ),
            )
            for row in rows
        }

    async def roll(self) -> dict[tuple[int, str], str]:
        async with self.database.read() as tx:
            return {(row.exam, row.person): row.excuse for row in await tx.execute(select(tables.exam_roll))}

    async def sittings(self) -> dict[int, dict[str, Any]]:
        """By attempt: its row with progress, answers and scores of all versions of its marks."""
        async with self.database.read() as tx:
            found = {row.id: dict(row._mapping) for row in await tx.execute(select(tables.exam_attempt))}
            for row in await tx.execute(select(tables.exam_progress)):
                found[row.attempt] |= {"at": row.at, "answered": row.answered, "flagged": row.flagged}
            for one in found.values():
                one |= {"answers": {}, "marks": []}
            for row in await tx.execute(select(tables.exam_answer)):
                found[row.attempt]["answers"][row.item] = (row.sent_at, row.chosen)
            mark = tables.exam_mark.c
            for row in await tx.execute(select(tables.exam_mark).order_by(mark.attempt, mark.version)):
                found[row.attempt]["marks"].append((row.version, row.score))
        return found

    async def paper(self, attempt: int) -> tuple[Item, ...]:
        """As it was kept, with the questions of the frozen pool."""
        paper, pool, sat = tables.exam_paper.c, tables.exam_pool.c, tables.exam_attempt.c
        async with self.database.read() as tx:
            kept = (await tx.execute(select(paper["items"]).where(paper.attempt == attempt))).scalar_one()
            exam = (await tx.execute(select(sat.exam).where(sat.id == attempt))).scalar_one()
            rows = await tx.execute(select(pool.place, pool.question).where(pool.exam == exam))
            names = {row.place: row.question for row in rows}
        return tuple(_item(names, *one) for one in msgspec.json.decode(kept, type=list[tuple[int, int, int, int]]))

    async def lines(self) -> Sequence[tuple[str, str, int, int]]:
        """(source_ref, person, year, hundredths) of the lines of exams that were not taken back."""
        entry = tables.ledger_entry.c
        async with self.database.read() as tx:
            rows = (await tx.execute(select(tables.ledger_entry).order_by(entry.seq))).all()
        gone = {row.reverses for row in rows}
        standing = [row for row in rows if row.source == "exam" and row.seq not in gone]
        return [(row.source_ref, row.person, row.year, int(row.hours * 100)) for row in standing]


def _item(names: Mapping[int, str], place: int, part: int, order: int, section: int) -> Item:
    whole = next(question for question in BANK if question.id == names[place])
    question = whole.parts[part] if part >= 0 else whole
    assert whole.kind is SECTIONS[section].kind and (part >= 0) == bool(whole.parts)
    points = Fraction(SECTIONS[section].points, max(len(whole.parts), 1))
    return Item(question, points, whole.id if part >= 0 else "", arranged(order, len(question.options)))
