"""`xuefa staff change`: changes of one person, as a batch for a second admin."""

from datetime import UTC, date, datetime

import click

from bot.cli.files import problem_lines, problem_rows
from bot.cli.frame import Call, Refused, runs
from bot.cli.proposing import demand_words, propose, proposed_by, waits
from bot.rule_files import rules_of
from handlers.actions import rolls
from handlers.actions.batches import unit_names
from handlers.texts import batches as texts
from question_bank.problems import Severity
from storage import units
from storage.database import Database
from storage.scope import EVERYTHING
from training.batches import RollChanges, of_roll
from training.calendar import day_of
from training.roll import Roll
from training.roll_edit import edit_table, field_named
from training.roll_plan import RollPlan, plan_roll
from training.roster_columns import COLUMNS, HEADERS, NUMBER, VALID_FROM
from training.statuses import Status


@click.command(
    "change", help="变更一名已有人员，提交批次待第二人确认。例：xuefa staff change R000012 --set 单位=市司法局"
)
@click.argument("number")
@click.option("--set", "cells", multiple=True, metavar="列=值", help="名册的一列和新值，可写多次；“无”为清空")
@click.option("--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), default=None, help="生效日期，默认今天")
@click.option("--dry-run", is_flag=True, help="只检查，不提交")
@proposed_by
@runs
async def command(
    call: Call,
    number: str,
    cells: tuple[str, ...],
    valid_from: datetime | None,
    dry_run: bool,
    account: str,
    reason: str,
) -> None:
    now = datetime.now(UTC)
    said = _cells(cells)
    if not dry_run:
        demand_words(account, reason)
    statuses = rules_of(call.config()).statuses_on(day_of(now))
    async with call.database() as database:
        plan = await _plan(database, statuses, number, said, valid_from.date() if valid_from else None, now)
        changes = of_roll(plan.changed, plan.new_units)
        async with database.read() as tx:
            shown = list(texts.details(changes, await unit_names(tx, changes)))
        batch = None if dry_run else await propose(call, database, account, reason, changes, now)
    _tell(call, changes, plan, shown, batch)


def _cells(cells: tuple[str, ...]) -> dict[str, str]:
    said: dict[str, str] = {}
    for cell in cells:
        header, equals, value = cell.partition("=")
        field = field_named(header)
        if not equals or field is None:
            raise Refused(_unread(cell, header))
        said[field] = value.strip()
    if not said:
        raise Refused("没有写明变更什么，请用 --set 列=值，如 --set 单位=市政府/司法局。")
    return said


def _unread(cell: str, header: str) -> str:
    if HEADERS.get(header.strip()) == NUMBER:
        return "人员编号不能变更；两个编号是同一个人的，请用 xuefa staff merge。"
    known = "、".join(headers[0] for field, headers in COLUMNS.items() if field not in (NUMBER, VALID_FROM))
    return f"--set {cell} 没有看懂，应为 列=值，可变更的列：{known}。"


async def _plan(
    database: Database,
    statuses: tuple[Status, ...],
    number: str,
    cells: dict[str, str],
    valid_from: date | None,
    now: datetime,
) -> RollPlan:
    known = await rolls.known_people(database, EVERYTHING, statuses)
    roll = Roll(known, day_of(now))
    person = roll.persons.get(roll.number(number))
    if person is None:
        raise Refused(f"没有人员编号为 {number} 的人员，请核对（xuefa staff export 可导出名册）。")
    table = edit_table(person, cells, day_of(now), valid_from)
    async with database.read() as tx:
        facts = await units.facts(tx)
    plan = plan_roll(table, known, facts, now, next_number=rolls.next_free(known), statuses=statuses)
    rejected = [problem.problem for problem in plan.problems if problem.severity is Severity.REJECTED]
    if rejected:
        raise Refused(" ".join(rejected))
    if plan.new_units:
        named = "、".join(unit.path for unit in plan.new_units)
        raise Refused(f"没有单位“{named}”，请核对；新单位请先用 xuefa units import 导入。")
    if not plan.changed:
        raise Refused("与现有记录相同，没有需要变更的内容。")
    return plan


def _tell(call: Call, changes: RollChanges, plan: RollPlan, shown: list[str], batch: int | None) -> None:
    document = {
        "batch": batch,
        "changes": [{"person": edit.person, "name": edit.name} for edit in changes.people],
        "problems": problem_rows(plan.problems),
    }
    said = waits(batch) if batch is not None else "检查完毕（没有提交）。"
    call.tell(document, *shown, said, *problem_lines(plan.problems))
