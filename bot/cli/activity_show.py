"""`xuefa activity list` and `code`."""

from datetime import UTC, datetime
from typing import Final

import click

from bot.cli.activity_number import document, of_activity
from bot.cli.frame import Call, operator, runs
from handlers.actions import activities as actions
from handlers.actions.activity_people import CLI
from handlers.texts import activity_orders as texts
from storage import activities

MOST_LISTED: Final = 50


@click.command("list", help="列出最近的活动，最近新建的在前。")
@click.option("--last", type=click.IntRange(1, 1000), default=MOST_LISTED, help=f"最多几条，默认 {MOST_LISTED}")
@runs
async def list_(call: Call, last: int) -> None:
    async with call.database() as database, database.read() as tx:
        found = await activities.latest(tx, at_most=last)
    call.tell({"activities": [{"id": one.number} | document(one) for one in found]}, *texts.listed(found))


@click.command(help="取现在的签到码，60 秒内有效；取码即开放签到。")
@of_activity
@runs
async def code(call: Call, number: int) -> None:
    async with call.database() as database, database.write() as tx:
        shown = await actions.code(tx, None, number, datetime.now(UTC), via=CLI, by=operator())
    told = {"id": number, "code": shown.code, "until": shown.until.isoformat(), "scanned": shown.scanned}
    call.tell(told, texts.code(shown))
