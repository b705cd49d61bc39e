"""`我的数据`."""

from datetime import datetime

from handlers.actions import own_data as actions
from handlers.message import Reply, Text
from handlers.routing import Item, Route
from handlers.texts import own_data as texts
from storage.database import Tx


def routes() -> tuple[Route, ...]:
    return (Route(show, words=("我的数据",)),)


async def show(tx: Tx, item: Item, now: datetime) -> Reply:
    kept = await actions.own_data(tx, item.asker, item.incoming.channel, now)
    return Reply(Text(texts.text(item.asker.person.number, kept)))
