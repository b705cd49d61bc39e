"""Batches of 试题更正: what is refused, what was overtaken, and what goes on after a slice was cut short."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.actions import exam_remarking
from question_bank.questions import Kind
from storage import exam_marks, exams, tables
from storage.database import Database
from tests.bot.desk import rows, verified
from tests.handlers.exam_sat import BLANK, EVERY, JUDGE, SINGLES, WHY, hall_of
from training.errors import BatchOvertaken
from training.exam_keys import AsItStands, CaseHasNoKey, CaseIsVoid, NotInPool, NotPublished, UnfitAnswer
from training.exams import ScoreRelease, Section, State

X1, Z1 = SINGLES[0], JUDGE
AT_ONCE = {"release_score": ScoreRelease.AT_ONCE}
ONE = {"sections": (Section(Kind.SINGLE, 1, 10_000),), **AT_ONCE}


async def test_batches_in_the_other_order(database: Database) -> None:
    """The second is confirmed first; the marks see both."""
    sections = (Section(Kind.SINGLE, 1, 4_000), Section(Kind.JUDGE, 1, 6_000))
    hall = await hall_of(database, ("R1",), X1, Z1, sections=sections)
    attempt = await hall.sit("R1", x1="B", z1="错")
    first, second = await hall.propose("x1", "B"), await hall.propose("z1", "错")
    await hall.confirm(second)
    assert await hall.scores() == {"R1": [6_000]}
    await hall.confirm(first)
    assert await hall.scores() == {"R1": [10_000]}
    assert [one.reason for one in await hall.kept(attempt)] == [
        "交卷",
        f"试题 z1 更正答案（{WHY}）",
        f"试题 x1 更正答案（{WHY}）",
    ]


async def test_a_batch_that_was_overtaken(database: Database) -> None:
    hall = await hall_of(database, ("R1",), *EVERY)
    twice = [await hall.propose("t1", None), await hall.propose("t1", None)]
    part, whole = await hall.propose("c1-1", "B"), await hall.propose("c1", None)
    await hall.confirm(twice[0])
    second = hall.stage.phone("second")
    said = "批次 2 提出之后，考试 1 试题 t1 的记录又有变动，请退回后按现状重新提出。"
    assert await second(f"确认 {twice[1]}") == said
    await hall.confirm(part)
    with pytest.raises(BatchOvertaken):
        await hall.confirm(whole)
    await hall.confirm(await hall.propose("c1", None))
    assert await rows(database, tables.exam_key.c.question) == [("c1",), ("c1-1",), ("t1",)]


@pytest.mark.parametrize(
    ("question", "answer", "refusal"),
    [
        ("nope", "A", NotInPool),
        ("s1", "A", NotInPool),  # in the bank, not in this exam
        ("c1", "A", CaseHasNoKey),
        ("x1", "E", UnfitAnswer),
        ("x1", "AB", UnfitAnswer),
        ("x1", "", UnfitAnswer),
        ("y1", "AE", UnfitAnswer),
        ("z1", "A", UnfitAnswer),
        ("t1", "法律", UnfitAnswer),
        ("t1", "法律；", UnfitAnswer),
        ("t1", "法律|；银行", UnfitAnswer),
        ("t1", "法律；银行；财政", UnfitAnswer),
        ("x1", "a", AsItStands),
        ("y1", "BA", AsItStands),
        ("z1", "√", AsItStands),
        ("t1", "法律；指定的银行|银行", AsItStands),
    ],
)
async def test_what_does_not_fit(database: Database, question: str, answer: str, refusal: type[Exception]) -> None:
    hall = await hall_of(database, ("R1",), *EVERY)
    with pytest.raises(refusal):
        await hall.propose(question, answer)


async def test_what_is_void_already(database: Database) -> None:
    hall = await hall_of(database, ("R1",), *EVERY)
    await hall.change("c1")
    await hall.change("x1")
    for question, answer, refusal in (
        ("x1", None, AsItStands),
        ("c1", None, AsItStands),
        ("c1-1", "B", CaseIsVoid),
        ("c1-2", None, CaseIsVoid),
    ):
        with pytest.raises(refusal):
            await hall.propose(question, answer)


async def test_a_draft_has_no_questions(database: Database) -> None:
    hall = await hall_of(database, ("R1",), X1)
    async with database.write() as tx:
        assert await exams.move(tx, hall.exam, State.DRAFT)
    with pytest.raises(NotPublished):
        await hall.propose("x1")


async def test_what_was_cut_short_goes_on(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The confirmation marks two persons, the clock two at a time; every one once, and all are told."""
    monkeypatch.setattr(exam_remarking, "AT_ONCE", 2)
    monkeypatch.setattr(exam_remarking, "SLICE", 2)
    persons = ("R1", "R2", "R3", "R4", "R5")
    hall = await hall_of(database, persons, X1, **ONE)
    attempts = [await hall.sit(number, x1="B") for number in persons]
    await hall.propose("x1", "B")
    said = "批次 1 已确认并生效：考试 1 试题 x1 更正答案。答卷较多，其余的随后自动重新评卷。"
    assert await hall.stage.phone("second")("确认 1") == said
    assert sorted(score for [score] in (await hall.scores()).values()) == [0, 0, 0, 10_000, 10_000]
    async with database.write() as tx:  # a process dies in the middle of a slice
        await exam_remarking.remark_left(tx, hall.stage.rules, 1, hall.stage.clock(), at_most=2)
        await tx.rollback()
    hall.stage.clock.on(minutes=1)
    assert await hall.mind() == 2
    assert [len(await hall.kept(attempt)) for attempt in attempts] == [2] * 5
    for number in persons:
        assert await hall.lines(number) == [(f"1:{number}", "2.00")]
    for account in ("zhou", "chen", "wu", "lin"):
        assert "0 分→100 分" in await hall.stage.phone(account).read()
    assert await verified(database)
    assert await hall.mind() == 0


async def test_who_handed_in_at_the_same_moment_is_found(database: Database) -> None:
    """Marks that have not seen the change, whatever their moment: looked for once more when all has settled."""
    hall = await hall_of(database, ("R1", "R2"), X1, **ONE)
    await hall.sit("R1", x1="B")
    sitting = await hall.begin("R2", {"x1": "B"})
    await hall.change("x1", "B")
    assert await hall.mind() == 0
    async with database.write() as tx:  # as a transaction that began before the change
        ended = {"ended_at": hall.stage.clock(), "ended_by": "person", "score": 0}
        here = tables.exam_attempt.c.id == sitting
        await tx.execute(tables.exam_attempt.update().where(here).values(ended))
        [old] = (await exam_marks.versions(tx, [1]))[1][:1]
        await exam_marks.keep(tx, sitting, old.marks, "交卷", hall.stage.clock() + timedelta(seconds=1))
    assert (await hall.mind(), (await hall.scores())["R2"]) == (0, [0])
    hall.stage.clock.on(minutes=11)
    assert await hall.mind() == 1
    assert (await hall.scores(), await hall.lines("R2")) == (
        {"R1": [10_000], "R2": [10_000]},
        [("1:R2", "2.00")],
    )
    hall.stage.clock.on(minutes=11)
    assert await hall.mind() == 0


async def test_scores_from_paper_stay_and_are_counted(database: Database) -> None:
    hall = await hall_of(database, ("R1", "R2"), X1, **ONE)
    for number in ("R1", "R2"):
        await hall.sit(number, x1="B")
    async with database.write() as tx:
        here = tables.exam_attempt.c.person == "R2"
        await tx.execute(tables.exam_attempt.update().where(here).values(mode="paper", score=7_000))
    async with database.read() as tx:
        change = (await exam_remarking.dry_run(tx, 1, "x1", None)).proposal
    assert (change.sittings, change.changed, change.elsewhere) == (1, 1, 1)
    await hall.change("x1")
    assert await hall.scores() == {"R1": [10_000], "R2": [7_000]}


async def test_the_change_is_kept_with_its_batch(database: Database) -> None:
    hall = await hall_of(database, ("R1",), BLANK, sections=(Section(Kind.BLANK, 1, 10_000),))
    await hall.sit("R1", t1='["规章","财政"]')
    await hall.change("t1", "规章|法律；财政")
    async with database.read() as tx:
        [row] = await tx.execute(select(tables.exam_key))
        [mark] = await tx.execute(select(tables.exam_mark).where(tables.exam_mark.c.version == 2))
    assert (row.question, row.voided, row.batch, row.reason) == ("t1", False, 1, WHY)
    assert (row.answer, mark.batch) == ('[["规章","法律"],["财政"]]', 1)
