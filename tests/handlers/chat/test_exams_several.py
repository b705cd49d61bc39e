"""Somebody on the rolls of several exams: which is begun, and what `成绩` and `考试` say."""

from dataclasses import dataclass

from sqlalchemy import insert, update

from storage import exams, tables
from storage.database import Database
from tests.handlers.chat.test_exams_around import sit
from tests.handlers.sitting_city import CLOSES, OPENS, TITLE, opened, single
from tests.handlers.stage import MONDAY, Phone, Stage
from training.calendar import DAY
from training.exams import Exam, Excuse, ScoreRelease, State

FIRST, SECOND, THIRD = (tuple(single(n) for n in (10 * k + 1, 10 * k + 2)) for k in range(3))
LATER = CLOSES + DAY
BOTH = (
    f"\n\n您现在可以参加 2 场考试：1“{TITLE}”（2026年11月23日 18:00 截止）；"
    "2“专项考试”（2026年11月24日 18:00 截止）。看另一场请回复“考试 编号”。"
)


@dataclass
class Two:
    stage: Stage
    exams: tuple[Exam, Exam]

    @property
    def zhou(self) -> Phone:
        return self.stage.phone("zhou")


async def two(database: Database, **changed: object) -> Two:
    one = await opened(database, questions=FIRST, release_score=ScoreRelease.AT_ONCE)
    held = {"title": "专项考试", "closes_at": LATER, "release_score": ScoreRelease.AT_ONCE, **changed}
    other = await opened(database, questions=SECOND, city=False, **held)
    return Two(Stage(database), (one, other))


async def test_both_are_named_and_either_is_shown(database: Database) -> None:
    zhou = (await two(database)).zhou
    said = await zhou("考试")
    assert said.startswith(f"【{TITLE}】\n")
    assert f"\n\n回复“开始 1”开始作答，计时即开始。{BOTH}" in said
    for words in ("考试 2", "考试2", "考试：２"):
        said = await zhou(words)
        assert said.startswith("【专项考试】\n")
        assert f"\n\n回复“开始 2”开始作答，计时即开始。{BOTH}" in said
    assert await zhou("考试 3") == "没有找到考试“3”，请核对编号。"


async def test_the_one_that_is_named_is_begun(database: Database) -> None:
    zhou = (await two(database)).zhou
    assert "单选第1" in await zhou("开始 2")  # 11 or 12
    assert "单选第1" in await zhou("考试")  # goes on with it
    await zhou("交卷")
    assert "“专项考试”已交卷" in await zhou("确认")
    alone = await zhou("考试")
    assert "回复“开始”开始作答" in alone and "您现在可以参加" not in alone
    assert await zhou("开始 2") == "《专项考试》最多可以考 1 次，您已经考满。回复“成绩”查看情况。"
    assert "\n单选第" in await zhou("开始 1")


async def test_a_card_begins_the_exam_that_stands_on_it(database: Database) -> None:
    zhou = (await two(database)).zhou
    await zhou("考试 2")
    await zhou("考试 1")
    card = next(card for card in zhou.cards if card.keys["开始考试"].endswith(":2"))
    assert "单选第1" in await zhou.key(card.keys["开始考试"], code=card.code)
    await zhou("交卷")
    assert "“专项考试”已交卷" in await zhou("确认")


async def test_every_score_is_told_the_last_first(database: Database) -> None:
    city = await two(database, release_score=ScoreRelease.MANUAL)
    zhou = city.zhou
    await opened(database, questions=THIRD, city=False, title="第三场", release_score=ScoreRelease.AT_ONCE)
    await zhou("开始 1")
    await sit(zhou, "A", "A")
    for number in (2, 3):
        city.stage.clock.on(minutes=1)
        await zhou(f"开始 {number}")
        await zhou("交卷")
        await zhou("确认")
    last, middle, first = (await zhou("成绩")).split("\n")
    assert last == "“第三场”成绩：0 分（满分 100），不合格"
    assert middle == "“专项考试”已交卷。成绩由市司法局公布，届时回复“成绩”查看。"
    assert first == f"“{TITLE}”成绩：100 分（满分 100），优秀"


async def test_a_score_from_outside_is_told_to_who_was_let_off(database: Database) -> None:
    exam = await opened(database, release_score=ScoreRelease.MANUAL)
    stage = Stage(database)
    zhou = stage.phone("zhou")
    sitting = {"exam": exam.number, "person": "R1", "number": 1, "mode": "paper", "ended_by": "import"}
    clock = {"started_at": OPENS, "deadline_at": OPENS, "ended_at": OPENS, "score": 8_000, "full_marks": 10_000}
    async with database.write() as tx:
        await exams.excuse(tx, exam.number, "R1", Excuse.DEFERRED, "文1", OPENS)
        await tx.execute(insert(tables.exam_attempt).values(**sitting, **clock, evidence="宁司1号（纸质）"))
    assert await zhou("考试") == f"“{TITLE}”：您已办理缓考，请等补考通知。"
    async with database.write() as tx:
        told = {"state": str(State.RELEASED), "scores_released_at": OPENS, "closes_at": OPENS}
        await tx.execute(update(tables.exam).values(**told))
    stage.clock.to(MONDAY + DAY)
    for words in ("考试", "成绩"):
        assert await zhou(words) == f"“{TITLE}”成绩：80 分（满分 100），良好"
