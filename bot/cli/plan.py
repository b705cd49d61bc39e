"""`xuefa plan`: the yearly study plan and the laws that leaders must know."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.cli.files import problem_lines, problem_rows, table_of
from bot.cli.frame import Call, Refused, runs
from bot.cli.proposing import demand_words, proposed_by
from bot.rule_files import rules_of
from handlers.actions import batches, study_plans
from handlers.actions.study_plans import Brought, Coverage
from handlers.texts import study_plans as texts
from question_bank.problems import Problem, rejected
from storage.database import Tx
from training.cell_words import EARLIEST_YEAR, LATEST_YEAR
from training.errors import NotAllowed
from training.people import WECOM, Person
from training.study_plan_file import LAW_HEADERS, LAW_REQUIRED, PLAN_HEADERS, PLAN_REQUIRED
from training.study_plans import LawReach, LineDone

_YEAR = click.option("--year", type=int, required=True, help="考核年度")
_WHOLE = click.option("--complete", is_flag=True, help="文件是全年完整的：没有列出的移出")


@click.group(help="年度学习计划和应知应会清单。")
def command() -> None:
    pass


@command.command(
    "import", help="导入年度学习计划：学习内容、月份、学习形式、法律法规、责任单位、单位（空为全市）。"
)
@click.argument("file", type=click.Path(path_type=Path))
@_YEAR
@_WHOLE
@proposed_by
@runs
async def import_(call: Call, file: Path, year: int, complete: bool, account: str, reason: str) -> None:
    now = _checked(year, account, reason)
    table = table_of(file, PLAN_HEADERS, PLAN_REQUIRED)
    async with call.database() as database:
        read = await study_plans.read_plan(database, table, year, now)
        async with database.write() as tx:
            person = await _admin(call, tx, account, now)
            _demand_sound(read.problems, complete)
            brought = await study_plans.bring_plan(
                tx, person, year, read.lines, reason.strip(), now, whole=complete
            )
    _tell(call, read.read, read.rejected, brought, read.problems)


@command.command("laws", help="导入领导干部应知应会法律清单：法律名称、适用对象（空为领导干部）、备注。")
@click.argument("file", type=click.Path(path_type=Path))
@_YEAR
@_WHOLE
@proposed_by
@runs
async def laws(call: Call, file: Path, year: int, complete: bool, account: str, reason: str) -> None:
    now = _checked(year, account, reason)
    table = table_of(file, LAW_HEADERS, LAW_REQUIRED)
    async with call.database() as database, database.write() as tx:
        person = await _admin(call, tx, account, now)
        read, brought = await study_plans.bring_laws(tx, person, year, table, reason.strip(), now, whole=complete)
        _demand_sound(read.problems, complete)
    _tell(call, read.read, read.rejected, brought, read.problems)


@command.command("show", help="显示年度学习计划和应知应会清单的完成情况，只有次数和人数。")
@_YEAR
@runs
async def show(call: Call, year: int) -> None:
    _demand_year(year)
    async with call.database() as database:
        found = await study_plans.coverage(database, rules_of(call.config()), year, datetime.now(UTC))
    call.tell(_document(found), *texts.coverage(found))


def _checked(year: int, account: str, reason: str) -> datetime:
    """Raises: Refused."""
    _demand_year(year)
    demand_words(account, reason)
    return datetime.now(UTC)


def _demand_year(year: int) -> None:
    """Raises: Refused."""
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise Refused(f"年度 {year} 不在 {EARLIEST_YEAR}–{LATEST_YEAR} 之间，请核对。")


def _demand_sound(problems: tuple[Problem, ...], complete: bool) -> None:
    """A file with rejected rows is not whole. Raises: Refused."""
    if complete and rejected(list(problems)):
        raise Refused("文件有拒收的行，不能按完整文件导入，请先去掉 --complete 查看并改正。")


async def _admin(call: Call, tx: Tx, account: str, now: datetime) -> Person:
    """Raises: NoSuchAccount, Refused."""
    try:
        return await batches.proposer(tx, rules_of(call.config()), WECOM, account, now)
    except NotAllowed:
        raise Refused(f"账号“{account.strip()}”不是市级管理员，请核对 --as。") from None


def _tell(call: Call, read: int, refused: int, brought: Brought, problems: tuple[Problem, ...]) -> None:
    counts = {"added": brought.added, "changed": brought.changed, "same": brought.same, "removed": brought.removed}
    document = {"read": read, "rejected": refused, **counts, "problems": problem_rows(problems)}
    call.tell(document, texts.brought(brought, read, refused), *problem_lines(problems))


def _document(found: Coverage) -> dict[str, Any]:
    return {
        "year": found.year,
        "lines": len(found.lines),
        "done": sum(bool(one.by) for one in found.lines),
        "plan": [_line(one) for one in found.lines],
        "laws": [_law(one) for one in found.laws],
    }


def _line(one: LineDone) -> dict[str, Any]:
    line = one.line
    said = {"number": line.number, "unit": line.unit, "month": line.month, "title": line.title, "form": line.form}
    return {**said, "laws": list(line.laws), "responsible": line.responsible, "done_by": list(one.by)}


def _law(one: LawReach) -> dict[str, Any]:
    said = {"law": one.law.law, "group": one.law.group, "note": one.law.note}
    counts = {"activities": one.activities, "questions": one.questions}
    return {**said, **counts, "reached": one.reached, "persons": one.persons}
