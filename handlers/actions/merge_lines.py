"""The lines of a 并档, without who approved them and when.

A live line of the number that goes is taken back by a line of source `merge`, whose source_ref is the number of
that line (`storage.reversals.REVERSING`), and posted again for the one who stays under `number:人员编号`.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from training.forms import Form
from training.hours import Entry, decimal
from training.merge_moves import Move

SOURCE: Final = "merge"


def entries_of(moved: Sequence[Move], into: str) -> Iterator[Entry]:
    """One for every move by which it is taken back, then one for every move of `posted_again`."""
    yield from (_reversal(move, into) for move in moved)
    yield from (_again(move, into) for move in posted_again(moved))


def posted_again(moved: Sequence[Move]) -> list[Move]:
    return [move for move in moved if move.days is not None]


def _reversal(move: Move, into: str) -> Entry:
    question = "该题" if move.entry.form == Form.QUIZ else "该日每日一题"
    twice = f"；{question}已有记录，不重复计" if move.days is None else ""
    return replace(
        move.entry,
        hours=-move.entry.hours,
        source=SOURCE,
        source_ref=str(move.seq),
        reverses=move.seq,
        note=f"并入 人员编号 {into}{twice}",
    )


def _again(move: Move, into: str) -> Entry:
    entry, hours = move.entry, decimal(move.posted)
    limit = "每日上限" if move.beyond_day else "年度上限"
    cut = f"；原记 {entry.hours}，按{limit}认定 {hours}" if move.posted != move.amount else ""
    return replace(
        entry,
        person=into,
        hours=hours,
        source=SOURCE,
        source_ref=f"{move.seq}:{into}",
        note=f"原第 {move.seq} 条，由人员编号 {entry.person} 并入{cut}",
    )
