"""`xuefa ledger import FILE`: past hours, as a batch for a second admin."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.cli.files import problem_lines, problem_rows, table_of
from bot.cli.frame import Call, runs
from bot.cli.options import PATH
from bot.cli.proposing import demand_words, propose, proposed_by, waits
from bot.rule_files import rules_of
from handlers.actions.past_plan import Planned, planned
from handlers.texts import past_hours as texts
from training.past_cells import HEADERS, REQUIRED


@click.command("import", help="导入以往学时，提交批次待第二名市级管理员确认后入账。")
@click.argument("file", type=PATH)
@click.option("--dry-run", is_flag=True, help="只检查，不提交")
@click.option("--late", is_flag=True, help="补录：已结账年度的行也收，入账时另列一栏")
@proposed_by
@runs
async def command(call: Call, file: Path, dry_run: bool, late: bool, account: str, reason: str) -> None:
    now = datetime.now(UTC)
    if not dry_run:
        demand_words(account, reason)
    table = table_of(file, HEADERS, REQUIRED)
    async with call.database() as database:
        found = await planned(database, rules_of(call.config()), table, now, late=late)
        wanted = found.plan.lines and not dry_run
        batch = await propose(call, database, account, reason, found.changes, now) if wanted else None
    call.tell(_document(found, batch), *_said(found, batch), *problem_lines(found.problems))


def _document(found: Planned, batch: int | None) -> dict[str, Any]:
    """`read` = `accepted` + `rejected`, all rows; `lines` may be more, because of New Year."""
    return {
        "read": found.plan.read,
        "accepted": found.plan.taken,
        "rejected": found.plan.rejected,
        "lines": len(found.plan.lines),
        "late": found.late,
        "hours": str(texts.stated_hours(found.changes)),
        "cut": {"lines": len(found.changes.cuts), "hours": str(texts.cut_hours(found.changes))},
        "doubles": len(found.changes.doubles),
        "batch": batch,
        "problems": problem_rows(found.problems),
    }


def _said(found: Planned, batch: int | None) -> Iterator[str]:
    plan = found.plan
    lines = "" if len(plan.lines) == plan.taken else f"（跨年的按年度分开，共 {len(plan.lines)} 条）"
    yield f"读到 {plan.read} 行，可入账 {plan.taken}{lines}，拒收 {plan.rejected}。"
    yield from texts.details(found.changes, remarked=False)
    if batch is not None:
        yield waits(batch)
