"""`xuefa exam import-scores`: scores of an exam sat on paper or elsewhere, as a batch for a second admin."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.cli.exam_number import of_exam
from bot.cli.files import problem_lines, problem_rows, table_of
from bot.cli.frame import Call, runs
from bot.cli.options import PATH
from bot.cli.proposing import demand_words, propose, proposed_by, waits
from bot.rule_files import rules_of
from handlers.actions.exam_scores import Planned, planned
from handlers.texts import exam_scores as texts
from training.score_cells import HEADERS, REQUIRED


@click.command("import-scores", help="导入纸质或其他平台的考试成绩，提交批次待第二名市级管理员核对确认。")
@of_exam
@click.argument("file", type=PATH)
@click.option("--dry-run", is_flag=True, help="只检查，不提交")
@proposed_by
@runs
async def command(call: Call, number: int, file: Path, dry_run: bool, account: str, reason: str) -> None:
    now = datetime.now(UTC)
    if not dry_run:
        demand_words(account, reason)
    table = table_of(file, HEADERS, REQUIRED)
    async with call.database() as database:
        found = await planned(database, rules_of(call.config()), number, table, now)
        wanted = found.plan.lines and not dry_run
        batch = await propose(call, database, account, reason, found.changes, now) if wanted else None
    call.tell(_document(found, batch), *_said(found, batch), *problem_lines(found.plan.problems))


def _document(found: Planned, batch: int | None) -> dict[str, Any]:
    """`read` = `accepted` + `rejected`; `passed` of the accepted reach the pass mark."""
    plan = found.plan
    return {
        **{"id": found.changes.exam, "read": plan.read, "accepted": len(plan.lines), "rejected": plan.rejected},
        **{"passed": found.changes.passed, "batch": batch, "problems": problem_rows(plan.problems)},
    }


def _said(found: Planned, batch: int | None) -> Iterator[str]:
    yield texts.read(found.plan)
    if found.plan.lines:
        yield from texts.details(found.changes)
    if batch is not None:
        yield waits(batch)
