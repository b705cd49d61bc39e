"""`帮助`, the welcome, and whatever was not understood: a short help, never silence."""

from datetime import datetime

from handlers.message import Kind, Reply, Text
from handlers.routing import Cold, Item, Route
from handlers.texts import help as texts
from storage.database import Tx
from training.people import Role
from training.rules import Rules


def routes() -> tuple[Route, ...]:
    return (Route(show, words=("帮助", "help", "?", "菜单", "你好")),)


async def show(tx: Tx, item: Item, now: datetime) -> Reply:
    match item.asker.person.role:
        case Role.CITY_ADMIN:
            more = texts.CITY_ADMIN
        case Role.UNIT_ADMIN:
            more = texts.UNIT_ADMIN
        case Role.AUDITOR:
            more = texts.AUDITOR
        case _:
            more = ""
    return Reply(Text(texts.HELP + more))


def otherwise(rules: Rules) -> Cold:
    async def answer(tx: Tx, item: Item, now: datetime) -> Reply:
        match item.incoming.kind:
            case Kind.SUBSCRIBE:
                return Reply(Text(texts.WELCOME + (texts.TRIAL if rules.compliance.on_trial else "")))
            case Kind.TEXT | Kind.CLICK | Kind.TAP:
                return Reply(Text(texts.NOT_UNDERSTOOD))
            case Kind.IMAGE | Kind.OTHER:
                return Reply(Text(texts.ONLY_WORDS))
        return Reply()

    return answer
