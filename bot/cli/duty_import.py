"""`xuefa duty import FILE`: 履职登记 from a file, as a batch for a second admin."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.cli.files import problem_lines, problem_rows, table_of
from bot.cli.frame import Call, runs
from bot.cli.proposing import demand_words, propose, proposed_by, waits
from bot.rule_files import rules_of
from handlers.actions.duty_import import Planned, planned
from handlers.texts import duty_import as texts
from training.duty_file import HEADERS, REQUIRED


@click.command("import", help="导入履职登记（履职事项、姓名或人员编号、单位、日期、内容、佐证），提交批次待确认。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查，不提交")
@proposed_by
@runs
async def command(call: Call, file: Path, dry_run: bool, account: str, reason: str) -> None:
    now = datetime.now(UTC)
    if not dry_run:
        demand_words(account, reason)
    table = table_of(file, HEADERS, REQUIRED)
    async with call.database() as database:
        found = await planned(database, rules_of(call.config()), table, now)
        wanted = found.plan.lines and not dry_run
        batch = await propose(call, database, account, reason, found.changes, now) if wanted else None
    call.tell(_document(found, batch), *_said(found, batch), *problem_lines(found.plan.problems))


def _document(found: Planned, batch: int | None) -> dict[str, Any]:
    """`read` = `accepted` + `rejected`."""
    plan = found.plan
    counts = {"read": plan.read, "accepted": len(plan.lines), "rejected": plan.rejected}
    return {**counts, "batch": batch, "problems": problem_rows(plan.problems)}


def _said(found: Planned, batch: int | None) -> Iterator[str]:
    plan = found.plan
    yield f"读到 {plan.read} 行，可登记 {len(plan.lines)}，拒收 {plan.rejected}。"
    if plan.lines:
        yield from texts.details(found.changes)
    if batch is not None:
        yield waits(batch)
