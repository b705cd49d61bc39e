"""`xuefa broadcast list` and `show`."""

from typing import Any, Final

import click

from bot.cli.broadcast_number import document, of_broadcast
from bot.cli.frame import Call, runs
from handlers.actions import broadcast_results
from handlers.actions.broadcast_results import Results
from handlers.texts import broadcast_orders as texts
from handlers.texts.broadcast_results import overview
from storage import broadcasts
from storage.broadcast_waiting import waiting
from training.broadcasts import State

MOST_LISTED: Final = 50
MOST_UNITS: Final = 10_000  # whoever reads a terminal wants all of them


@click.command("list", help="列出最近的群发，最近的在前。")
@click.option("--last", type=click.IntRange(1, 1000), default=MOST_LISTED, help=f"最多几条，默认 {MOST_LISTED}")
@runs
async def list_(call: Call, last: int) -> None:
    async with call.database() as database, database.read() as tx:
        found = await broadcasts.latest(tx, at_most=last)
        not_out = await waiting(tx, [one.number for one in found if one.state is State.OPEN])
    told = [{"id": one.number} | document(one) | {"waiting": one.number in not_out} for one in found]
    call.tell({"broadcasts": told}, *texts.listed(found, not_out))


@click.command(help="群发的结果：送达、未发、作答和各单位情况（只有人数）。")
@of_broadcast
@runs
async def show(call: Call, number: int) -> None:
    async with call.database() as database, database.read() as tx:
        found = await broadcast_results.results(tx, None, number)
    call.tell(_document(found), overview(found, MOST_UNITS))


def _document(found: Results) -> dict[str, Any]:
    """In people; `right` is of all answers, and null where so few were asked that it would tell on them."""
    return {
        **{"id": found.broadcast.number, **document(found.broadcast)},
        **{"persons": found.persons, "delivered": found.delivered, "not_reached": found.not_reached},
        "left_out": {str(why): count for why, count in found.left.items()},
        "sending": {str(fate): count for fate, count in found.sending.items()},
        **{"maybe_twice": found.maybe_twice, "without_receipt": found.without_receipt},
        **{"answered": found.answered, "complete": found.complete},
        "right": found.right.count if found.right is not None else None,
        "answers": sum(one.answered for one in found.items),
        "items": [
            {"item": one.item + 1, "answered": one.answered, "right": one.right if one.item in found.told else None}
            for one in found.items
        ],
        "units": [
            {"unit": one.path, "persons": one.persons, "delivered": one.delivered, "answered": one.answered}
            for one in found.units
        ],
    }
