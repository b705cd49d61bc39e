"""When people may be called about an exam: never in the quiet hours, whatever the clock does in them."""

from datetime import UTC, timedelta

import pytest

from bot.config import Schedule
from bot.scheduler import calling, minding
from handlers.actions import exam_remarking
from question_bank.questions import Kind
from storage.database import Database
from tests.handlers.exam_sat import SINGLES, hall_of
from tests.handlers.sitting_city import CLOSES, opened
from tests.handlers.stage import MONDAY, Stage, at
from training.calendar import DAY
from training.exams import ScoreRelease, Section

LATE = CLOSES + DAY
NIGHT, LUNCH, NEVER = (Schedule(quiet_hours=hours) for hours in ("21:30-07:45", "12:00-14:00", "00:00-00:00"))


@pytest.mark.parametrize(
    ("schedule", "now", "then"),
    [
        (NIGHT, "07:44:59", "07:45"),
        (NIGHT, "07:45", "07:45"),
        (NIGHT, "21:29:59", "21:29:59"),
        (NIGHT, "00:00", "07:45"),
        (LUNCH, "11:59", "11:59"),
        (LUNCH, "12:00", "14:00"),
        (LUNCH, "13:59:59", "14:00"),
        (NEVER, "00:00", "00:00"),
        (NEVER, "03:00", "03:00"),
    ],
)
def test_the_next_moment_at_which_people_may_be_called(schedule: Schedule, now: str, then: str) -> None:
    assert calling(schedule, at(MONDAY, now)) == at(MONDAY, then)


def test_in_the_evening_it_is_the_next_day() -> None:
    assert calling(NIGHT, at(MONDAY, "21:30").astimezone(UTC)) == at(MONDAY + DAY, "07:45")


async def test_scores_that_come_at_night_are_told_in_the_morning(database: Database) -> None:
    await opened(database)
    stage = Stage(database)
    zhou = stage.phone("zhou")
    for words in ("开始", "A", "交卷", "确认"):
        await zhou(words)
    mind = minding(NIGHT, stage.exam_clock)
    stage.clock.now = CLOSES + timedelta(hours=4)  # 22:00; the exam closed at 18:00, nobody looked
    for _ in range(3):
        await mind(database, stage.clock())
    stage.clock.to(MONDAY + DAY, "07:44")
    await mind(database, stage.clock())
    assert await zhou.read() == ""
    stage.clock.to(MONDAY + DAY, "07:45")
    assert "成绩已公布" in await zhou.read()


async def test_who_is_marked_anew_at_night_is_told_in_the_morning(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A confirmation tells the first persons itself; the clock goes on with the others."""
    monkeypatch.setattr(exam_remarking, "AT_ONCE", 1)
    whole = (Section(Kind.SINGLE, 1, 10_000),)
    hall = await hall_of(
        database, ["R1", "R2"], SINGLES[0], release_score=ScoreRelease.AT_ONCE, sections=whole, closes_at=LATE
    )
    for number in ("R1", "R2"):
        await hall.sit(number, x1="B")
    hall.stage.clock.to(MONDAY, "22:00")
    await hall.change("x1", "B")
    await minding(NIGHT, hall.stage.exam_clock)(database, hall.stage.clock())
    assert await hall.scores() == {"R1": [10_000], "R2": [10_000]}
    assert [await hall.hours(number) for number in ("R1", "R2")] == [200, 200]
    chen = hall.stage.phone("chen")
    assert "成绩有更正" not in await chen.read()
    hall.stage.clock.to(MONDAY + DAY, "07:45")
    assert "成绩有更正" in await chen.read()
