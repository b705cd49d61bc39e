"""The ledger follows new marks: who passes now is credited, the line of who does not any more is taken back.

Where that makes room under the yearly cap, another exam of the year that the person passed gets what now fits.
"""

from collections.abc import Sequence
from datetime import datetime

from handlers.actions import reversing
from handlers.actions.exam_credit import credit, standing_lines
from handlers.actions.standings import load_standings
from storage import exams, ledger
from storage.database import Tx
from storage.scope import EVERYTHING
from training.exams import Exam, State
from training.rules import Rules


async def follow(
    tx: Tx,
    rules: Rules,
    exam: Exam,
    passing: Sequence[str],
    failing: dict[str, str],
    now: datetime,
    *,
    by: str,
) -> None:
    """`passing`: persons; `failing`: person → why a line is taken back; `by`: who confirmed the change."""
    await _lock(tx, rules, sorted({*passing, *failing}), exam.settings.year)
    lines = await standing_lines(tx, exam.number, failing)
    for person, seq in sorted(lines.items()):
        await reversing.reverse(tx, rules, seq, by=by, reason=failing[person], now=now)
    await credit(tx, rules, exam, passing, now, by=by)
    for other in await _others(tx, exam) if lines else ():
        await credit(tx, rules, other, sorted(lines), now, by=by)


async def _lock(tx: Tx, rules: Rules, persons: Sequence[str], year: int) -> None:
    """All rows before the head of the ledger, which the first line locks, and in the order of a reversal."""
    await load_standings(tx, rules, persons, year, lock=True)
    for beside in (year + 1, year - 1):
        await ledger.standings(tx, EVERYTHING, persons, beside, lock=True)


async def _others(tx: Tx, exam: Exam) -> list[Exam]:
    found = await exams.every(tx, State.OPEN, State.CLOSED, State.RELEASED)
    same_year = (one for one in found if one.settings.year == exam.settings.year and one.number != exam.number)
    return [one for one in same_year if one.scores_told]
