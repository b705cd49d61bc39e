"""履职登记 in the database: what stands, who sees it, and what else fulfils a duty."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import insert

from handlers.actions.duty_progress import done_by
from storage import duty_facts, duty_sources, people, study_reach, tables
from storage.database import Database, Tx
from storage.scope import EVERYTHING, Scope, own
from tests.storage.rows import NOW, TODAY, add_person
from training.duties import Owes
from training.duty_facts import DutyFact, Source, progress
from training.duty_table import duties_of
from training.exams import Settings
from training.people import WECOM, StatusPeriod
from training.statuses import MERGED, MERGED_INTO

CLASS = next(duty for duty in duties_of() if duty.key == "class")
OFF_JOB = next(duty for duty in duties_of() if duty.key == "off-job")
OWES = Owes(CLASS, "p1", "sfj", CLASS.amount, date(2026, 1, 1), date(2026, 12, 31))


def fact(ref: str, **changed: Any) -> DutyFact:
    held = DutyFact("class", "p1", "sfj", TODAY, "甲", Source.ENTRY, ref, "p9", NOW, content=("行政诉讼", "民事"))
    return replace(held, **changed)


async def test_what_stands_within_a_scope(database: Database) -> None:
    async with database.write() as tx:
        one, two, three = await duty_facts.add(
            tx, [fact("a"), fact("b", subject="p2", unit="czj"), fact("c", subject="sfj")]
        )
        await duty_facts.add(tx, [fact("1", source=Source.REVOKED, revokes=three, reason="错")])
        assert await duty_facts.standing(tx, EVERYTHING, ["p1"]) == [fact("a", number=one)]
        assert [found.number for found in await duty_facts.last(tx, EVERYTHING, 5)] == [two, one]
        assert [found.number for found in await duty_facts.standing(tx, own("p2"))] == [two]
        of_sfj = Scope(person="p9", units=frozenset({"sfj"}))
        assert [found.number for found in await duty_facts.standing(tx, of_sfj)] == [one]
        assert await duty_facts.one(tx, of_sfj, two) is None
        assert await duty_facts.one(tx, EVERYTHING, three) is None
        assert await duty_facts.one(tx, EVERYTHING, three + 1) is None  # what takes back is none itself
        assert await duty_facts.refs(tx, Source.ENTRY, ["a", "c", "d"]) == {"a", "c"}


def test_only_days_within_what_is_owed_count() -> None:
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    facts = [fact(str(day), day=day) for day in reversed(days)]
    found = progress(OWES, [*facts, fact("x", quota="report"), fact("y", subject="p2")])
    assert [one.day for one in found.done] == [date(2026, 1, 1), date(2026, 12, 31)]
    assert (found.needed, found.missing) == (1, 0)
    term = Owes(OFF_JOB, "p1", "sfj", OFF_JOB.amount, date(2024, 3, 1), None)
    early, late = (fact(str(day), day=day, quota="off-job") for day in (date(2024, 2, 29), date(2024, 3, 1)))
    assert progress(term, [early]).missing == 1
    assert progress(term, [early, late]).missing == 0


async def test_what_was_done_under_a_number_that_was_merged(database: Database) -> None:
    async with database.write() as tx:
        await add_person(tx, "p1", "zhangsan")
        await add_person(tx, "p2")
        gone = StatusPeriod("p2", MERGED.name, TODAY, None, NOW, f"{MERGED_INTO} p1")
        await people.add(tx, [], [gone], [], by="test", now=NOW, today=TODAY)
        await duty_facts.add(tx, [fact("a", subject="p2")])
        found = await done_by(tx, [OWES], 2026)
    assert progress(OWES, found[("class", "p1")]).missing == 0


def exam(year: int, title: str) -> str:
    return msgspec.json.encode(Settings(title, year, NOW, NOW, 60, ())).decode()


async def sitting(tx: Tx, number: int, person: str, ended: datetime | None, at: int = 1) -> None:
    row = {"exam": number, "person": person, "number": at, "mode": "chat", "started_at": NOW, "deadline_at": NOW}
    more = {"ended_at": ended, "ended_by": "", "full_marks": 0, "evidence": ""}
    await tx.execute(insert(tables.exam_attempt).values(**row, **more))


async def test_an_exam_is_done_by_a_sitting_that_ended(database: Database) -> None:
    row = {"state": "open", "makeup_of": 0, "opens_at": NOW, "closes_at": NOW, "created_at": NOW, "created_by": ""}
    more = {"invited_through": "", "credited_through": ""}
    async with database.write() as tx:
        for number, year in ((1, 2026), (2, 2025)):
            values = {"number": number, "settings": exam(year, f"考试{year}")}
            await tx.execute(insert(tables.exam).values(**row, **more, **values))
        await sitting(tx, 1, "p1", NOW)
        await sitting(tx, 1, "p1", NOW, at=2)
        await sitting(tx, 1, "p2", None)
        await sitting(tx, 2, "p3", NOW)
        found = await duty_sources.sat(tx, EVERYTHING, ["p1", "p2", "p3"], 2026)
    assert [(one.quota, one.subject, one.title, one.day) for one in found] == [("exam", "p1", "考试2026", TODAY)]


async def test_whom_a_word_calls(database: Database) -> None:
    async with database.write() as tx:
        await add_person(tx, "p1", "zhangsan", name="张三")
        await add_person(tx, "p2", "lisi", name="张三", unit="czj")

        async def called(word: str, scope: Scope = EVERYTHING) -> list[str]:
            return [one.number for one in await duty_sources.called(tx, scope, WECOM, word)]

        assert await called("张三") == ["p1", "p2"]
        assert await called("张三", Scope(units=frozenset({"czj"}))) == ["p2"]
        assert await called("ZhangSan") == ["p1"]
        assert await called("p2") == ["p2"]
        assert await called("王五") == []


async def test_answers_in_quizzes_of_the_year(database: Database) -> None:
    async with database.write() as tx:
        for item, question in ((1, "q1"), (2, "q2")):
            row = {"broadcast": 1, "item": item, "question": question, "version": 1, "content": "{}"}
            await tx.execute(insert(tables.broadcast_question).values(**row))
        for item, person, when in ((1, "p1", NOW), (2, "p2", NOW), (1, "p3", NOW - timedelta(days=365))):
            row = {"broadcast": 1, "item": item, "person": person, "unit": "sfj", "question": f"q{item}"}
            more = {"chosen": "A", "correct": True, "earned_hundredths": 0, "posted_hundredths": 0}
            await tx.execute(insert(tables.quiz_answer).values(**row, **more, answered_at=when))
        found = await study_reach.answered(tx, EVERYTHING, ["q1"], date(2026, 1, 1), date(2026, 12, 31))
    assert found == {"q1": frozenset({"p1"})}
