"""`xuefa db upgrade`."""

import click

from bot.cli.frame import Call, revision_of, runs
from storage import migrating


@click.group(help="数据库：升级表结构。")
def command() -> None:
    pass


@command.command(help="把表结构升级到本版本。")
@runs
async def upgrade(call: Call) -> None:
    async with call.database(migrated=False, owner=True) as database:
        before = await revision_of(database)
        await migrating.upgrade(database)
        after = await revision_of(database)
    unchanged = before == after
    said = "数据库已是最新，无需升级。" if unchanged else f"数据库已升级：{before or '空'} → {after}。"
    call.tell({"before": before, "after": after}, said)
