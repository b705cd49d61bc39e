"""`xuefa backup DIR`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.frame import Call, Refused, runs
from bot.cli.options import PATH
from storage import backup


@click.command(help="把全部数据备份到一个新目录；机器人运行时也可以做。")
@click.argument("folder", type=PATH)
@runs
async def command(call: Call, folder: Path) -> None:
    async with call.database(migrated=False) as database:
        try:
            manifest = await backup.dump(database, folder, datetime.now(UTC))
        except backup.NotEmpty:
            raise Refused(f"目录 {folder} 不是空的，没有改动它，请换一个新目录。") from None
        except backup.NothingToDump:
            raise Refused("数据库还没有建表，没有可以备份的内容。") from None
    rows = sum(table.rows for table in manifest.tables.values())
    call.tell({"folder": str(folder), "rows": rows}, f"已备份 {len(manifest.tables)} 张表、{rows} 行到 {folder}。")
