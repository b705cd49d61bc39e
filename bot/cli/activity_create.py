"""`xuefa activity create` and `example`: a 培训活动 from a file, the same file once."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.activity_number import acted_by, acting, document, in_its_words, not_allowed
from bot.cli.files import content_of
from bot.cli.frame import Call, Refused, operator, runs
from bot.cli.options import PATH
from bot.rule_files import rules_of
from handlers.actions import activity_filing, activity_reading
from handlers.actions.activity_filing import Order
from handlers.texts import activity_example, activity_file
from handlers.texts import activity_orders as texts
from storage.database import Database
from training.activities import Activity
from training.activity_file_errors import BadActivityFile
from training.errors import NotAllowed


@click.command(help="写出带注释的活动文件样例（到标准输出）。")
@runs
async def example(call: Call) -> None:
    text = activity_example.example(datetime.now(UTC))
    call.tell({"example": text}, text.rstrip("\n"))


@click.command(help="按活动文件新建培训活动（计划）；--publish 同时发布。不写 --as 时代表全市。")
@click.argument("file", type=PATH, metavar="文件.toml")
@acted_by
@click.option("--dry-run", is_flag=True, help="只核对，不新建")
@click.option("--publish", is_flag=True, help="新建后发布；这份文件已新建而没有发布的，也发布")
@click.option("--again", is_flag=True, help="这份文件新建过，也再新建一个")
@runs
async def create(
    call: Call, file: Path, account: str, reason: str, dry_run: bool, publish: bool, again: bool
) -> None:
    now, content = datetime.now(UTC), content_of(file)
    text = _text(file, content)
    async with call.database() as database:
        maker = await acting(call, database, account, now, only_look=dry_run)
        digest = activity_filing.digest_of(text, maker)
        wanted = Order(maker, operator(), reason.strip(), digest, publish, again)
        try:
            with in_its_words():
                one, stood = await _order(call, database, wanted, text, now, dry_run)
        except NotAllowed:
            raise not_allowed(account) from None
        except BadActivityFile as bad:
            head, *lines = activity_file.refused(bad)
            several = len(lines) > 1
            raise Refused("\n".join((head, *lines)) if several else head + lines[0].removeprefix("1. ")) from None
        async with database.read() as tx:
            invited = await activity_reading.count_invited(tx, one)
    told = {"id": one.number or None, "already": stood, "dry_run": dry_run, "invited": invited} | document(one)
    if dry_run and not stood:
        call.tell(told | {"state": None}, texts.tried(one, invited))
        return
    said = [texts.already(one)] if stood else [texts.made(one, invited)]
    call.tell(told, *said)


async def _order(
    call: Call, database: Database, wanted: Order, text: str, now: datetime, dry_run: bool
) -> tuple[Activity, bool]:
    """And whether it stood there already. A dry run only reads."""
    if dry_run:
        async with database.read() as tx:
            earlier = await activity_filing.standing(tx, wanted)
            return earlier or await activity_filing.tried(tx, wanted, text, now), earlier is not None
    async with database.write() as tx:
        return await activity_filing.order(tx, rules_of(call.config()), wanted, text, now)


def _text(file: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"{file} 不是 UTF-8 编码的文本，请另存为 UTF-8 再试。") from None
