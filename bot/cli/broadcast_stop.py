"""`xuefa broadcast cancel` and `recall`: before it goes out, and when it is out already."""

from datetime import UTC, datetime

import click

from bot.cli.broadcast_number import of_broadcast
from bot.cli.frame import Call, Refused, operator, runs
from bot.cli.options import filled
from handlers.actions import broadcast_recall, broadcast_setting
from handlers.actions.broadcast_reading import VIA
from handlers.texts import broadcast_orders as texts
from handlers.texts.broadcast_results import recalled
from training.broadcast_errors import NotInState
from training.broadcasts import MOVES, State


@click.command(help="取消还没有发出的群发；定期发送的，以后不再发送。")
@of_broadcast
@runs
async def cancel(call: Call, number: int) -> None:
    try:
        async with call.database() as database, database.write() as tx:
            found = await broadcast_setting.cancel(tx, None, number, datetime.now(UTC), VIA, by=operator())
    except NotInState as refused:
        if State.RECALLED in MOVES[refused.state]:
            raise Refused(texts.RECALL_INSTEAD.format(number=number)) from None
        raise
    call.tell({"id": number, "state": str(found.state)}, texts.cancelled(found))


@click.command(help="撤回已发出的群发：未发的不再发，24 小时内发出的从企业微信撤回。")
@of_broadcast
@click.option("--reason", default="", callback=filled, metavar="理由", help="撤回的理由，记入审计日志")
@runs
async def recall(call: Call, number: int, reason: str) -> None:
    try:
        async with call.database() as database, database.write() as tx:
            done = await broadcast_recall.recall(
                tx, None, number, reason.strip(), datetime.now(UTC), via=VIA, by=operator()
            )
    except NotInState as refused:
        if State.CANCELLED in MOVES[refused.state]:
            raise Refused(texts.CANCEL_INSTEAD.format(number=number)) from None
        raise
    told = {"withdrawn": done.withdrawn, "recalled": done.recalled, "too_late": done.too_late}
    told |= {"unknown": done.unknown, "without_receipt": done.without_receipt}
    call.tell({"id": number, **told}, recalled(number, done))
