"""`导出` with 台账, 汇总, 年终确认单 or 考试, a year and a unit, for admins; the file follows by itself."""

import re
from datetime import datetime
from typing import Final

from handlers.actions import exports as actions
from handlers.message import Later, Reply, Text
from handlers.routing import Item, Route
from handlers.texts import exports as texts
from storage.database import Tx
from training.calendar import day_of
from training.errors import Malformed
from training.exports import YEARS_FROM, Kind, Wish

REPORT: Final = "report"
_KINDS: Final = {
    **{"台账": Kind.LINES, "明细": Kind.LINES, "汇总": Kind.SUMMARY},
    **{"年终确认单": Kind.CONFIRMATION, "确认单": Kind.CONFIRMATION},
}
_EXAM: Final = re.compile(r"考试(?:报表|成绩)?[\s,，:：]*(?:(\d{1,6})(?!\d)[\s,，:：]*)?(.*)", re.DOTALL)
_WISH: Final = re.compile(
    r"(?:学时)?(台账|明细|汇总|(?:年终)?确认单)[\s,，:：]*"
    r"(?:(20\d\d)(?!\d)(?:年度|年)?[\s,，:：]*)?"
    r"(.*)",
    re.DOTALL,
)


def routes() -> tuple[Route, ...]:
    return (Route(export, words=("导出",), takes_rest=True),)


async def export(tx: Tx, item: Item, now: datetime) -> Reply:
    person, this_year = item.asker.person, day_of(now).year
    if not item.rest:
        widest = await actions.widest(tx, person)
        return Reply(Text(texts.choices(widest.names, this_year)))
    await actions.widest(tx, person)  # who may have none is told that, whatever was typed
    wish = understood(item.rest, this_year)
    incoming = item.incoming
    asked = await actions.ask(tx, person, incoming.channel, incoming.account, wish, now)
    wish = asked.wish
    if not asked.first:
        return Reply(Text(texts.again(wish, asked.range.names, asked.number)))
    later = Later(REPORT, person.number, incoming.account)
    return Reply(Text(texts.asked(wish, asked.range.names)), later=(later,))


def understood(words: str, this_year: int) -> Wish:
    """Raises: Malformed, for a year that has not begun too."""
    exam = _EXAM.fullmatch(words.translate(_DIGITS))
    if exam is not None:
        return Wish(Kind.EXAM, int(exam[1] or 0), exam[2].strip())
    found = _WISH.fullmatch(words.translate(_DIGITS))
    last = this_year - 1 if found and _KINDS[found[1]] is Kind.CONFIRMATION else this_year
    year = int(found[2] or last) if found else 0
    if found is None or not YEARS_FROM <= year <= this_year:
        raise Malformed(texts.USAGE.format(year=this_year))
    return Wish(_KINDS[found[1]], year, found[3].strip())


_DIGITS: Final = {ord("０") + digit: str(digit) for digit in range(10)}
