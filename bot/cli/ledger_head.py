"""`xuefa ledger head`: the head of a chain, signed, as a file to be kept elsewhere; and how such a file is read."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bot import head_key
from bot.cli.files import content_of, demand_folder_of
from bot.cli.frame import Call, Refused, operator, runs
from bot.cli.options import PATH
from handlers.actions import heads
from handlers.actions.heads import Kept, Key
from handlers.texts.heads import CHAINS, refused
from training.calendar import day_of
from training.heads import BadSignature, Chain, KeyTrouble, NoHead, line_of


@click.command("head", help="写出签了名的链头文件，交专人另存，日后用 ledger verify --head 核对。")
@click.option("--out", type=PATH, required=True, help="输出文件，如 链头.json")
@click.option(
    "--key",
    "key_file",
    type=PATH,
    default=None,
    help="签名密钥文件，默认在数据库文件旁（PostgreSQL 为 var/head-key.pem），第一次使用时生成",
)
@click.option("--chain", type=click.Choice(list(CHAINS)), default="ledger", help="ledger 学时台账；audit 审计日志")
@runs
async def head(call: Call, out: Path, key_file: Path | None, chain: Chain) -> None:
    demand_folder_of(out)
    now = datetime.now(UTC)
    async with call.database() as database:
        key = _key(key_file or head_key.place(call.config().database))
        if key.new:
            async with database.write() as tx:
                await heads.record_key(tx, key, by=operator(), via="cli", now=now)
        async with database.read() as tx:
            found = heads.signed(await heads.state(tx, chain, now), key)
    _write(out, line_of(found) + b"\n")
    document = {
        "file": str(out),
        "chain": chain,
        "date": day_of(now).isoformat(),
        "seq": found.seq,
        "hash": found.hash,
        "public_key": found.public_key,
    }
    said = f"已写出 {out}：{CHAINS[chain]}第 {found.seq} 条，校验码 {found.hash}。公钥 {found.public_key}"
    call.tell(document, said, *(["签名密钥是刚刚生成的，请把公钥一并告知保管链头的人员。"] if key.new else []))


def _write(out: Path, content: bytes) -> None:
    out.write_bytes(content)


def _key(path: Path) -> Key:
    try:
        return head_key.key_at(path)
    except KeyTrouble as trouble:
        raise Refused(refused(trouble, str(path))) from None


def kept_in(file: Path, chain: Chain) -> Kept:
    """The head in a file that somebody kept, signed or not. Raises: Refused."""
    try:
        return heads.kept(content_of(file), chain)
    except (NoHead, BadSignature) as refusal:
        raise Refused(refused(refusal, str(file))) from None


def signed_by(kept: Kept | None) -> list[str]:
    """A line for who verified with a signed head."""
    if kept is None or not kept.public_key:
        return []
    return [f"链头文件签于 {kept.day}，签名有效；请核对公钥是否为当初收到的：{kept.public_key}"]
