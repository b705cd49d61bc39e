"""`导出 考试`: the reports of an exam as a file in chat, within scope and without a key that is not released."""

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from storage import tables
from storage.database import Database
from tests.bot.exporting import exporter_of, files
from tests.handlers.report_city import build
from tests.handlers.sitting_city import CLOSES, JUDGE, opened, single
from tests.handlers.stage import Stage
from training.exams import AnswerRelease

PLACES = {"R11": "sfj", "P6": "czj"}


@pytest.fixture
async def stage(database: Database) -> Stage:
    """周敏 of 司法局 and P6 of 财政局 are on the roll; 周敏 has handed in."""
    await build(database)
    await opened(
        database,
        *PLACES,
        questions=(single(1), JUDGE),
        city=False,
        release_answers=AnswerRelease.AT_CLOSE,
    )
    async with database.write() as tx:
        for person, unit in PLACES.items():
            here = tables.exam_roll.c.person == person
            await tx.execute(update(tables.exam_roll).where(here).values(unit=unit))
    stage = Stage(database)
    zhou = stage.phone("zhou")
    for words in ("开始", "A", "错", "确认"):
        await zhou(words)
    return stage


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


async def over(stage: Stage) -> None:
    stage.clock.now = CLOSES + timedelta(minutes=1)
    for _ in range(3):
        await stage.mind_exams()


async def test_the_city_has_everybody_and_no_key_before_its_time(stage: Stage) -> None:
    admin = stage.phone("admin")
    assert "正在生成《考试1报表》（范围：全市）" in await admin("导出 考试")
    assert await exporter_of(stage).make_due()
    await stage.send_all()
    [(receivers, name, content)] = files(stage)
    assert (receivers, name) == (("admin",), "考试1报表（全市）20261123.xlsx")
    found = sheets(content)
    assert "试题分析" not in found
    names = [row[3] for row in found["成绩明细"][1:] if row[3]]
    assert names == ["P6", "R11"]


async def test_with_the_keys_when_they_are_released(stage: Stage) -> None:
    await over(stage)
    await stage.phone("du")("导出 考试 1")
    assert await exporter_of(stage).make_due()
    await stage.send_all()
    [(_, _, content)] = files(stage)
    assert "试题分析" in sheets(content)


async def test_a_unit_sees_its_own_and_not_before_the_release(stage: Stage) -> None:
    guan = stage.phone("guan")
    assert await guan("导出 考试") == "《2026年度法律知识考试》的成绩还没有公布，公布后再导出。"
    await over(stage)
    assert "范围：司法局及下级" in await guan("导出 考试 1 司法局")
    assert await exporter_of(stage).make_due()
    await stage.send_all()
    [(_, _, content)] = files(stage)
    assert [row[3] for row in sheets(content)["成绩明细"][1:] if row[3]] == ["R11"]
    assert "不在您的管辖单位内" in await guan("导出 考试 1 财政局")


async def test_an_exam_that_is_not_there(stage: Stage) -> None:
    assert await stage.phone("admin")("导出 考试 9") == "没有找到考试“9”，请核对编号。"
    assert "需要管理员权限" in await stage.phone("zhou")("导出 考试")
