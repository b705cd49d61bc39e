"""Whether what was kept of a line's days (`training.line_days.Earned`) is what the line itself says.

These rows are in no hash; the lines are. A line that was cut says in its note of how much, and one that fills up
says which event; one that a merge posted again has the rows of the line that it stands for. How the amount of one
line is divided among its days is nowhere said, nor is what an event of a form that is only recorded had earned.
Source: domain, Ledger (tamper evidence).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from training.forms import Form
from training.hours import Entry, decimal, hundredths
from training.line_days import Earned

IMPORT: Final = "import"
REFILL: Final = "refill"
MERGE: Final = "merge"
RECOGNISED: Final = ("activity", "claim")  # their days may differ in what each is worth, and then have rows
RECOGNISED_CUT: Final = "应认定 "  # how the note of such a line begins when limits cut it
# As `training.past_room.cut_note` and the notes of a merge have it.
_BY_LIMIT: Final = ("每日上限认定 ", "年度上限认定 ")
_BY_FORM: Final = ("单次上限认定 ", "全天标准认定 ")
_ONLY_RECORDED: Final = "只记录、不计学时"
_CUT_IN_MERGE: Final = "；原记 "


def disagreeing(lines: Mapping[int, Entry], kept: Mapping[int, Sequence[Earned]]) -> frozenset[int]:
    """Those of the lines with rows that they cannot have, or without the rows that they must have."""
    return frozenset(seq for seq, entry in lines.items() if not agrees(seq, entry, kept.get(seq, ())))


def agrees(seq: int, entry: Entry, rows: Sequence[Earned]) -> bool:
    """As far as the line alone can tell: of one that a merge posted, not what it had before (`Memory`)."""
    if entry.reverses is not None or entry.form == Form.DAILY:
        return not rows
    if entry.source == IMPORT:
        return _first_posted(seq, entry, rows)
    if entry.source in RECOGNISED:
        return _recognised(seq, entry, rows)
    if entry.source == REFILL:
        return _fills(entry, rows)
    if entry.source == MERGE:
        return _whole(entry, rows) if rows else _CUT_IN_MERGE not in entry.note
    return not rows


def _first_posted(seq: int, entry: Entry, rows: Sequence[Earned]) -> bool:
    if not any(words in entry.note for words in (*_BY_LIMIT, _ONLY_RECORDED)):
        return not rows
    return _whole(entry, rows) and _waits(seq, rows) and _says(entry.note, sum(one.earned for one in rows))


def _recognised(seq: int, entry: Entry, rows: Sequence[Earned]) -> bool:
    if entry.note.startswith(RECOGNISED_CUT):
        earned = sum(one.earned for one in rows)
        said = any(entry.note.startswith(f"{RECOGNISED_CUT}{amount}，按") for amount in _spelled(earned))
        return said and _whole(entry, rows) and _waits(seq, rows)
    return not rows or (_whole(entry, rows) and all(one.event == seq and one.earned == one.posted for one in rows))


def _fills(entry: Entry, rows: Sequence[Earned]) -> bool:
    event = entry.source_ref.partition(":")[0]
    return _whole(entry, rows) and all(one.earned == 0 < one.posted and str(one.event) == event for one in rows)


def _whole(entry: Entry, rows: Sequence[Earned]) -> bool:
    """All of the line's hours, on its days."""
    amounts = [amount for one in rows for amount in (one.earned, one.posted)]
    if not rows or not all(isinstance(amount, int) and amount >= 0 for amount in amounts):
        return False
    within = all(entry.starts_on <= one.day <= entry.ends_on for one in rows)
    return within and sum(one.posted for one in rows) == hundredths(entry.hours)


def _waits(seq: int, rows: Sequence[Earned]) -> bool:
    by_day = all(one.event == seq and one.earned >= one.posted for one in rows)
    return by_day and any(one.earned > one.posted for one in rows)


def _says(note: str, earned: int) -> bool:
    """What the form allows is named before what limits left of it; else all that was stated was earned."""
    if _ONLY_RECORDED in note:
        return True
    if any(words in note for words in _BY_FORM):
        return any(f"{words}{amount}，再按" in note for words in _BY_FORM for amount in _spelled(earned))
    return any(note.startswith(f"申报 {amount}，按") for amount in _spelled(earned))


def _spelled(amount: int) -> tuple[str, str]:
    """`4.00` and `4`: a file's hours have two places, others as they were given."""
    two = decimal(amount)
    return str(two), f"{two.normalize():f}"


@dataclass(slots=True)
class Memory:
    """Lines looked at in their order: what merges post again has the rows of lines before."""

    rows: dict[int, Sequence[Earned]] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)  # number of a line → of the one that a merge posted for it

    def agrees(self, seq: int, entry: Entry, rows: Sequence[Earned]) -> bool:
        holds = agrees(seq, entry, rows)
        if holds and entry.source == MERGE and entry.reverses is None:
            holds = entry.form == Form.DAILY or self._again(seq, entry, rows)
        if rows:
            self.rows[seq] = rows
        return holds

    def _again(self, seq: int, entry: Entry, rows: Sequence[Earned]) -> bool:
        number = int(entry.source_ref.partition(":")[0])
        self.moved[number] = seq
        before = self.rows.get(number, ())
        if not before:
            return not rows or (_waits(seq, rows) and _says_before(entry.note, sum(one.earned for one in rows)))
        event = self.moved.get(before[0].event, seq)
        same = _by_day(before) == _by_day(rows)
        return same and all(one.event == event for one in rows)


def _says_before(note: str, earned: int) -> bool:
    return any(f"{_CUT_IN_MERGE}{amount}，按" in note for amount in _spelled(earned))


def _by_day(rows: Sequence[Earned]) -> dict[date, int]:
    return {one.day: one.earned for one in rows}
