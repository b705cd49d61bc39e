"""`投诉建议 …` and, for city admins, `回复 编号 …`."""

import re
from datetime import datetime
from typing import Final

from handlers.actions import feedback as actions
from handlers.message import Push, Reply, Text
from handlers.routing import Item, Route
from handlers.texts import feedback as texts
from storage.database import Tx
from training.errors import Malformed

_ANSWER: Final = re.compile(r"(\d{1,9})[\s:：,，]+(\S.*)", re.DOTALL)


def routes() -> tuple[Route, ...]:
    return (
        Route(complain, words=("投诉建议", "意见", "投诉", "建议"), takes_rest=True),
        Route(reply, words=("回复",), takes_rest=True),
    )


async def complain(tx: Tx, item: Item, now: datetime) -> Reply:
    if not item.rest:
        return Reply(Text(texts.HOW))
    number = await actions.take_down(tx, item.asker, item.rest, now)
    city = await actions.city_accounts(tx, item.incoming.channel)
    told = (Push(city, Text(texts.to_city(number, item.rest)), waits=True),) if city else ()
    return Reply(Text(texts.taken_down(number)), told)


async def reply(tx: Tx, item: Item, now: datetime) -> Reply:
    if not item.rest:
        return Reply(Text(texts.waiting(await actions.waiting(tx, item.asker))))
    found = _ANSWER.fullmatch(item.rest)
    if found is None:
        raise Malformed("回复 12 谢谢您的意见，已改正。")
    number, words = found[1], found[2]
    asked_by = await actions.answer(tx, item.asker, int(number), words, item.incoming.channel, now)
    told = (Push(asked_by, Text(texts.to_person(int(number), words)), waits=True),) if asked_by else ()
    return Reply(Text(texts.answered(int(number))), told)
