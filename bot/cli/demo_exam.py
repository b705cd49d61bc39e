"""The exam that is open in the demo: short, for everybody, the score at once; set as the command line sets one."""

from datetime import datetime, timedelta
from typing import Final

from handlers.actions import exam_publishing, exam_setting
from question_bank.questions import Kind
from storage.database import Database
from training.calendar import CITY
from training.exams import Grading, ScoreRelease, Section, Settings
from training.rules import Rules

WINDOW: Final = timedelta(days=10)
HARDER: Final = (2, 3, 4, 5)  # the easy ones, which no exam keeps secret, are left for quizzes
SECTIONS: Final = (
    Section(Kind.SINGLE, 10, 500, difficulty=HARDER),
    Section(Kind.MULTIPLE, 5, 500, difficulty=HARDER),
    Section(Kind.JUDGE, 5, 500, difficulty=HARDER),
)


async def set_exam(database: Database, now: datetime, *, by: str) -> None:
    """Published and open; the clock calls the people in its time."""
    settings = Settings(
        title="法律知识考试（演示）",
        year=now.astimezone(CITY).year,
        opens_at=now,
        closes_at=now + WINDOW,
        duration_minutes=30,
        sections=SECTIONS,
        grading=Grading.PARTIAL,
        attempts=3,
        release_score=ScoreRelease.AT_ONCE,
    )
    async with database.write() as tx:
        number = await exam_setting.create(tx, settings, makeup_of=0, by=by, now=now)
    await exam_publishing.publish(database, Rules(), number, now, by=by)
