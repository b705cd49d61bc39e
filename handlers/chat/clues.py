"""`线索` and `线索 2026`: what may be worth a look, for city admins and auditors."""

import re
from datetime import datetime
from typing import Final

from handlers.actions import clues as actions
from handlers.message import Reply, Text
from handlers.routing import Item, Route
from handlers.texts import clues as texts
from storage.database import Tx
from training.calendar import day_of
from training.errors import Malformed

_YEAR: Final = re.compile(r"(20\d\d)\s*(?:年度|年)?", re.ASCII)


def routes() -> tuple[Route, ...]:
    return (Route(show, words=("线索", "异常线索"), takes_rest=True),)


async def show(tx: Tx, item: Item, now: datetime) -> Reply:
    words, year = item.rest.strip(), day_of(now).year
    if words:
        found = _YEAR.fullmatch(words)
        if found is None:
            raise Malformed(f"线索 {year}")
        year = int(found[1])
    return Reply(Text(texts.clues(await actions.of_year(tx, item.asker.person, year))))
