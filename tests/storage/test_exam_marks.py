"""Marks in all their versions, changed keys, and results."""

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from storage import exam_marks, sittings
from storage.database import Database, Tx
from storage.exam_marks import HANDED_IN, Kept
from storage.scope import EVERYTHING, Scope, own
from storage.sittings import BY_PERSON
from storage.tables import exam_attempt, exam_mark
from tests.storage.rows import NOW
from tests.storage.test_sittings import begun
from training.marking import KeyChange, Marks

LATER = NOW + timedelta(days=1)
THIRDS = Marks((Fraction(100, 3), Fraction(0), Fraction(200)), 233)
FULL = Marks((Fraction(100), Fraction(100), Fraction(200)), 400)


async def score(tx: Tx, attempt: int) -> int | None:
    found: int | None = (
        await tx.execute(select(exam_attempt.c.score).where(exam_attempt.c.id == attempt))
    ).scalar_one()
    return found


async def ended(tx: Tx, person: str, number: int, marks: Marks | None, *, exam: int = 1) -> int:
    """The attempt of a sitting that has ended, with its marks."""
    sitting = await begun(tx, person, exam=exam, number=number)
    assert await sittings.end(tx, sitting.attempt, LATER, BY_PERSON)
    if marks is not None:
        await exam_marks.keep(tx, sitting.attempt, marks, HANDED_IN, LATER)
    return sitting.attempt


async def test_marks_are_exact_and_every_version_stays(database: Database) -> None:
    async with database.write() as tx:
        await begun(tx)
        assert await score(tx, 1) is None
        await exam_marks.keep(tx, 1, THIRDS, HANDED_IN, NOW)
        assert await score(tx, 1) == 233
        await exam_marks.keep(tx, 1, FULL, "第3题答案更正", LATER, batch=7)
        assert await score(tx, 1) == 400
        assert await exam_marks.versions(tx, [1, 2]) == {
            1: [Kept(1, 1, THIRDS, HANDED_IN, NOW), Kept(1, 2, FULL, "第3题答案更正", LATER)],
            2: [],
        }
        assert await exam_marks.versions(tx, []) == {}
        batches = (await tx.execute(select(exam_mark.c.batch).order_by(exam_mark.c.version))).scalars().all()
        assert batches == [None, 7]


async def test_many_are_marked_anew(database: Database) -> None:
    async with database.write() as tx:
        for person in ("p1", "p2", "p3"):
            await begun(tx, person)
        for attempt in (1, 2, 3):
            await exam_marks.keep(tx, attempt, THIRDS, HANDED_IN, NOW)
        await exam_marks.keep_many(tx, [(1, 2, FULL), (3, 2, FULL)], "第3题作废", LATER, 7)
        await exam_marks.keep_many(tx, [], "没有", LATER, 8)
        found = await exam_marks.versions(tx, [1, 2, 3])
        assert [len(found[attempt]) for attempt in (1, 2, 3)] == [2, 1, 2]
        assert found[3][1] == Kept(3, 2, FULL, "第3题作废", LATER)
        assert [await score(tx, attempt) for attempt in (1, 2, 3)] == [400, 233, 400]


@pytest.mark.parametrize("change", [update(exam_mark).values(score=1), delete(exam_mark)])
async def test_no_version_is_changed_or_taken_away(database: Database, change: object) -> None:
    async with database.write() as tx:
        await begun(tx)
        await exam_marks.keep(tx, 1, THIRDS, HANDED_IN, NOW)
    with pytest.raises(DBAPIError):
        async with database.write() as tx:
            await tx.execute(change)  # type: ignore[call-overload]
    async with database.read() as tx:
        assert len((await exam_marks.versions(tx, [1]))[1]) == 1


async def test_the_last_word_on_a_key_counts(database: Database) -> None:
    blanks = KeyChange("t1", False, (("法律",), ("银行", "指定的银行")))
    voided, corrected = KeyChange("x1", True, ()), KeyChange("x1", False, ("B",))
    async with database.write() as tx:
        for exam, change, batch in ((1, corrected, 1), (1, blanks, 2), (1, voided, 3), (2, corrected, 4)):
            await exam_marks.add_change(tx, exam, change, reason="有误\n第二行", batch=batch, now=NOW)
        assert await exam_marks.changes(tx, 1) == {"x1": voided, "t1": blanks}
        assert await exam_marks.changes(tx, 2) == {"x1": corrected}
        assert await exam_marks.changes(tx, 3) == {}
        history = await exam_marks.history(tx, 1)
    assert [(one.change, one.reason, one.batch, one.recorded_at) for one in history] == [
        (corrected, "有误\n第二行", 1, NOW),
        (blanks, "有误\n第二行", 2, NOW),
        (voided, "有误\n第二行", 3, NOW),
    ]
    assert [one.number for one in history] == sorted({one.number for one in history})


async def test_results_are_of_what_has_ended_and_has_marks(database: Database) -> None:
    async with database.write() as tx:
        await ended(tx, "p1", 1, THIRDS)
        await ended(tx, "p1", 2, FULL)
        await ended(tx, "p2", 1, None)  # not marked yet
        await begun(tx, "p3")
        await ended(tx, "p4", 1, FULL, exam=2)
        found = await exam_marks.results(tx, EVERYTHING, 1)
    assert list(found) == ["p1"]
    first, second = found["p1"]
    assert (first.attempt, first.number, first.score, first.full_marks) == (1, 1, 233, 10_000)
    assert (second.attempt, second.number, second.score) == (2, 2, 400)
    assert (first.mode, first.started_at, first.ended_at, first.ended_by) == ("chat", NOW, LATER, BY_PERSON)


async def test_results_within_a_scope(database: Database) -> None:
    async with database.write() as tx:
        for person in ("p1", "p2"):
            await ended(tx, person, 1, FULL)
        assert list(await exam_marks.results(tx, own("p2"), 1)) == ["p2"]
        assert list(await exam_marks.results(tx, own("p2"), 1, person="p1")) == []
        assert list(await exam_marks.results(tx, Scope(person="p3"), 1)) == []
        assert list(await exam_marks.results(tx, EVERYTHING, 1, person="p1")) == ["p1"]


async def test_results_page_by_page_and_of_several(database: Database) -> None:
    async with database.write() as tx:
        for n in (3, 1, 2):
            await ended(tx, f"p{n}", 1, THIRDS)
            await ended(tx, f"p{n}", 2, FULL)
        pages, after = [], ""
        while page := await exam_marks.results(tx, EVERYTHING, 1, after=after, at_most_persons=2):
            pages.append({person: [one.number for one in of] for person, of in page.items()})
            after = max(page)
        some = await exam_marks.results(tx, EVERYTHING, 1, persons=["p3", "p1", "p9"])
    assert pages == [{"p1": [1, 2], "p2": [1, 2]}, {"p3": [1, 2]}]
    assert list(some) == ["p1", "p3"]
