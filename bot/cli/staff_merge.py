"""`xuefa staff merge A B`: two numbers turned out to be one human being, as a batch for a second admin."""

from datetime import UTC, datetime
from typing import Any

import click

from bot.cli.frame import Call, Refused, runs
from bot.cli.proposing import demand_words, propose, proposed_by, waits
from bot.rule_files import rules_of
from handlers.actions import merging
from handlers.actions.batches import unit_names
from handlers.actions.numbers import known_number
from handlers.texts import batches as texts
from handlers.texts.merging import refused
from storage.database import Tx
from training.batches import LeftBehind, Period, PersonMerge
from training.person_merge import CannotMergePerson
from training.rules import Rules


@click.command(
    "merge",
    help="人员编号 A 与 B 是同一个人：A 的账号和学时归 B，A 并档、不再计入统计；提交批次待第二人确认。",
)
@click.argument("number", metavar="A")
@click.argument("into", metavar="B")
@click.option("--dry-run", is_flag=True, help="只检查，不提交")
@proposed_by
@runs
async def command(call: Call, number: str, into: str, dry_run: bool, account: str, reason: str) -> None:
    now = datetime.now(UTC)
    if not dry_run:
        demand_words(account, reason)
    rules = rules_of(call.config())
    async with call.database() as database:
        try:
            async with database.read() as tx:
                merge = await _proposed(tx, rules, number, into, now)
                shown = list(texts.details(merge, await unit_names(tx, merge)))
        except CannotMergePerson as error:
            raise Refused(refused(error)) from None
        batch = None if dry_run else await propose(call, database, account, reason, merge, now)
    said = waits(batch) if batch is not None else "检查完毕（没有提交）。"
    call.tell(_document(merge, batch), *shown, said)


async def _proposed(tx: Tx, rules: Rules, number: str, into: str, now: datetime) -> PersonMerge:
    """Raises: CannotMergePerson."""
    return await merging.proposed(tx, rules, await known_number(tx, number), await known_number(tx, into), now)


def _document(merge: PersonMerge, batch: int | None) -> dict[str, Any]:
    """Hours are texts with two places."""
    return {
        **{"batch": batch, "person": merge.person, "into": merge.into, "accounts": list(merge.accounts)},
        **{"lines": merge.lines, "hours": str(merge.hours), "left": [_left(left) for left in merge.left]},
        "resembling": [list(pair) for pair in merge.resembling],
        "differs": [{"field": v.field, "goes": v.before, "stays": v.value} for v in merge.differs],
        "closed_years": list(merge.closed),
        "periods": [_period(period) for period in merge.periods],
    }


def _left(left: LeftBehind) -> dict[str, Any]:
    day = left.day.isoformat()
    return {"line": left.seq, "day": day, "form": left.form, "hours": str(left.hours), "why": left.why}


def _period(period: Period) -> dict[str, Any]:
    ends = period.ends.isoformat() if period.ends else None
    return {"status": period.status, "starts": period.starts.isoformat(), "ends": ends}
