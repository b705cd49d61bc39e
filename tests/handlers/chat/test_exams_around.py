"""Before and after a sitting: who may sit when, how often, what is told of the score, and the hours for it."""

from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import insert

from storage import exams, tables
from storage.database import Database
from tests.handlers.chat.saying import lines
from tests.handlers.sitting_city import CLOSES, JUDGE, OPENS, TITLE, opened, single
from tests.handlers.stage import MONDAY, Phone, Stage, at
from tests.storage.rows import ledger_lines
from training.calendar import DAY
from training.exams import Excuse, Keep, ScoreRelease, State
from training.forms import Form

AT_ONCE: dict[str, Any] = {"release_score": ScoreRelease.AT_ONCE}
FIVE = tuple(single(n) for n in range(1, 6))
FAILED = "成绩：40 分（满分 100），不合格"


async def sit(phone: Phone, *answers: str) -> str:
    """Start, answer in order, hand in; what is said then."""
    await phone("开始")
    for words in answers:
        await phone(words)
    await phone("交卷")
    return await phone("确认")


async def test_nobody_else_has_an_exam(database: Database) -> None:
    await opened(database, "R1")
    chen = Stage(database).phone("chen")
    assert await chen("考试") == "目前没有安排您参加的考试。"
    assert await chen("开始") == "目前没有安排您参加的考试。"


@pytest.mark.parametrize(
    ("why", "look", "start"),
    [
        (
            Excuse.DEFERRED,
            "您已办理缓考，请等补考通知。",
            f"您已获准缓考《{TITLE}》，请参加之后的补考，届时会通知您。",
        ),
        (Excuse.EXCUSED, "您已办理免考，不用参加。", f"您已获准免考《{TITLE}》，不需要参加。"),
    ],
)
async def test_who_is_excused_does_not_sit(database: Database, why: Excuse, look: str, start: str) -> None:
    exam = await opened(database)
    async with database.write() as tx:
        assert await exams.excuse(tx, exam.number, "R1", why, "宁司〔2026〕1号", OPENS)
    zhou = Stage(database).phone("zhou")
    assert await zhou("考试") == f"“{TITLE}”：{look}"
    assert await zhou("开始") == start


async def test_before_the_window_and_after_it(database: Database) -> None:
    exam = await opened(database)
    async with database.write() as tx:
        assert await exams.move(tx, exam, State.PUBLISHED)
    stage = Stage(database)
    zhou = stage.phone("zhou")
    window = f"《{TITLE}》的开放时间是2026年11月23日 09:00至2026年11月23日 18:00，请在这段时间内参加。"
    stage.clock.to(MONDAY, "8:59:59")
    assert await zhou("考试") == (
        f"“{TITLE}”将于 2026年11月23日 09:00 开始，2026年11月23日 18:00 结束。到时回复“考试”作答。"
    )
    assert await zhou("开始") == window
    stage.clock.to(MONDAY, "18:00")
    assert await zhou("考试") == (
        f"“{TITLE}”已于 2026年11月23日 18:00 结束，没有您的答卷。如有疑问，请联系本单位管理员。"
    )
    assert await zhou("开始") == window
    stage.clock.to(MONDAY, "9:00")  # the clock job has not come round yet
    assert (await zhou("开始")).startswith("1/6 单选题\n")


async def test_who_starts_late_has_until_the_window_ends(database: Database) -> None:
    await opened(database)
    stage = Stage(database)
    stage.clock.to(MONDAY, "17:30:30")
    zhou = stage.phone("zhou")
    assert "限时 30 分钟" in await zhou("考试")
    assert "\n20 分 · 剩余 30 分钟（18:00 止） · " in await zhou("开始")
    stage.clock.to(MONDAY, "17:59:59")
    assert "\n20 分 · 剩余 1 分钟（18:00 止） · " in await zhou("考试")


async def test_the_time_left_is_the_servers(database: Database) -> None:
    await opened(database)
    stage = Stage(database)
    zhou = stage.phone("zhou")
    await zhou("开始")
    stage.clock.to(MONDAY, "10:29")
    said = await zhou("A")
    assert said.startswith(
        "✓ 已保存 第1题 A 10:29:00\n【2/6 多选题】20 分 · 剩余 31 分钟（11:00 止） · 未答 5 题\n"
    )


@pytest.mark.parametrize(
    ("keep", "score"),
    [
        (Keep.HIGHEST, "80 分（满分 100），良好（2 次中的第 2 次）"),
        (Keep.FIRST, "40 分（满分 100），不合格（2 次中的第 1 次）"),
        (Keep.LAST, "80 分（满分 100），良好（2 次中的第 2 次）"),
    ],
)
async def test_two_attempts(database: Database, keep: Keep, score: str) -> None:
    await opened(database, questions=FIVE, attempts=2, keep=keep, **AT_ONCE)
    zhou = Stage(database).phone("zhou")
    assert FAILED in await sit(zhou, "A", "A")
    again = await zhou("考试")
    assert f"\n\n您已考 1 次。“{TITLE}”{FAILED}\n\n回复“开始”" in again
    assert "成绩：80 分（满分 100），良好" in await sit(zhou, "A", "A", "A", "A")
    assert await zhou("成绩") == f"“{TITLE}”成绩：{score}"
    assert await zhou("开始") == f"《{TITLE}》最多可以考 2 次，您已经考满。回复“成绩”查看情况。"


async def test_a_worse_second_attempt(database: Database) -> None:
    await opened(database, questions=FIVE, attempts=2, keep=Keep.LAST, **AT_ONCE)
    zhou = Stage(database).phone("zhou")
    await sit(zhou, "A", "A", "A", "A")
    await sit(zhou, "A", "A")
    assert await zhou("成绩") == f"“{TITLE}”{FAILED}（2 次中的第 2 次）"


@pytest.mark.parametrize(
    ("right", "said"),
    [
        (2, "40 分（满分 100），不合格"),
        (3, "60 分（满分 100），合格"),
        (4, "80 分（满分 100），良好"),
        (5, "100 分（满分 100），优秀"),
    ],
)
async def test_a_score_at_once_has_its_band(database: Database, right: int, said: str) -> None:
    await opened(database, questions=FIVE, **AT_ONCE)
    zhou = Stage(database).phone("zhou")
    hours = "\n学时已入账，回复“我的学时”查看。" if right > 2 else ""
    told = await sit(zhou, *["A"] * right)
    assert told == f"“{TITLE}”已交卷：共 5 题，已答 {right} 题。\n成绩：{said}{hours}"
    assert await zhou("考试") == f"“{TITLE}”成绩：{said}"


async def test_a_score_at_close_is_not_told_before(database: Database) -> None:
    exam = await opened(database, questions=FIVE, release_score=ScoreRelease.AT_CLOSE)
    stage = Stage(database)
    zhou = stage.phone("zhou")
    when = "成绩在 2026年11月23日 18:00 考试结束后公布，届时回复“成绩”查看。"
    assert await sit(zhou, *"AAAAA") == f"“{TITLE}”已交卷：共 5 题，已答 5 题。\n{when}"
    assert await zhou("考试") == f"“{TITLE}”已交卷。{when}"
    assert await lines(stage) == []
    stage.clock.to(MONDAY, "18:00")
    async with database.write() as tx:
        await exams.mark_released(tx, exam.number, CLOSES, scores=True)
    assert await zhou("考试") == f"“{TITLE}”成绩：100 分（满分 100），优秀"


async def test_a_score_released_by_hand(database: Database) -> None:
    await opened(database, questions=FIVE, release_score=ScoreRelease.MANUAL)
    zhou = Stage(database).phone("zhou")
    assert (await sit(zhou, "A")).endswith("\n成绩由市司法局公布，届时回复“成绩”查看。")


async def test_what_ran_out_says_so(database: Database) -> None:
    await opened(database, questions=FIVE, release_score=ScoreRelease.MANUAL)
    stage = Stage(database)
    zhou = stage.phone("zhou")
    await zhou("开始")
    await zhou("A")
    stage.clock.to(MONDAY, "11:00:21")
    assert await zhou("考试") == f"“{TITLE}”已到时自动交卷。成绩由市司法局公布，届时回复“成绩”查看。"


async def test_the_hours_of_a_passed_exam(database: Database) -> None:
    await opened(database, questions=FIVE, attempts=2, **AT_ONCE)
    stage = Stage(database)
    zhou = stage.phone("zhou")
    await sit(zhou, "A", "A")
    assert await lines(stage) == []  # not when failing
    await sit(zhou, "A", "A", "A")
    assert await lines(stage) == [(MONDAY, "2.00", 2026)]
    async with database.read() as tx:
        [line] = await ledger_lines(tx)
    made = line.entry
    assert (made.form, made.title, made.source, made.source_ref) == (Form.EXAM, TITLE, "exam", "1:R1")
    assert made.rule == "法律知识考试合格 2 学时，每年一次"
    assert "计入学时：2.00 / 50.00" in await zhou("我的学时")


async def test_hours_come_once(database: Database) -> None:
    """Neither for a second attempt that is passed, nor for another exam of the year."""
    await opened(database, questions=FIVE, attempts=2, **AT_ONCE)
    await opened(database, questions=[replace(JUDGE, id="other")], city=False, title="另一场", **AT_ONCE)
    stage = Stage(database)
    zhou = stage.phone("zhou")
    said = [await sit(zhou, "A", "A", "A", "A"), await sit(zhou, *"AAAAA"), await sit(zhou, "对")]
    assert [("合格" in one, "良好" in one, "优秀" in one) for one in said] == [
        *((False, True, False), (False, False, True), (False, False, True))
    ]
    assert ["学时已入账" in one for one in said] == [True, False, False]
    assert await lines(stage) == [(MONDAY, "2.00", 2026)]


async def test_a_closed_year_takes_no_hours(database: Database) -> None:
    await opened(database, questions=FIVE, **AT_ONCE)
    closed = {
        "year": 2026,
        "kind": "closed",
        "at": OPENS,
        "by": "R5",
        "batch": 1,
        "head_seq": 0,
        "head_hash": "0" * 64,
    }
    async with database.write() as tx:
        await tx.execute(insert(tables.year_event).values(**closed))
    stage = Stage(database)
    assert "成绩：100 分（满分 100），优秀" in await sit(stage.phone("zhou"), *"AAAAA")
    assert await lines(stage) == []


async def test_of_two_open_exams_the_one_that_closes_first(database: Database) -> None:
    await opened(database, closes_at=at(MONDAY + DAY, "18:00"))
    await opened(database, questions=[replace(JUDGE, id="other")], city=False, title="先截止的")
    zhou = Stage(database).phone("zhou")
    assert (await zhou("考试")).startswith("【先截止的】\n")
    await sit(zhou, "对")
    assert (await zhou("考试")).startswith(f"【{TITLE}】\n")


async def test_the_score_of_the_exam_sat_last(database: Database) -> None:
    """First, also while there is another one to sit."""
    await opened(database, questions=FIVE, **AT_ONCE)
    stage = Stage(database)
    zhou = stage.phone("zhou")
    assert (await zhou("成绩")).startswith(f"【{TITLE}】\n")  # nothing was sat yet
    await sit(zhou, "A", "A")
    await opened(database, questions=[replace(JUDGE, id="other")], city=False, title="补考", **AT_ONCE)
    assert (await zhou("考试")).startswith("【补考】\n")
    assert await zhou("我的成绩") == f"“{TITLE}”{FAILED}"
    await zhou("开始")
    assert await zhou("成绩") == f"“{TITLE}”{FAILED}"
    stage.clock.to(MONDAY, "11:00:21")
    assert await zhou("成绩") == f"“补考”成绩：0 分（满分 100），不合格\n“{TITLE}”{FAILED}"
