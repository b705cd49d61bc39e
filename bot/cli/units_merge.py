"""`xuefa units merge A B --from D`: as a batch for a second admin."""

from datetime import UTC, datetime

import click

from bot.cli.frame import Call, Refused, runs
from bot.cli.proposing import demand_words, propose, proposed_by, waits
from bot.rule_files import rules_of
from handlers.actions import rolls
from handlers.actions.batches import unit_names
from handlers.texts import batches as texts
from storage import units
from storage.scope import EVERYTHING
from training.unit_merge import CannotMerge, merged


@click.command("merge", help="单位 A 并入 B：人员和下级单位自该日起归 B，此前的记录不变；提交批次待第二人确认。")
@click.argument("code")
@click.argument("into")
@click.option("--from", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="生效日期")
@proposed_by
@runs
async def command(call: Call, code: str, into: str, day: datetime, account: str, reason: str) -> None:
    demand_words(account, reason)
    now = datetime.now(UTC)
    statuses = rules_of(call.config()).statuses_on(day.date())
    async with call.database() as database:
        persons = await rolls.known_people(database, EVERYTHING, statuses)
        async with database.read() as tx:
            known = await units.facts(tx)
            for unit in (code, into):
                if unit not in known:
                    raise Refused(f"没有单位代码为 {unit} 的单位，请核对。")
            try:
                changes = merged(code, into, day.date(), persons, known)
            except CannotMerge as error:
                raise Refused(f"{error.into} 是 {error.code} 本身或其下级，不能并入。") from None
            names = await unit_names(tx, changes)
        batch = await propose(call, database, account, reason, changes, now)
    call.tell({"batch": batch, "people": len(changes.people)}, *texts.details(changes, names), waits(batch))
