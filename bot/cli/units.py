"""`xuefa units import`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.cli import units_merge
from bot.cli.files import problem_lines, problem_rows, table_of
from bot.cli.frame import Call, operator, runs
from bot.cli.options import PATH
from bot.cli.proposing import demand_words, propose_in, proposed_by, waits
from handlers.actions import rolls
from handlers.actions.batches import unit_names
from handlers.texts import batches as texts
from storage import people, units
from training.batches import UnitChanges, of_units
from training.unit_files import HEADERS, REQUIRED
from training.unit_plan import UnitPlan, plan_units


@click.group(help="单位：单位树和排名组。")
def command() -> None:
    pass


command.add_command(units_merge.command)


@command.command("import", help="导入单位：新单位立即生效；变动在名册为空时立即生效，否则提交批次待第二人确认。")
@click.argument("file", type=PATH)
@click.option("--dry-run", is_flag=True, help="只检查，不导入")
@proposed_by
@runs
async def import_(call: Call, file: Path, dry_run: bool, account: str, reason: str) -> None:
    now = datetime.now(UTC)
    table = table_of(file, HEADERS, REQUIRED)
    async with call.database(creates=True) as database:
        async with database.read() as tx:
            plan = plan_units(table, await units.facts(tx), now)
            roll_is_empty = await people.count(tx) == 0
        waiting = of_units(() if roll_is_empty else plan.changed)
        if waiting.units and not dry_run:
            demand_words(account, reason)
        batch = None
        if not dry_run:
            async with database.write() as tx:
                await rolls.apply_units(tx, plan, by=operator(), now=now, changes_too=roll_is_empty)
                if waiting.units:
                    batch = await propose_in(call, tx, account, reason, waiting, now)
        async with database.read() as tx:
            known = await unit_names(tx, waiting)
    names = {**{unit.code: unit.name for unit in plan.new}, **known}
    call.tell(
        _document(plan, batch), *_lines(plan, waiting, names, batch, dry_run=dry_run), *problem_lines(plan.problems)
    )


def _document(plan: UnitPlan, batch: int | None) -> dict[str, Any]:
    return {
        "read": plan.read,
        "new": len(plan.new),
        "changed": len(plan.changed),
        "same": plan.same,
        "rejected": plan.rejected,
        "batch": batch,
        "problems": problem_rows(plan.problems),
    }


def _lines(
    plan: UnitPlan, waiting: UnitChanges, names: Mapping[str, str], batch: int | None, *, dry_run: bool
) -> list[str]:
    said = "检查完毕（没有导入）" if dry_run else "导入完毕"
    counts = f"新增 {len(plan.new)}，变动 {len(plan.changed)}，相同 {plan.same}，拒收 {plan.rejected}"
    lines = [f"{said}：读到 {plan.read} 行，{counts}。"]
    if waiting.units:
        lines.append("已有单位的变动（确认后生效）：")
        lines += [f"  {line}" for line in texts.details(waiting, names)]
    return [*lines, waits(batch)] if batch is not None else lines
