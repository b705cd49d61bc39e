"""`xuefa ledger import FILE`: past hours, as a batch for a second admin."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.files import content_of, problem_lines, problem_rows, refusal
from bot.cli.frame import Call, runs
from bot.cli.proposing import demand_words, propose, proposed_by, waits
from handlers.actions import past_hours, rolls
from handlers.texts import batches as texts
from question_bank.formats.table import Table, read_table
from question_bank.formats.unreadable import Unreadable
from storage import units
from storage.database import Tx
from storage.scope import EVERYTHING
from training.batches import PastHours
from training.calendar import day_of
from training.past_hours import HEADERS, REQUIRED, PastPlan, plan_past
from training.roll import Roll
from training.units import UnitTree, units_on


@click.command("import", help="导入以往学时，提交批次待第二名市级管理员确认后入账。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查，不提交")
@proposed_by
@runs
async def command(call: Call, file: Path, dry_run: bool, account: str, reason: str) -> None:
    now = datetime.now(UTC)
    if not dry_run:
        demand_words(account, reason)
    try:
        table = read_table(file.name, content_of(file), HEADERS, REQUIRED)
    except Unreadable as error:
        raise refusal(error, HEADERS) from None
    async with call.database() as database:
        async with database.read() as tx:
            plan = await _plan(tx, table, now)
        past = PastHours(plan.lines)
        wanted = plan.lines and not dry_run
        batch = await propose(call, database, account, reason, past, now) if wanted else None
    document = {
        "read": plan.read,
        "accepted": len(plan.lines),
        "rejected": plan.rejected,
        "hours": str(sum(line.hours for line in plan.lines)),
        "batch": batch,
        "problems": problem_rows(plan.problems),
    }
    said = f"读到 {plan.read} 行，可入账 {len(plan.lines)}，拒收 {plan.rejected}。"
    lines = [said, *texts.details(past, {}), *([waits(batch)] if batch is not None else [])]
    call.tell(document, *lines, *problem_lines(plan.problems))


async def _plan(tx: Tx, table: Table, now: datetime) -> PastPlan:
    """Twice, because which events are known already can be asked only when they are read."""
    today = day_of(now)
    roll = Roll(await rolls.known_people(tx, EVERYTHING), today)
    tree = UnitTree(units_on(await units.facts(tx), today))
    refs = [line.ref for line in plan_past(table, roll, tree).lines]
    return plan_past(table, roll, tree, await past_hours.known_refs(tx, refs))
