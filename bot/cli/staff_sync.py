"""`xuefa staff sync`: WeCom's contacts against the roll. It only proposes; a second admin confirms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import click

from bot.app import api_settings
from bot.channels.wecom_contacts import Contacts, ContactsUnread, read_contacts
from bot.cli.frame import Call, Refused, operator, runs
from bot.cli.proposing import demand_words, propose_in, proposed_by, waits
from bot.config import Config
from bot.rule_files import rules_of
from handlers.actions import contacts, rolls
from handlers.texts import contacts as texts
from storage.contacts import OpenChange, waiting
from storage.database import Database
from storage.scope import EVERYTHING
from training.batches import RollChanges
from training.calendar import day_of
from training.contact_matching import Comparison, compare, roll_changes
from training.roll import Roll

_WHERE: Final = "请到企业微信管理后台 → 管理工具 → 通讯录同步 查看"
_REFUSALS: Final = {
    **dict.fromkeys((40001, 40091), f"wecom.contact_secret 不对，{_WHERE} Secret 后填入 config.toml。"),
    40013: "wecom.corp_id 不对，请到企业微信管理后台 → 我的企业 → 企业信息 查看企业 ID 后填入 config.toml。",
    48002: f"wecom.contact_secret 没有读取成员的权限，应为通讯录同步的 Secret，{_WHERE}。",
    45009: "调用过于频繁，请几分钟后再试。",
}


@dataclass(frozen=True, slots=True)
class Looked:
    """What was compared; `batches`: member's account → the open batch that adds it already."""

    read: Contacts
    roll: Roll
    found: Comparison
    seen: Sequence[OpenChange]
    batches: Mapping[str, int]

    @property
    def changes(self) -> RollChanges:
        return roll_changes(self.found.proposals, self.roll, self.roll.day)


@click.command("sync", help="核对企业微信通讯录与名册，只提出账号登记，由另一名市级管理员确认后生效。")
@click.option("--dry-run", is_flag=True, help="只核对，不提交")
@proposed_by
@runs
async def command(call: Call, dry_run: bool, account: str, reason: str) -> None:
    now = datetime.now(UTC)
    config = call.config()
    _demand_keys(config)
    async with call.database() as database:
        looked = await _look(config, database, now)
        batch = None if dry_run else await _keep(call, database, looked, account, reason, now)
    call.tell(_document(looked, batch), *_lines(looked, batch, dry_run=dry_run))


def _demand_keys(config: Config) -> None:
    """Raises: Refused."""
    if not config.wecom.contact_secret.strip():
        raise Refused(f"未填写 wecom.contact_secret，不能读取通讯录。{_WHERE} Secret 后填入 config.toml。")
    faults = config.wecom.faults()
    for key in ("corp_id", "api_base"):
        if key in faults:
            raise Refused(f"配置中 wecom.{key} {faults[key]}，请改正后再试。")


async def _look(config: Config, database: Database, now: datetime) -> Looked:
    """No transaction is open while WeCom is asked."""
    today = day_of(now)
    known = await rolls.known_people(database, EVERYTHING, rules_of(config).statuses_on(today))
    async with database.read() as tx:
        seen = await waiting(tx, EVERYTHING)
        proposed = await contacts.proposed_already(tx)
    roll = Roll(known, today)
    try:
        read = await read_contacts(api_settings(config), config.wecom.contact_secret.strip(), roll.owners)
    except ContactsUnread as unread:
        raise Refused(_refusal(unread)) from None
    batches = {one.account: proposed[one.account] for one in read.members if one.account in proposed}
    found = compare(read.members, roll, [one.change for one in seen]).without(batches)
    return Looked(read, roll, found, seen, batches)


async def _keep(
    call: Call, database: Database, looked: Looked, account: str, reason: str, now: datetime
) -> int | None:
    """One batch for all proposals, and what was looked at is settled with it."""
    changes, batch = looked.changes, None
    if changes.people:
        demand_words(account, reason)
    async with database.write() as tx:
        if changes.people:
            batch = await propose_in(call, tx, account, reason, changes, now)
        await contacts.settle(tx, looked.seen, by=operator(), batch=batch, now=now)
    return batch


def _refusal(unread: ContactsUnread) -> str:
    if not unread.code:
        why = f"连不上企业微信，或应答不完整（{unread.cause}）"
        return f"{why}，没有读到完整的通讯录。请检查网络、network.proxy 和 wecom.api_base 后再试。"
    if unread.code == 60020:
        ours = f" {unread.address} " if unread.address else ""
        return (
            f"本机的出口地址{ours}不在通讯录同步的可信 IP 中，请在 管理工具 → 通讯录同步 中添加。（错误码 60020）"
        )
    known = _REFUSALS.get(unread.code, "企业微信拒绝了读取通讯录，请按错误码查企业微信的全局错误码说明。")
    return f"{known}（错误码 {unread.code}）"


def _lines(looked: Looked, batch: int | None, *, dry_run: bool) -> list[str]:
    read = looked.read
    lines = [
        f"通讯录有成员 {len(read.members)} 人，名册已登记账号 {len(looked.roll.owners)} 个，"
        f"未核对的变动 {len(looked.seen)} 项。"
    ]
    if read.nameless:
        lines.append(f"有 {read.nameless} 名成员没有读到姓名（应用可见范围之外或无权限），只按账号核对。")
    lines += texts.lists(looked.found, looked.roll, looked.batches)
    if batch is not None:
        lines.append(waits(batch))
    elif dry_run:
        lines.append("核对完毕（没有提交）。")
    else:
        lines.append(texts.NOTHING)
    if looked.seen and not dry_run:
        lines.append(f"{len(looked.seen)} 项变动已记为核对过。")
    return lines


def _document(looked: Looked, batch: int | None) -> dict[str, Any]:
    found, roll = looked.found, looked.roll
    return {
        **{"members": len(looked.read.members), "nameless": looked.read.nameless},
        **{"changes_seen": len(looked.seen), "batch": batch},
        "waiting": [{"account": account, "batch": number} for account, number in sorted(looked.batches.items())],
        "proposals": [
            {"account": one.account, "person": one.person, "name": roll.name(one.person), "ground": one.ground}
            for one in found.proposals
        ],
        "doubts": [
            {"account": one.account, "name": one.name, "candidates": list(one.candidates), "why": one.why}
            for one in found.doubts
        ],
        "not_on_roll": [{"account": one.account, "name": one.name} for one in found.strangers],
        "not_in_contacts": [
            {
                "account": one.account,
                "person": one.person,
                "name": roll.name(one.person),
                "others": list(one.others),
            }
            for one in found.missing
        ],
    }
