"""`xuefa ledger verify`: the chain from the first line to the head, and the sums of every year."""

import sys
from pathlib import Path

import click

from bot.cli.frame import Call, Refused, runs
from bot.cli.ledger_head import kept_in, signed_by
from handlers.actions import ledgers, year_sums
from handlers.texts.explaining import sums_off
from handlers.texts.heads import broken
from training.chains import Broken


@click.command(help="校验学时台账：每一条的编号和校验码；指出第一条不符的，退出 1。")
@click.option(
    "--head",
    "head_file",
    type=click.Path(path_type=Path),
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
        off = await year_sums.first_off(database)
    if off is not None:
        raise Refused(sums_off(off))
    said = f"台账校验通过：共 {result.seq} 条，链头 {result.hash}。"
    document = {"chain": "ledger", "lines": result.seq, "head": {"seq": result.seq, "hash": result.hash}}
    call.tell(document, said, *signed_by(kept))


def _progress(seq: int) -> None:
    click.echo(f"\r已校验 {seq} 条", nl=False, err=True)
