"""试题更正: what is marked anew, what stays, who is told; proposed by one and confirmed by another."""

import pytest

from handlers.actions import exam_remarking
from question_bank.questions import Kind, Question
from storage import exams, tables
from storage.database import Database
from tests.bot.desk import rows, verified
from tests.handlers.city import add_person
from tests.handlers.exam_sat import BLANK, CASE, JUDGE, MULTIPLE, SINGLES, WHY, hall_of
from tests.handlers.stage import MONDAY, at
from training.exams import Grading, ScoreRelease, Section

AT_ONCE = {"release_score": ScoreRelease.AT_ONCE}
ONE = {"sections": (Section(Kind.SINGLE, 1, 10_000),), **AT_ONCE}
X1, Y1, Z1 = SINGLES[0], MULTIPLE, JUDGE


def of(question: Question, grading: Grading = Grading.EXACT) -> dict[str, object]:
    return {"sections": (Section(question.kind, 1, 10_000),), "grading": grading}


EXACT, PARTIAL, SHARE = Grading.EXACT, Grading.PARTIAL, Grading.PER_OPTION


@pytest.mark.parametrize(
    ("question", "grading", "given", "changed", "answer", "before", "after"),
    [
        (X1, EXACT, {"x1": "B"}, "x1", None, 0, 10_000),
        (X1, EXACT, {}, "x1", None, 0, 10_000),
        (X1, EXACT, {"x1": "B"}, "x1", "B", 0, 10_000),
        (X1, EXACT, {"x1": "A"}, "x1", "b", 10_000, 0),
        (X1, EXACT, {}, "x1", "B", 0, 0),
        (Y1, EXACT, {"y1": "A"}, "y1", "A", 0, 10_000),
        (Y1, EXACT, {"y1": "AB"}, "y1", "CAB", 10_000, 0),
        (Y1, PARTIAL, {"y1": "A"}, "y1", "A", 5_000, 10_000),
        (Y1, PARTIAL, {"y1": "AB"}, "y1", "ABC", 10_000, 5_000),
        (Y1, SHARE, {"y1": "AB"}, "y1", "ABC", 10_000, 6_667),
        (Y1, SHARE, {"y1": "A"}, "y1", "CD", 5_000, 0),
        (Y1, SHARE, {"y1": "D"}, "y1", None, 0, 10_000),
        (Z1, EXACT, {"z1": "错"}, "z1", "错误", 0, 10_000),
        (BLANK, EXACT, {"t1": '["规章","银行"]'}, "t1", "规章|法律；财政", 5_000, 5_000),
        (BLANK, EXACT, {"t1": '["规章","财政"]'}, "t1", "规章｜法律;财政", 0, 10_000),
        (BLANK, EXACT, {"t1": '["规章","财政"]'}, "t1", None, 0, 10_000),
        (CASE, EXACT, {"c1-1": "A", "c1-2": "对"}, "c1-1", "B", 10_000, 5_000),
        (CASE, EXACT, {"c1-1": "B"}, "c1-1", "B", 0, 5_000),
        (CASE, EXACT, {"c1-2": "错"}, "c1-2", None, 0, 5_000),
        (CASE, EXACT, {}, "c1", None, 0, 10_000),
    ],
)
async def test_what_a_change_is_worth(
    database: Database,
    question: Question,
    grading: Grading,
    given: dict[str, str],
    changed: str,
    answer: str | None,
    before: int,
    after: int,
) -> None:
    hall = await hall_of(database, ("R1",), question, **of(question, grading))
    attempt = await hall.begin("R1", given)
    await hall.hand_in(attempt, "R1")
    assert await hall.scores() == {"R1": [before]}
    await hall.change(changed, answer)
    assert await hall.scores() == {"R1": [after]}
    first, second = await hall.kept(attempt)
    assert (first.marks.score, first.reason, second.marks.score) == (before, "交卷", after)
    what = "作废" if answer is None else "更正答案"
    assert (second.version, second.reason) == (2, f"试题 {changed} {what}（{WHY}）")


async def test_from_the_proposal_to_who_is_told(database: Database) -> None:
    """R1 passes now, R3 does not any more, R2 has no such question wrong; nothing before the second admin."""
    hall = await hall_of(database, ("R1", "R2", "R3"), X1, **ONE)
    for number, chosen in (("R1", "B"), ("R2", "C"), ("R3", "A")):
        await hall.sit(number, x1=chosen)
    stage, second = hall.stage, hall.stage.phone("second")
    stage.clock.on(minutes=5)
    assert await hall.propose("x1", "B") == 1
    assert await hall.scores() == {"R1": [0], "R2": [0], "R3": [10_000]}
    assert await second("审核 1") == (
        "【批次 1（11月23日）考试 1 试题 x1 更正答案，江平提出：答案有误】\n"
        "《2026年度法律知识考试》试题 x1：单选第1题，选甲1？\n"
        "答案 A→B。\n"
        "已交卷且有此题的 3 份，2 份分数有变；新增合格 1 人，不再合格 1 人（确认时按届时的答卷办理）。\n"
        "查看明细请回复“审核 编号”，同意请回复“确认 编号”，不同意请回复“退回 编号 理由”。"
    )
    assert await stage.phone("admin")("确认 1") == "自己提出的批次须由另一名市级管理员确认。"
    assert await second("确认 1") == "批次 1 已确认并生效：考试 1 试题 x1 更正答案。"
    assert await hall.scores() == {"R1": [10_000], "R2": [0], "R3": [0]}
    zhou, wu = stage.phone("zhou"), stage.phone("wu")
    assert await zhou.read() == (
        "“2026年度法律知识考试”成绩有更正：0 分→100 分（满分 100），优秀，2.00 学时已入账。"
        "原因：有试题的答案经复核更正。如有疑问，请联系本单位管理员。"
    )
    assert "100 分→0 分（满分 100），不合格，已入账的 2.00 学时已冲回。原因：" in await wu.read()
    assert "100 分→0 分" in await stage.phone("wu2").read()
    assert await stage.phone("chen").read() == ""
    assert await stage.phone("admin").read() != ""
    assert await hall.lines("R1") == [("1:R1", "2.00")]
    assert await hall.lines("R3") == [("1:R3", "2.00"), ("1", "-2.00")]
    assert (await hall.hours("R1"), await hall.hours("R2"), await hall.hours("R3")) == (200, 0, 0)
    assert "“2026年度法律知识考试”成绩：100 分（满分 100），优秀" in await zhou("考试")
    notes = await rows(database, tables.ledger_entry.c.seq, tables.ledger_entry.c.note)
    assert (2, "冲销第 1 条：考试 1 试题 x1 更正答案（答案有误），重新评卷后不合格") in notes
    assert await verified(database)


async def test_a_reason_is_told_with_the_answers_and_not_before(database: Database) -> None:
    hall = await hall_of(database, ("R1",), X1, **ONE)
    await hall.sit("R1", x1="B")
    async with database.write() as tx:
        await exams.mark_released(tx, 1, at(MONDAY, "11:00"), scores=True, answers=True)
    second = hall.stage.phone("second")
    await hall.propose("x1", None, "答案应为 A 或 B")
    await second("确认 1")
    said = await hall.stage.phone("zhou").read()
    assert "原因：有试题经复核作废，按满分计（答案应为 A 或 B）。" in said


async def test_an_exam_whose_scores_are_not_out_tells_nobody(database: Database) -> None:
    hall = await hall_of(database, ("R1",), X1, **{**ONE, "release_score": ScoreRelease.AT_CLOSE})
    await hall.sit("R1", x1="B")
    await hall.propose("x1", "B")
    await hall.stage.phone("second")("确认 1")
    assert await hall.scores() == {"R1": [10_000]}
    assert await hall.stage.phone("zhou").read() == ""
    assert (await hall.lines(), await hall.mind()) == ([], 0)


async def test_a_dry_run_changes_nothing(database: Database) -> None:
    hall = await hall_of(database, ("R1", "R2", "R3"), X1, **ONE)
    for number, chosen in (("R1", "B"), ("R2", "C"), ("R3", "A")):
        await hall.sit(number, x1=chosen)
    async with database.read() as tx:
        found = await exam_remarking.dry_run(tx, 1, "x1", "B")
        voided = await exam_remarking.dry_run(tx, 1, "x1", None)
    told = [(one.person, one.before.score, one.after.score, one.passed_before, one.passes) for one in found.changed]
    assert told == [("R1", 0, 10_000, False, True), ("R3", 10_000, 0, True, False)]
    change = found.proposal
    assert (change.sittings, change.changed, change.more, change.fewer) == (3, 2, 1, 1)
    change = voided.proposal
    assert (change.sittings, change.changed, change.more, change.fewer) == (3, 2, 2, 0)
    assert await hall.scores() == {"R1": [0], "R2": [0], "R3": [10_000]}
    assert await rows(database, tables.exam_key.c.id) == await rows(database, tables.batch.c.id) == []
    assert len(await rows(database, tables.exam_mark.c.attempt, tables.exam_mark.c.version)) == 3


async def test_only_papers_with_the_question_are_marked_again(database: Database) -> None:
    """One of three singles is on each paper; what comes to the same score is still marked, and nobody is told."""
    persons = tuple(f"P{n:02}" for n in range(30))
    sections = (Section(Kind.SINGLE, 1, 10_000),)
    hall = await hall_of(database, persons, *SINGLES, sections=sections, **AT_ONCE)
    async with database.write() as tx:
        for number in persons:
            await add_person(tx, number)
    attempts = {number: await hall.sit(number, x1="A", x2="A", x3="A") for number in persons}
    await hall.change("x2", "B")
    again = {number for number, attempt in attempts.items() if len(await hall.kept(attempt)) == 2}
    assert again == {number for number, scores in (await hall.scores()).items() if scores == [0]}
    assert 0 < len(again) < 30
    await hall.change("x2")
    scores = await hall.scores()
    assert {number for number in persons if len(await hall.kept(attempts[number])) == 3} == again
    assert set(map(tuple, scores.values())) == {(10_000,)}
    assert await hall.mind() == 0


async def test_open_sittings_are_marked_when_they_end(database: Database) -> None:
    hall = await hall_of(database, ("R1", "R2"), X1, **ONE)
    sitting = await hall.begin("R1", {"x1": "B"})
    await hall.change("x1", "B")
    assert (await hall.kept(sitting), await hall.scores()) == ([], {})
    await hall.hand_in(sitting, "R1")
    assert await hall.scores() == {"R1": [10_000]}
    assert await hall.lines() == [("1:R1", "2.00")]
    await hall.sit("R2", x1="A")
    assert (await hall.scores())["R2"] == [0]
    hall.stage.clock.on(minutes=30)
    await hall.mind()
    assert await hall.scores() == {"R1": [10_000], "R2": [0]}
    assert await hall.lines() == [("1:R1", "2.00")]


async def test_the_sitting_that_counts_decides(database: Database) -> None:
    """Of two the higher one: it falls, and the other one counts."""
    sections = (Section(Kind.SINGLE, 1, 4_000), Section(Kind.JUDGE, 1, 6_000))
    hall = await hall_of(database, ("R1",), X1, Z1, sections=sections, attempts=2, **AT_ONCE)
    await hall.sit("R1", x1="A")
    await hall.sit("R1", x1="A", z1="对")
    assert await hall.scores() == {"R1": [4_000, 10_000]}
    await hall.propose("z1", "错")
    await hall.stage.phone("second")("确认 1")
    assert await hall.scores() == {"R1": [4_000, 4_000]}
    assert "100 分→40 分（满分 100），不合格，已入账的 2.00 学时已冲回。" in await hall.stage.phone("zhou").read()
    assert await hall.hours() == 0


async def test_the_last_word_of_several_counts(database: Database) -> None:
    hall = await hall_of(database, ("R1",), X1, **ONE)
    attempt = await hall.sit("R1", x1="B")
    for answer, score in (("B", 10_000), ("C", 0), (None, 10_000), ("A", 0), ("B", 10_000)):
        await hall.change("x1", answer)
        assert await hall.scores() == {"R1": [score]}
    assert [one.version for one in await hall.kept(attempt)] == [1, 2, 3, 4, 5, 6]
    assert await hall.lines() == [
        ("1:R1", "2.00"),
        ("1", "-2.00"),
        ("1:R1#2", "2.00"),
        ("3", "-2.00"),
        ("1:R1#3", "2.00"),
    ]
    assert (await hall.hours(), await verified(database)) == (200, True)
