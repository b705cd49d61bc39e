"""`xuefa ledger import FILE`: past hours, as a batch for a second admin."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.files import content_of, problem_lines, problem_rows, refusal
from bot.cli.frame import Call, runs
from bot.cli.proposing import demand_words, propose, proposed_by, waits
from bot.rule_files import rules_of
from handlers.actions import past_hours, rolls
from handlers.texts import batches as texts
from question_bank.formats.table import Table, read_table
from question_bank.formats.unreadable import Unreadable
from storage import units, years
from storage.database import Database
from storage.scope import EVERYTHING
from training.batches import PastHours
from training.calendar import day_of
from training.past_hours import HEADERS, REQUIRED, Bounds, PastPlan, plan_past
from training.roll import Roll
from training.units import UnitTree, units_on
from training.years import closed_days


@click.command("import", help="导入以往学时，提交批次待第二名市级管理员确认后入账。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查，不提交")
@click.option("--late", is_flag=True, help="补录：已结账年度的行也收，入账时另列一栏")
@proposed_by
@runs
async def command(call: Call, file: Path, dry_run: bool, late: bool, account: str, reason: str) -> None:
    now = datetime.now(UTC)
    if not dry_run:
        demand_words(account, reason)
    try:
        table = read_table(file.name, content_of(file), HEADERS, REQUIRED)
    except Unreadable as error:
        raise refusal(error, HEADERS) from None
    async with call.database() as database:
        async with database.read() as tx:
            closed = closed_days(await years.last_events(tx))
        rules = rules_of(call.config())
        plan = await _plan(database, table, Bounds({} if late else closed, rules.forms, rules.day_limit), now)
        of_closed = sum(line.year in closed for line in plan.lines)
        past = PastHours(plan.lines, late=of_closed > 0)
        wanted = plan.lines and not dry_run
        batch = await propose(call, database, account, reason, past, now) if wanted else None
    document = {
        "read": plan.read,
        "accepted": len(plan.lines),
        "rejected": plan.rejected,
        "late": of_closed,
        "hours": str(sum(line.hours for line in plan.lines)),
        "batch": batch,
        "problems": problem_rows(plan.problems),
    }
    said = f"读到 {plan.read} 行，可入账 {len(plan.lines)}，拒收 {plan.rejected}。"
    lines = [said, *texts.details(past, {}), *([waits(batch)] if batch is not None else [])]
    call.tell(document, *lines, *problem_lines(plan.problems))


async def _plan(database: Database, table: Table, bounds: Bounds, now: datetime) -> PastPlan:
    """Twice, because which events are known already can be asked only when they are read."""
    today = day_of(now)
    roll = Roll(await rolls.known_people(database, EVERYTHING), today)
    async with database.read() as tx:
        tree = UnitTree(units_on(await units.facts(tx), today))
    lines = plan_past(table, roll, tree, bounds=bounds).lines
    async with database.read() as tx:
        known = await past_hours.posted_refs(tx, lines)
    return plan_past(table, roll, tree, known, bounds)
