"""`xuefa activity attend ID FILE`: a sign-in list from paper or another system, row by row."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.activity_number import acted_by, acting, demand_words, of_activity
from bot.cli.files import SPLIT, content_of, problem_lines, problem_rows, refusal
from bot.cli.frame import Call, Refused, runs
from bot.cli.options import PATH
from bot.rule_files import rules_of
from handlers.actions import activities, activity_sign_list
from handlers.actions.activity_people import CLI
from handlers.texts import activity_orders as texts
from question_bank.formats.table import Table, read_table
from question_bank.formats.unreadable import Fact, Unreadable
from training.sign_lists import HEADERS, WHO


@click.command(
    help="按签到表登记到场（人员编号、账号或姓名和单位；签到时间、签退时间、日期可以不填），xlsx 或 csv。"
)
@of_activity
@click.argument("file", type=PATH, metavar="文件")
@click.option("--dry-run", is_flag=True, help="只核对，不登记")
@acted_by
@runs
async def attend(call: Call, number: int, file: Path, dry_run: bool, account: str, reason: str) -> None:
    now = datetime.now(UTC)
    if not dry_run:
        demand_words(account, reason)
    table = _table(file)
    async with call.database() as database:
        person = await acting(call, database, account, now, only_look=dry_run)
        found = await activity_sign_list.planned(database, rules_of(call.config()), person, number, table, now)
        plan = found.plan
        if plan.seen and not dry_run:
            async with database.write() as tx:
                await activities.attend(tx, person, number, plan.seen, now, via=CLI, reason=reason.strip())
    counts = {"read": plan.read, "taken": len(plan.seen), "doubtful": plan.doubtful, "rejected": plan.rejected}
    told = {"id": number, "dry_run": dry_run, **counts, "persons": len({one.person for one in plan.seen})}
    problems = problem_lines(plan.problems)
    call.tell(told | {"problems": problem_rows(plan.problems)}, *texts.attended(number, plan, dry_run), *problems)


def _table(file: Path) -> Table:
    """The first header row that says who. Raises: Refused."""
    content = content_of(file, too_large=SPLIT)
    for column in WHO:
        try:
            return read_table(file.name, content, HEADERS, (column,))
        except Unreadable as error:
            if error.fact is not Fact.NO_HEADER:
                raise refusal(error, HEADERS) from None
    raise Refused(f"{file.name}：没有找到表头，至少要有人员编号、账号、姓名中的一列，请补上表头。")
