"""What every act on an exam begins and ends with: the exam, what its state allows, and a line in the audit log."""

from datetime import datetime
from typing import Final

from storage import audit, exams
from storage.audit import Act
from storage.database import Tx
from training.errors import NoSuchNumber
from training.exam_errors import IllegalMove
from training.exams import MOVES, Exam, Move, State

EXAM: Final = "考试"
CLOCK: Final = "clock"
CLI: Final = "cli"


async def exam_numbered(tx: Tx, number: int, *, lock: bool = False) -> Exam:
    """Raises: NoSuchNumber."""
    found = await exams.one(tx, number, lock=lock)
    if found is None:
        raise NoSuchNumber(EXAM, str(number))
    return found


def after(exam: Exam, move: Move) -> State:
    """The state to which the move leads. Raises: IllegalMove."""
    found = MOVES.get((exam.state, move))
    if found is None:
        raise IllegalMove(exam.number, exam.state, move)
    return found


def act_of(move: Move) -> str:
    """As the audit log spells it."""
    return f"exam.{move}"


async def logged(
    tx: Tx, exam: Exam, what: str, now: datetime, *, by: str, via: str = CLI, before: str = "", then: str = ""
) -> None:
    await audit.record(tx, Act(by, via, what, str(exam.number), before, then), now)
