"""`xuefa claims import FILE`: many 申报 from one sheet, for people in the scope of `--as`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.cli.activity_number import acted_by, acting, demand_words
from bot.cli.files import problem_lines, problem_rows, table_of
from bot.cli.frame import Call, Refused, runs
from bot.cli.options import PATH
from bot.rule_files import rules_of
from handlers.actions import claim_import
from handlers.texts import claim_orders as texts
from question_bank.problems import Problem
from training.claim_errors import ClaimRefusal
from training.claim_file import HEADERS, REQUIRED
from training.errors import NotAllowed


@click.command(
    "import", help="代为批量申报：形式、内容、日期、时长或学时，人员编号、账号或姓名和单位；照常逐级审核。"
)
@click.argument("file", type=PATH, metavar="文件")
@click.option("--dry-run", is_flag=True, help="只核对，不提交")
@acted_by
@runs
async def import_(call: Call, file: Path, dry_run: bool, account: str, reason: str) -> None:
    now, rules = datetime.now(UTC), rules_of(call.config())
    if not dry_run:
        demand_words(account, reason)
    table = table_of(file, HEADERS, REQUIRED)
    async with call.database() as database:
        maker = await acting(call, database, account, now, only_look=dry_run)
        try:
            plan = await claim_import.planned(database, rules, maker, table, now)
        except NotAllowed:
            raise Refused(f"账号“{account.strip()}”不是管理员，不能代为申报，请核对 --as。") from None
        if dry_run or maker is None:
            refused, made = await claim_import.tried(database, rules, plan, now), None
        else:
            done = await claim_import.bring(database, rules, plan, maker, reason.strip(), now)
            refused, made = done.refused, done.claims
    taken = len(plan.rows) - len(refused)
    doubles = sum(bool(one.doubles) for one in made or ())
    problems = (*plan.problems, *_problems(refused))
    told: dict[str, Any] = {"read": plan.read, "accepted": taken, "rejected": plan.read - taken, "doubles": doubles}
    told |= {"dry_run": dry_run, "claims": [one.number for one in made or ()], "problems": problem_rows(problems)}
    said = texts.brought(plan.read, taken, doubles, dry_run=dry_run)
    call.tell(told, said, *problem_lines(problems))


def _problems(refused: Mapping[str, ClaimRefusal]) -> list[Problem]:
    return [Problem(where, "", texts.not_brought(refusal)) for where, refusal in refused.items()]
