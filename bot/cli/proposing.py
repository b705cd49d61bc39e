"""What every command that changes people's records shares: `--as`, `--reason`, and a batch instead of a change.

Those who may confirm the batch are told in chat when the channel is configured.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import click

from bot import app
from bot.channels.channel import Channel
from bot.cli.frame import Call, Refused
from bot.cli.options import filled
from bot.rule_files import rules_of
from handlers import holding
from handlers.actions import batches
from handlers.message import Push, Text
from handlers.texts import batches as texts
from storage import outbox
from storage.database import Database, Tx
from training.batches import Changes
from training.errors import NotAllowed
from training.people import WECOM, Person


def proposed_by(command: Callable[..., Any]) -> Callable[..., Any]:
    """The two options."""
    for option in (
        click.option("--reason", default="", callback=filled, help="变动的理由，记入审计日志"),
        click.option("--as", "account", default="", callback=filled, help="提出变动的市级管理员账号"),
    ):
        command = option(command)
    return command


def demand_words(account: str, reason: str) -> None:
    """Raises: Refused."""
    lacking = [name for name, given in (("--as 账号", account), ("--reason 理由", reason)) if not given.strip()]
    if lacking:
        raise Refused(f"改动已有记录须写明 {'、'.join(lacking)}，由另一名市级管理员确认后生效。")


async def propose(
    call: Call, database: Database, account: str, reason: str, changes: Changes, now: datetime
) -> int:
    """`propose_in` a transaction of its own: what was read before it needs none that keeps a serving bot waiting.

    What is recorded between the reading, which was after `now`, and the confirmation makes the batch overtaken.
    """
    async with database.write() as tx:
        return await propose_in(call, tx, account, reason, changes, now)


async def propose_in(call: Call, tx: Tx, account: str, reason: str, changes: Changes, now: datetime) -> int:
    """Keep the batch and tell who may confirm it; returns its number. Raises: NoSuchAccount, Refused."""
    person = await _proposer(call, tx, account, now)
    number = await batches.propose(tx, person, changes, reason.strip(), now)
    accounts = await batches.seconds(tx, WECOM, person.number)
    names = await batches.unit_names(tx, changes)
    said = texts.proposed(number, changes, person.name, reason.strip(), names)
    await tell(call, tx, accounts, said, f"batch-{number}", now)
    return number


async def _proposer(call: Call, tx: Tx, account: str, now: datetime) -> Person:
    try:
        return await batches.proposer(tx, rules_of(call.config()), WECOM, account, now)
    except NotAllowed:
        raise Refused(f"账号“{account.strip()}”不是市级管理员，这项操作须由市级管理员提出，请核对 --as。") from None


async def tell(
    call: Call, tx: Tx, accounts: Sequence[str], said: str, about: str, now: datetime, *, mass: bool = False
) -> bool:
    """In chat, when the channel is configured; False when nobody is told.

    `about` must never have been used for another send.
    """
    if not accounts or call.config().wecom.faults():
        return False
    async with app.channel_of(call.config()) as (channel, _):
        await _tell(tx, channel, accounts, Text(said), about, now, mass)
    return True


async def _tell(
    tx: Tx, channel: Channel, accounts: Sequence[str], said: Text, about: str, now: datetime, mass: bool
) -> None:
    """Whoever sits an exam is told afterwards."""
    held = await holding.held(tx, channel.name, accounts, now)
    for until, names in holding.parted(accounts, held).items():
        ref = about + (f"-{until:%d%H%M}" if until else "")
        drafts = channel.freeze(Push(names, said), ref, mass=mass)
        await outbox.add(tx, channel.name, ref, drafts, lane=ref, mass=mass, now=now, due_at=until)


def waits(number: int) -> str:
    return f"已提交为批次 {number}，请另一名市级管理员在企业微信中回复“确认 {number}”，确认后生效。"
