"""`xuefa staff import/export`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import click

from bot.cli import staff_change, staff_merge, staff_sync
from bot.cli.files import demand_folder_of, problem_lines, problem_rows, table_of, unwritable
from bot.cli.frame import Call, operator, runs
from bot.cli.options import PATH
from bot.cli.proposing import demand_words, propose_in, proposed_by, tell, waits
from bot.rule_files import rules_of
from handlers.actions import rolls
from handlers.actions.batches import unit_names
from handlers.actions.standings import fill_owed
from handlers.sheets.roster_sheet import write_rows
from handlers.sheets.table_file import UnknownSheetFormat
from handlers.texts import appointments
from handlers.texts import batches as texts
from handlers.texts.appointments import Appointed
from question_bank.formats.table import Table
from storage import people, units
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.batches import of_roll
from training.calendar import day_of
from training.people import WECOM, Field, Role
from training.roll_export import EXPORT_HEADERS, roster_rows
from training.roll_plan import RollPlan, plan_roll
from training.roster_columns import HEADERS, REQUIRED
from training.rules import Rules
from training.units import UnitTree, units_on


@click.group(help="名册：谁在学、在哪个单位、属于哪类人员。")
def command() -> None:
    pass


command.add_command(staff_change.command)
command.add_command(staff_merge.command)
command.add_command(staff_sync.command)


@command.command("import", help="导入名册：新人员立即生效；对已有人员的变动提交批次，由第二名市级管理员确认。")
@click.argument("file", type=PATH)
@click.option("--dry-run", is_flag=True, help="只检查，不导入")
@click.option("--full", is_flag=True, help="声明这是完整名册，列出名册外的人")
@proposed_by
@runs
async def import_(call: Call, file: Path, dry_run: bool, full: bool, account: str, reason: str) -> None:
    now = datetime.now(UTC)
    table = table_of(file, HEADERS, REQUIRED)
    rules = rules_of(call.config())
    async with call.database(creates=True) as database:
        plan = await _plan(database, rules, table, now, full=full)
        applied = Applied()
        if not dry_run:
            applied = await _apply(call, database, rules, plan, account, reason, now)
        async with database.read() as tx:
            known = await unit_names(tx, of_roll(plan.changed, ()))
    names = {**{unit.code: unit.path for unit in plan.new_units}, **known}
    call.tell(_document(plan, applied.batch, dry_run=dry_run), *_lines(plan, names, applied, dry_run=dry_run))


class Applied(NamedTuple):
    """The number of the batch, and how many admins were told of new ones."""

    batch: int | None = None
    told: int = 0


async def _apply(
    call: Call, database: Database, rules: Rules, plan: RollPlan, account: str, reason: str, now: datetime
) -> Applied:
    """New people at once, changes as a batch; both or nothing."""
    batch = None
    if plan.changed:
        demand_words(account, reason)
    async with database.write() as tx:
        admins = await people.holders(tx, EVERYTHING, Role.CITY_ADMIN, WECOM)
        await rolls.apply_roll(tx, rules, plan, by=operator(), now=now)
        told = await _tell_admins(call, tx, admins, plan, now)
        if plan.changed:
            batch = await propose_in(call, tx, account, reason, of_roll(plan.changed, ()), now)
    await fill_owed(database, rules, day_of(now).year)
    return Applied(batch, told)


async def _tell_admins(
    call: Call, tx: Tx, admins: Mapping[str, tuple[str, ...]], plan: RollPlan, now: datetime
) -> int:
    """Those who were admins before hear of new people with rights, because nobody confirms these."""
    appointed = _appointed(plan)
    accounts = sorted(account for accounts in admins.values() for account in accounts)
    if not appointed:
        return 0
    said, about = appointments.to_admins(appointed, operator()), f"appointed-{now:%Y%m%d%H%M%S%f}"
    return len(admins) if await tell(call, tx, accounts, said, about, now) else 0


def _appointed(plan: RollPlan) -> list[Appointed]:
    held = [(change, {fact.field: fact.value for fact in change.facts}.get(Field.ROLE)) for change in plan.new]
    return [
        Appointed(change.person, change.name, Role(role)) for change, role in held if role in appointments.TRUSTED
    ]


async def _plan(database: Database, rules: Rules, table: Table, now: datetime, *, full: bool) -> RollPlan:
    statuses = rules.statuses_on(day_of(now))
    known = await rolls.known_people(database, EVERYTHING, statuses)
    async with database.read() as tx:
        facts = await units.facts(tx)
    return plan_roll(table, known, facts, now, next_number=rolls.next_free(known), full=full, statuses=statuses)


def _document(plan: RollPlan, batch: int | None, *, dry_run: bool) -> dict[str, Any]:
    return {
        "read": plan.read,
        "new": len(plan.new),
        "changed": len(plan.changed),
        "same": plan.same,
        "rejected": plan.rejected,
        "applied": 0 if dry_run else len(plan.new),
        "batch": batch,
        "new_units": [unit.path for unit in plan.new_units],
        "changes": [
            {
                "person": c.person,
                "where": c.where,
                "before": dict(c.before),
                "after": {f.field: f.value for f in c.facts},
            }
            for c in plan.changed
        ],
        "not_in_file": list(plan.not_in_file),
        "leaders_with_mark": list(plan.leaders_with_mark),
        "appointed": [{"person": one.number, "role": str(one.role)} for one in _appointed(plan)],
        "problems": problem_rows(plan.problems),
    }


def _lines(plan: RollPlan, names: Mapping[str, str], applied: Applied, *, dry_run: bool) -> list[str]:
    said = "检查完毕（没有导入）" if dry_run else "导入完毕"
    lines = [
        f"{said}：读到 {plan.read} 行，新增 {len(plan.new)}，变动 {len(plan.changed)}，相同 {plan.same}，"
        f"拒收 {plan.rejected}，名册外 {len(plan.not_in_file)}。"
    ]
    if plan.new_units:
        lines.append("新建单位：" + "、".join(unit.path for unit in plan.new_units))
    if plan.leaders_with_mark:
        lines.append("兼有执法证的领导干部（按行政执法人员就高要求，请核对）：" + "、".join(plan.leaders_with_mark))
    if appointed := _appointed(plan):
        lines.append(appointments.to_operator(appointed, applied.told))
    if plan.changed:
        lines.append("已有人员的变动（确认后生效）：")
        lines += [f"  {line}" for line in texts.details(of_roll(plan.changed, ()), names)]
    if applied.batch is not None:
        lines.append(waits(applied.batch))
    if plan.not_in_file:
        lines.append("不在本文件中的人员（没有改动）：" + "、".join(plan.not_in_file))
    return lines + problem_lines(plan.problems)


@command.command(help="导出今天在册的人员（.xlsx 或 .csv），可改后再导入。")
@click.argument("file", type=PATH)
@runs
async def export(call: Call, file: Path) -> None:
    demand_folder_of(file)
    today = day_of(datetime.now(UTC))
    statuses = rules_of(call.config()).statuses_on(today)
    async with call.database() as database:
        known = await rolls.known_people(database, EVERYTHING, statuses)
        async with database.read() as tx:
            tree = UnitTree(units_on(await units.facts(tx), today))
    rows = roster_rows(known, tree, today)
    try:
        write_rows(file, EXPORT_HEADERS, rows)
    except UnknownSheetFormat as error:
        raise unwritable(error) from None
    call.tell({"exported": len(rows), "file": str(file)}, f"已导出 {len(rows)} 人到 {file}。")
