"""`xuefa units import`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.files import content_of, problem_lines, problem_rows, refusal
from bot.cli.frame import Call, operator, runs
from handlers.actions import rolls
from question_bank.formats.table import read_table
from question_bank.formats.unreadable import Unreadable
from storage import people, units
from training.unit_files import HEADERS, REQUIRED
from training.unit_plan import plan_units


@click.group(help="单位：单位树和排名组。")
def command() -> None:
    pass


@command.command("import", help="导入单位：新单位立即生效；名册为空时变动也立即生效。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查，不导入")
@runs
async def import_(call: Call, file: Path, dry_run: bool) -> None:
    now = datetime.now(UTC)
    try:
        table = read_table(file.name, content_of(file), HEADERS, REQUIRED)
    except Unreadable as error:
        raise refusal(error, HEADERS) from None
    async with call.database(creates=True) as database:
        async with database.read() as tx:
            plan = plan_units(table, await units.facts(tx), now)
            roll_is_empty = await people.count(tx) == 0
        if not dry_run:
            async with database.write() as tx:
                await rolls.apply_units(tx, plan, by=operator(), now=now, changes_too=roll_is_empty)
    changed = [f"{change.name}（{change.code}）" for change in plan.changed]
    counts = (
        f"读到 {plan.read} 行，新增 {len(plan.new)}，变动 {len(changed)}，相同 {plan.same}，拒收 {plan.rejected}"
    )
    lines = [f"{'检查完毕（没有导入）' if dry_run else '导入完毕'}：{counts}。"]
    if changed and not roll_is_empty:
        lines.append("名册已启用，以下单位的变动须经第二名市级管理员确认，没有生效：" + "、".join(changed))
    document = {
        "read": plan.read,
        "new": len(plan.new),
        "changed": len(changed),
        "same": plan.same,
        "rejected": plan.rejected,
        "problems": problem_rows(plan.problems),
    }
    call.tell(document, *lines, *problem_lines(plan.problems))
