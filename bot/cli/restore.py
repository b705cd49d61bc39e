"""`xuefa restore DIR`: what it did is the next act of the restored audit log."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from bot.cli.frame import Call, Refused, operator, runs
from bot.cli.options import PATH
from handlers.actions import restoring
from storage import backup
from storage.dumps import BrokenDump, NewerDump

NOT_RECORDED: Final = "备份中的审计日志校验不通过，这次恢复没有记入，请运行 xuefa audit verify 查看。"


@click.command(help="从备份目录恢复到空数据库。")
@click.argument("folder", type=PATH)
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
        named = folder.name or str(folder)
        recorded = await restoring.record(database, named, by=operator(), now=datetime.now(UTC))
    rows = sum(table.rows for table in manifest.tables.values())
    said = f"已恢复 {len(manifest.tables)} 张表、{rows} 行，学时台账校验通过。"
    call.tell({"rows": rows, "recorded": recorded}, said, *([] if recorded else [NOT_RECORDED]))
