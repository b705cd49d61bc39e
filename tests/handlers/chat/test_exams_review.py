"""`答卷`: what was wrong and why, once answers are released, and not a word of it before."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from storage.database import Database
from tests.handlers.sitting_city import BLANK, CASE, CLOSES, JUDGE, opened, single
from tests.handlers.stage import BREAK, Stage
from training.exams import AnswerRelease, ScoreRelease

WHY = "由法律设定，地方不得自行设定。"
ASKED = (replace(single(1), explanation=WHY), JUDGE, BLANK, CASE)
KEPT = "《2026年度法律知识考试》的答案还没有公布：考试和补考都结束以后才会公布。"


def first(said: str) -> str:
    """The answer itself, without what was pushed since."""
    return said.partition(BREAK)[0]


@pytest.fixture
async def sat(database: Database) -> Stage:
    """周敏 has handed in; the score was told at once."""
    await opened(
        database,
        questions=ASKED,
        release_score=ScoreRelease.AT_ONCE,
        release_answers=AnswerRelease.AT_CLOSE,
    )
    stage = Stage(database)
    zhou = stage.phone("zhou")
    for words in ("开始", "B", "对", "法律；财政", "下一题", "错", "交卷"):
        await zhou(words)
    assert "成绩：" in await zhou("确认")
    return stage


async def test_nothing_before_the_end(sat: Stage) -> None:
    zhou = sat.phone("zhou")
    assert first(await zhou("答卷")) == KEPT
    sat.clock.now = CLOSES - timedelta(seconds=1)
    await sat.mind_exams()
    assert first(await zhou("我的答卷")) == KEPT
    assert WHY not in await zhou("考试")


async def test_what_was_wrong_and_why(sat: Stage) -> None:
    sat.clock.now = CLOSES + timedelta(minutes=1)
    for _ in range(2):
        await sat.mind_exams()
    said = await sat.phone("zhou")("答卷")
    assert first(said) == (
        "【2026年度法律知识考试】37.5 分，共 5 题，以下 4 题没有得满分：\n"
        "\n"
        "第1题 单选题（得 0/25 分）\n"
        "单选第1题，选甲？\nA. 甲1\nB. 乙1\nC. 丙1\nD. 丁1\n"
        "您的答案：B\n正确答案：A\n"
        f"解析：{WHY}\n"
        "\n"
        "第3题 填空题（得 12.5/25 分）\n"
        "罚款由____设定，由____收缴。\n"
        "您的答案：法律；财政\n正确答案：法律；银行／指定的银行\n"
        "\n"
        "第4题 单选题（得 0/12.5 分）\n"
        "【案例】某局对王某罚款二百元。\n"
        "应当出示什么？\nA. 证件\nB. 名片\n"
        "您的答案：未答\n正确答案：A\n"
        "\n"
        "第5题 判断题（得 0/12.5 分）\n"
        "【案例】某局对王某罚款二百元。\n"
        "王某可以申辩。\n"
        "您的答案：错\n正确答案：对"
    )


async def test_who_never_sat_has_nothing_to_look_at(sat: Stage) -> None:
    assert "没有" in await sat.phone("chen")("答卷")
