"""`我的要求`: what one owes this year besides hours. `登记` and `撤销登记`: what was done of it, said by admins."""

from datetime import datetime

from handlers.actions import duty_facts as actions
from handlers.actions.duty_missing import overview
from handlers.actions.my_duties import mine
from handlers.message import Reply, Text
from handlers.routing import Cold, Item, Route
from handlers.texts import duty_facts as fact_texts
from handlers.texts import my_duties as texts
from storage.database import Tx
from training.calendar import day_of
from training.duty_fact_words import fact_words, number_and_reason
from training.rules import Rules


def routes(rules: Rules) -> tuple[Route, ...]:
    async def show(tx: Tx, item: Item, now: datetime) -> Reply:
        return Reply(Text(texts.mine(await mine(tx, rules, item.asker.person, now), day_of(now).year)))

    return (
        Route(show, words=("我的要求", "履职要求", "我的履职")),
        Route(_registering(rules), words=("登记", "履职登记"), takes_rest=True),
        Route(take_back, words=("撤销登记", "撤消登记"), takes_rest=True),
    )


def _registering(rules: Rules) -> Cold:
    async def register(tx: Tx, item: Item, now: datetime) -> Reply:
        person = item.asker.person
        if not item.rest:
            return Reply(Text(fact_texts.overview(await overview(tx, rules, person, now))))
        await actions.demand_registrar(tx, person)
        said = fact_words(item.rest, day_of(now))
        done = await actions.record(tx, rules, person, said, now, channel=item.incoming.channel)
        return Reply(Text(fact_texts.recorded(done)))

    return register


async def take_back(tx: Tx, item: Item, now: datetime) -> Reply:
    await actions.demand_registrar(tx, item.asker.person)
    number, reason = number_and_reason(item.rest)
    return Reply(Text(fact_texts.revoked(await actions.revoke(tx, item.asker.person, number, reason, now))))
