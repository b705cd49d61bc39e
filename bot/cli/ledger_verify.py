"""`xuefa ledger verify`: the chain from the first line to the head, and what every year row says."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.frame import Call, Refused, runs
from bot.cli.ledger_head import kept_in, signed_by
from bot.cli.options import PATH
from bot.rule_files import rules_of
from handlers.actions import ledgers, owed_rows, year_sums
from handlers.texts.explaining import OWED_UNCHECKED, owed_off, sums_off
from handlers.texts.heads import broken
from storage.database import Database
from training.chains import Broken
from training.rules import Rules


@click.command(help="校验学时台账：每一条的编号和校验码，每人的合计和应完成；指出第一条不符的，退出 1。")
@click.option(
    "--head",
    "head_file",
    type=PATH,
    default=None,
    help="另存的链头：ledger head 写的、每周消息里的，或以前 ledger verify --json 的输出",
)
@runs
async def verify(call: Call, head_file: Path | None) -> None:
    kept = kept_in(head_file, "ledger") if head_file else None
    async with call.database() as database:
        known = kept.head if kept else None
        result = await ledgers.verify(database, known, _progress if sys.stderr.isatty() else None)
        if isinstance(result, Broken):
            raise Refused(broken("ledger", result))
        owed = await _demand_rows(database, rules_of(call.config()))
    said = f"台账校验通过：共 {result.seq} 条，链头 {result.hash}。"
    document = {"chain": "ledger", "lines": result.seq, "head": {"seq": result.seq, "hash": result.hash}}
    call.tell(document | {"owed_checked": owed}, said, *([] if owed else [OWED_UNCHECKED]), *signed_by(kept))


async def _demand_rows(database: Database, rules: Rules) -> bool:
    """Whether what people owe could be compared. Raises: Refused, at the first person whose row is off."""
    if sums := await year_sums.first_off(database):
        raise Refused(sums_off(sums))
    comparable = await owed_rows.comparable(database, rules, datetime.now(UTC))
    if comparable and (owes := await owed_rows.first_off(database, rules)):
        raise Refused(owed_off(owes))
    return comparable


def _progress(seq: int) -> None:
    click.echo(f"\r已校验 {seq} 条", nl=False, err=True)
