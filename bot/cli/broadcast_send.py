"""`xuefa broadcast FILE.toml` and `example`: something is sent to many, now, later or again and again."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.cli.broadcast_number import document
from bot.cli.files import content_of
from bot.cli.frame import Call, Refused, operator, runs
from bot.cli.options import PATH, filled
from bot.rule_files import rules_of
from bot.scheduler import waking
from handlers.actions import broadcast_audience, broadcast_reading
from handlers.actions.broadcast_reading import Order, Read
from handlers.actions.broadcast_reading import Ordered as Found
from handlers.holding import Awake
from handlers.texts import broadcast_example, broadcast_file
from handlers.texts import broadcast_orders as texts
from storage import broadcasts
from storage.database import Database
from training.broadcast_file import credit_doubts, named_in
from training.broadcast_file_content import FILE_BYTES
from training.broadcast_file_errors import BadBroadcastFile
from training.broadcasts import Broadcast
from training.errors import NotAllowed
from training.people import Person
from training.rules import Rules


@click.command(help="写出带注释的群发文件样例（到标准输出）。")
@runs
async def example(call: Call) -> None:
    text = broadcast_example.example(datetime.now(UTC))
    call.tell({"example": text}, text.rstrip("\n"))


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of the command."""

    database: Database
    rules: Rules
    awake: Awake
    now: datetime
    dry_run: bool


@click.command("send", help="按文件发送；文件写明时间的，到时发送。不写 --as 时代表全市。同一个文件只发一次。")
@click.argument("file", type=PATH, metavar="文件.toml")
@click.option("--as", "account", default="", callback=filled, metavar="账号", help="以这名管理员的身份和范围发送")
@click.option("--dry-run", is_flag=True, help="只核对人数和时间，不发送")
@click.option("--again", is_flag=True, help="这份文件发过，也再发一次")
@runs
async def send(call: Call, file: Path, account: str, dry_run: bool, again: bool) -> None:
    config = call.config()
    content = content_of(file)
    text = _text(file, content)
    files = _brought(file, text)
    digest = broadcast_reading.digest_of(content, files)
    async with call.database() as database:
        run = _Run(database, rules_of(config), waking(config.schedule), datetime.now(UTC), dry_run)
        sender = await _sender(run, account)
        earlier = None if again else await _earlier(database, digest)
        if earlier is None:
            read = await _read(run, text, files)
            made, stood = await _order(run, Order(read, sender, operator(), digest, again))
            if not stood:
                _tell(call, run, await _with_reach(run, made, sender), read)
                return
            earlier = made
    call.tell({"id": earlier.number, "already": True} | document(earlier), texts.already(earlier))


def _text(file: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"{file} 不是 UTF-8 编码的文本，请另存为 UTF-8 再试。") from None


def _brought(file: Path, text: str) -> dict[str, bytes]:
    """The picture or file that it sends, if it is there; of a file that is too large a little more than may be."""
    name = named_in(text).file
    if not name or "\0" in name:
        return {}
    for spelled in (name, name.replace("\\", "/")):  # as a path of Windows is written
        path = file.parent / spelled
        if path.is_file():
            with path.open("rb") as opened:
                return {name: opened.read(FILE_BYTES + 1)}
    return {}


async def _sender(run: _Run, account: str) -> Person | None:
    if not account.strip():
        return None
    database = run.database
    try:
        async with database.read() if run.dry_run else database.write() as tx:
            return await broadcast_reading.sender_of(tx, run.rules, account, run.now, only_look=run.dry_run)
    except NotAllowed:
        raise Refused(f"账号“{account.strip()}”不是管理员，不能群发，请核对 --as。") from None


async def _earlier(database: Database, digest: str) -> Broadcast | None:
    async with database.read() as tx:
        return await broadcasts.by_digest(tx, digest)


async def _read(run: _Run, text: str, files: dict[str, bytes]) -> Read:
    """Raises: Refused, with a line for each problem when there are several."""
    try:
        return await broadcast_reading.read(run.database, text, files, run.now)
    except BadBroadcastFile as bad:
        head, *lines = broadcast_file.refused(bad)
        raise Refused(
            "\n".join((head, *lines)) if len(lines) > 1 else head + lines[0].removeprefix("1. ")
        ) from None


async def _order(run: _Run, wanted: Order) -> tuple[Broadcast, bool]:
    """And whether it stood there already. A dry run only reads."""
    if run.dry_run:
        async with run.database.read() as tx:
            return await broadcast_reading.tried(tx, run.rules, wanted, run.now, run.awake), False
    async with run.database.write() as tx:
        return await broadcast_reading.order(tx, run.rules, wanted, run.now, run.awake)


async def _with_reach(run: _Run, made: Broadcast, sender: Person | None) -> Found:
    async with run.database.read() as tx:
        reach = await broadcast_audience.reach(tx, run.rules, made.settings, sender, run.now)
        return await broadcast_reading.ordered(tx, made, reach, sender, run.now, run.awake)


def _tell(call: Call, run: _Run, found: Found, read: Read) -> None:
    """What is to be looked at again goes to standard error beside a document."""
    doubts = (*read.doubts, *credit_doubts(found.broadcast))
    notes = [f"提示：{broadcast_file.doubted(doubt)}" for doubt in doubts]
    if call.json:
        for line in notes:
            click.echo(line, err=True)
    number = None if run.dry_run else found.broadcast.number
    told: dict[str, Any] = {"id": number, "already": False, "dry_run": run.dry_run}
    told |= {"persons": found.reach.persons, "left_out": {str(why): n for why, n in found.reach.left.items() if n}}
    told |= document(found.broadcast) | {"send_at": found.send_at.isoformat()}
    if run.dry_run:
        told["state"] = None
    call.tell(told, *texts.ordered(found, tried=run.dry_run), *notes)
