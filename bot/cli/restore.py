"""`xuefa restore DIR`."""

from pathlib import Path

import click

from bot.cli.frame import Call, Refused, runs
from storage import backup
from storage.dumps import BrokenDump, NewerDump


@click.command(help="从备份目录恢复到空数据库。")
@click.argument("folder", type=click.Path(path_type=Path))
@runs
async def command(call: Call, folder: Path) -> None:
    async with call.database(migrated=False, owner=True) as database:
        try:
            manifest = await backup.restore(database, folder)
        except backup.NotEmpty:
            raise Refused("数据库里已有数据，没有改动它。请换一个空数据库再恢复。") from None
        except backup.BrokenLedger as broken:
            raise Refused(f"备份中的学时台账第 {broken.seq} 条校验不通过，没有恢复。") from None
        except BrokenDump as broken:
            raise Refused(f"备份文件 {broken.file} 缺失或已损坏，没有恢复。") from None
        except NewerDump as newer:
            raise Refused(f"备份由更新的版本写成（{newer.revision}），请先升级本程序。") from None
    rows = sum(table.rows for table in manifest.tables.values())
    call.tell({"rows": rows}, f"已恢复 {len(manifest.tables)} 张表、{rows} 行，学时台账校验通过。")
