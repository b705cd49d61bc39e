"""`我的要求`: what the person owes this year besides hours, in the notice's own words."""

from datetime import datetime

from handlers.actions.my_duties import mine
from handlers.message import Reply, Text
from handlers.routing import Item, Route
from handlers.texts import my_duties as texts
from storage.database import Tx
from training.calendar import day_of
from training.rules import Rules


def routes(rules: Rules) -> tuple[Route, ...]:
    async def show(tx: Tx, item: Item, now: datetime) -> Reply:
        return Reply(Text(texts.mine(await mine(tx, rules, item.asker.person, now), day_of(now).year)))

    return (Route(show, words=("我的要求", "履职要求", "我的履职")),)
