"""`证书` in transcripts: in words and as a picture after a released pass, and a clear sentence before it."""

from typing import Any

import pytest
from msgspec.structs import replace

from bot.tasks import Tasks
from handlers.message import Later
from handlers.pictures.drawing import Drawings
from storage import exams
from storage.database import Database
from tests.handlers.exam_sat import Hall
from tests.handlers.sitting_city import OPENS, TITLE, opened, single
from tests.handlers.stage import MONDAY, Stage, at
from training.certificates import number_of
from training.exams import Excuse, Keep, ScoreRelease
from training.rules import Compliance, Rules

FIVE = tuple(single(n) for n in range(1, 6))
GOOD = {"x001": "A", "x002": "A", "x003": "A", "x004": "A", "x005": "B"}
BAD = dict.fromkeys(GOOD, "B")
AT_ONCE: dict[str, Any] = {"release_score": ScoreRelease.AT_ONCE}


async def hall(database: Database, rules: Rules | None = None, **changed: Any) -> Hall:
    exam = await opened(database, questions=FIVE, **changed)
    return Hall(Stage(database, rules=rules), exam)


async def test_who_passed_gets_words_and_a_picture(database: Database) -> None:
    held = await hall(database, **AT_ONCE)
    await held.sit("R1", **GOOD)
    zhou = held.stage.phone("zhou")
    number = number_of(held.exam, "R1")
    assert await zhou("证书") == (
        f"【合格证书】（试运行·自愿使用）\n周敏（11）参加“{TITLE}”，成绩 80 分（满分 100 分），良好。\n"
        f"考试日期：2026年11月23日\n证书编号：{number}\n发证单位：市司法局\n证书图片随后发给您。"
    )
    assert held.stage.later == [Later("certificate", "R1", "zhou")]
    drawings = Drawings()
    tasks = Tasks(
        held.database,
        {"wecom": held.stage.wire},
        held.stage.rules,
        drawings,
        held.stage.clock,
        held.stage.sender.wake,
    )
    tasks.start("wecom", held.stage.later[0])
    await tasks.finish()
    await drawings.close()
    assert await zhou.read() == "<image 合格证书.png>"


async def test_what_was_taken_away_meanwhile_is_not_drawn(database: Database) -> None:
    held = await hall(database, **AT_ONCE)
    await held.sit("R1", **BAD)
    drawings, stage = Drawings(), held.stage
    tasks = Tasks(held.database, {"wecom": stage.wire}, stage.rules, drawings, stage.clock, stage.sender.wake)
    tasks.start("wecom", Later("certificate", "R1", "zhou"))
    tasks.start("wecom", Later("hours_picture", "R1", "zhou"))
    await tasks.finish()
    await drawings.close()
    assert await stage.phone("zhou").read() == "<image 我的学时.png>"


async def test_a_filed_installation_is_not_on_trial_and_text_only_has_no_picture(database: Database) -> None:
    held = await hall(database, Rules(compliance=Compliance(filing_no="皖备1号")), **AT_ONCE)
    await held.sit("R1", **GOOD)
    zhou = held.stage.phone("zhou")
    await zhou("文字版")
    said = await zhou("我的证书")
    assert said.startswith("【合格证书】\n周敏（11）")
    assert said.endswith("发证单位：市司法局")
    assert held.stage.later == []


async def test_a_pass_that_is_not_released_is_no_certificate(database: Database) -> None:
    held = await hall(database, release_score=ScoreRelease.MANUAL)
    await held.sit("R1", **GOOD)
    zhou = held.stage.phone("zhou")
    assert await zhou("证书") == (
        f"“{TITLE}”的成绩还没有公布，暂时没有证书。成绩由市司法局公布，届时回复“成绩”查看。"
    )
    async with held.database.write() as tx:
        await exams.mark_released(tx, held.exam.number, at(MONDAY, "12:00"), scores=True)
    assert "证书编号：" in await zhou("证书")


async def test_who_failed_or_never_sat_is_told_so(database: Database) -> None:
    held = await hall(database, **AT_ONCE)
    zhou = held.stage.phone("zhou")
    assert await zhou("证书") == f"没有您参加“{TITLE}”的成绩，没有证书。回复“考试”查看考试安排。"
    await held.sit("R1", **BAD)
    assert await zhou("证书") == f"“{TITLE}”成绩不合格，没有证书。有补考的，请参加补考，届时会通知您。"
    assert await held.stage.phone("chen")("证书") == (
        "还没有您参加的考试，没有证书。回复“考试”查看可以参加的考试。"
    )
    assert held.stage.later == []


@pytest.mark.parametrize("keep, said", [(Keep.HIGHEST, "成绩 80 分"), (Keep.LAST, "成绩不合格")])
async def test_the_sitting_that_counts_decides(database: Database, keep: Keep, said: str) -> None:
    held = await hall(database, attempts=2, keep=keep, **AT_ONCE)
    await held.sit("R1", **GOOD)
    await held.sit("R1", **BAD)
    assert said in await held.stage.phone("zhou")("证书")


async def test_the_newest_pass_stands_behind_a_newer_failure(database: Database) -> None:
    held = await hall(database, **AT_ONCE)
    await held.sit("R1", **GOOD)
    later = await opened(
        database, questions=(single(9),), city=False, title="后一场", closes_at=at(MONDAY, "19:00"), **AT_ONCE
    )
    zhou = held.stage.phone("zhou")
    await Hall(held.stage, later).sit("R1", x009="B")
    assert f"参加“{TITLE}”" in await zhou("证书")
    third = await opened(
        database, questions=(single(8),), city=False, title="第三场", closes_at=at(MONDAY, "20:00"), **AT_ONCE
    )
    await Hall(held.stage, third).sit("R1", x008="A")
    assert "参加“第三场”" in await zhou("证书")


async def test_who_is_excused_has_no_score_that_counts(database: Database) -> None:
    held = await hall(database, **AT_ONCE)
    await held.sit("R1", **GOOD)
    async with held.database.write() as tx:
        assert await exams.excuse(tx, held.exam.number, "R1", Excuse.EXCUSED, "1号", OPENS)
    assert (await held.stage.phone("zhou")("证书")).startswith("还没有您参加的考试")


async def test_new_marks_take_the_certificate_away(database: Database) -> None:
    held = await hall(database, **AT_ONCE)
    await held.sit("R1", x001="A", x002="A", x003="A", x004="B", x005="B")
    zhou = held.stage.phone("zhou")
    assert "成绩 60 分（满分 100 分），合格" in await zhou("证书")
    await held.change("x001", "C")
    assert (await zhou("证书")).startswith(f"“{TITLE}”成绩不合格")


async def test_numbers_differ_by_person_exam_and_seed(database: Database) -> None:
    exam = await opened(database, questions=FIVE)
    others = (replace(exam, number=2), replace(exam, settings=replace(exam.settings, seed="t")))
    numbers = [number_of(exam, "R1"), number_of(exam, "R2"), *(number_of(other, "R1") for other in others)]
    assert len({number.rpartition("-")[2] for number in numbers}) == 4
    assert numbers[0].startswith("XF2026-1-")
