"""`xuefa ledger close` and `ledger reopen`: a year is closed, or opened again, as a batch for a second admin."""

from datetime import UTC, datetime

import click

from bot.cli.frame import Call, runs
from bot.cli.ledger_dates import demand_year
from bot.cli.proposing import demand_words, propose, proposed_by, waits
from bot.rule_files import rules_of
from handlers.actions import year_end, years
from handlers.texts import years as texts
from training.batches import YearClosing
from training.years import YearAct


@click.command(help="年度结账，提交批次待第二名市级管理员确认；结账后这一年度的学时只能补录。")
@click.option("--year", type=int, required=True, help="考核年度")
@proposed_by
@runs
async def close(call: Call, year: int, account: str, reason: str) -> None:
    await _propose(call, year, YearAct.CLOSED, account, reason)


@click.command(help="撤销年度结账，提交批次待第二名市级管理员确认。")
@click.option("--year", type=int, required=True, help="考核年度")
@proposed_by
@runs
async def reopen(call: Call, year: int, account: str, reason: str) -> None:
    await _propose(call, year, YearAct.REOPENED, account, reason)


async def _propose(call: Call, year: int, kind: YearAct, account: str, reason: str) -> None:
    now = datetime.now(UTC)
    demand_year(year)
    demand_words(account, reason)
    async with call.database() as database:
        async with database.read() as tx:
            await years.demand(tx, year, kind, now)
        looked = await years.looked(database, year)
        closing, rules = kind is YearAct.CLOSED, rules_of(call.config())
        unconfirmed = await year_end.not_stood_by(database, rules, year, now) if closing else ()
        shown = texts.shown(looked, kind, unconfirmed)
        batch = await propose(call, database, account, reason, YearClosing(year, kind, shown), now)
    head = {"seq": looked.head.seq, "hash": looked.head.hash}
    document = {
        **{"batch": batch, "year": year, "kind": str(kind)},
        **{"lines": looked.lines, "hours": str(looked.hours), "head": head},
        "unconfirmed": list(unconfirmed),
    }
    call.tell(document, shown, waits(batch))
