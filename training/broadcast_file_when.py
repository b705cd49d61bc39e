"""When a broadcast file has something sent, again and again perhaps, and until when it may be answered."""

from datetime import date, datetime
from typing import Final, NamedTuple

from training.broadcast_file_errors import (
    BadRepeat,
    BadUntil,
    ClosesFirst,
    FixedEnd,
    NoTime,
    NotTogether,
    Past,
    RuleOver,
)
from training.broadcast_times import closing, first_slot, repeat_from, until_from, until_moment
from training.broadcasts import Repeat, Until
from training.calendar import Calendar
from training.cell_words import folded
from training.exam_file_table import Block

_AT_ONCE: Final = frozenset({"立即", "立刻", "马上", "现在", "now"})


class When(NamedTuple):
    at: datetime | None
    repeat: Repeat | None
    until: Until


def when_of(top: Block, now: datetime) -> When:
    at, repeat, until = _at(top, now), _repeat(top, now), _until(top)
    if at is not None and repeat is not None:
        top.found.append(NotTogether(top.place, "at", "repeat"))
    if repeat is not None and until.at is not None:
        top.found.append(FixedEnd(top.place, "until"))
    elif top.sound("at", "until", "repeat") and "until" in top.values:
        sent_at = at or (first_slot(repeat, now, Calendar()) if repeat else None) or now
        closes_at = closing(until, sent_at)
        if closes_at <= sent_at:
            top.found.append(ClosesFirst(top.place, "until", closes_at, sent_at))
    return When(at, repeat, until)


def _at(top: Block, now: datetime) -> datetime | None:
    value = top.values.get("at", "")
    if isinstance(value, str) and folded(value) in _AT_ONCE:
        return None
    if _is_blank(top, "at"):
        return None
    at = top.moment("at")
    if at is not None and at < now:
        top.found.append(Past(top.place, "at", at))
    return at


def _is_blank(top: Block, key: str) -> bool:
    """Notes it."""
    value = top.values.get(key)
    blank = isinstance(value, str) and not value.strip()
    if blank:
        top.found.append(NoTime(top.place, key))
    return blank


def _repeat(top: Block, now: datetime) -> Repeat | None:
    said = top.text("repeat")
    if not said:
        _is_blank(top, "repeat")
        return None
    repeat = repeat_from(said)
    if repeat is None:
        top.found.append(BadRepeat(top.place, "repeat", said))
    elif repeat.last is not None and first_slot(repeat, now, Calendar()) is None:
        top.found.append(RuleOver(top.place, "repeat", repeat.last))
    return repeat


def _until(top: Block) -> Until:
    """Without a word it is the usual one."""
    value = top.values.get("until", "")
    if isinstance(value, datetime):
        meant = until_moment(value)
    elif isinstance(value, date):
        meant = until_from(value.isoformat())
    else:
        said = top.text("until")
        if not said:
            return Until()
        meant = until_from(said)
    if meant is None:
        top.found.append(BadUntil(top.place, "until", str(value)))
    return meant or Until()
