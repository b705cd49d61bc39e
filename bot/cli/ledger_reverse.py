"""`xuefa ledger reverse N`: take back a wrong line, as a batch for a second admin."""

from datetime import UTC, datetime

import click

from bot.cli.frame import Call, runs
from bot.cli.proposing import demand_words, propose, proposed_by, waits
from bot.rule_files import rules_of
from handlers.actions import reversing
from handlers.texts import reversing as texts
from storage import people
from storage.scope import EVERYTHING
from training.batches import Reversal


@click.command("reverse", help="冲销台账的一条记录，提交批次待第二人确认。")
@click.argument("seq", type=click.IntRange(min=1))
@proposed_by
@runs
async def command(call: Call, seq: int, account: str, reason: str) -> None:
    now = datetime.now(UTC)
    demand_words(account, reason)
    async with call.database() as database:
        async with database.read() as tx:
            line = await reversing.reversible(tx, seq)
            await reversing.demand_unproposed(tx, seq)
            names = await people.names(tx, EVERYTHING, [line.entry.person])
            with_it = await reversing.with_it(tx, rules_of(call.config()), line)
        shown = texts.shown(line, names.get(line.entry.person, ""), with_it)
        batch = await propose(call, database, account, reason, Reversal(seq, line.entry.person, shown), now)
    call.tell({"batch": batch, "line": seq}, shown, waits(batch))
