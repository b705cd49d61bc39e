"""`xuefa batch list`: what waits for a second pair of eyes. Confirming is done in chat, never here."""

from collections.abc import Mapping
from typing import Any

import click
import msgspec

from bot.cli.frame import Call, runs
from handlers.actions.batches import unit_names
from handlers.texts import batches as texts
from storage import batches
from storage.batches import Batch
from storage.scope import EVERYTHING


@click.group(help="待确认批次：由另一名市级管理员在企业微信里确认。")
def command() -> None:
    pass


@command.command("list", help="列出待确认的批次。")
@runs
async def list_(call: Call) -> None:
    async with call.database() as database, database.read() as tx:
        waiting = await batches.waiting(tx, EVERYTHING)
        names = {batch.number: await unit_names(tx, batch.changes) for batch in waiting}
    lines = [line for batch in waiting for line in _lines(batch, names[batch.number])]
    call.tell({"batches": [_row(batch) for batch in waiting]}, *(lines or [texts.NONE_WAITING]))


def _row(batch: Batch) -> dict[str, Any]:
    return {
        "number": batch.number,
        "title": texts.title(batch.changes),
        "proposed_by": batch.proposed_by,
        "reason": batch.reason,
        "proposed_at": batch.proposed_at.isoformat(),
        "changes": msgspec.to_builtins(batch.changes),
    }


def _lines(batch: Batch, units: Mapping[str, str]) -> list[str]:
    return [texts.line(batch), *(f"  {detail}" for detail in texts.details(batch.changes, units))]
