"""`xuefa activity sheet ID --out FILE`: the sign-in sheet, filled in or empty."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.activity_number import acting, of_activity
from bot.cli.files import demand_folder_of, unwritable
from bot.cli.frame import Call, runs
from bot.cli.options import PATH, filled
from bot.rule_files import rules_of
from handlers.actions import activity_sheet
from handlers.sheets.attendance_sheet import is_absent, is_present, write_attendance
from handlers.sheets.table_file import UnknownSheetFormat
from handlers.texts import activity_orders as texts


@click.command(help="导出签到表：签到、签退、迟到、早退、缺席和已入账的学时；--blank 为空白表，打印后手签。")
@of_activity
@click.option("--out", type=PATH, required=True, help="导出到的文件，.xlsx 或 .csv（UTF-8 带 BOM）")
@click.option("--blank", is_flag=True, help="空白签到表，只有受邀和已登记的人")
@click.option("--as", "account", default="", callback=filled, metavar="账号", help="以这名管理员或组织者的身份")
@runs
async def sheet(call: Call, number: int, out: Path, blank: bool, account: str) -> None:
    now = datetime.now(UTC)
    demand_folder_of(out)
    async with call.database() as database:
        person = await acting(call, database, account, now, only_look=True)
        async with database.read() as tx:
            found = await activity_sheet.sheet(tx, person, number, now)
    try:
        write_attendance(out, found, rules_of(call.config()).version, blank=blank)
    except UnknownSheetFormat as error:
        raise unwritable(error) from None
    told = {"id": number, "file": str(out), "blank": blank, "rows": len(found.rows)}
    told |= {"persons": len({row.person for row in found.rows}), "present": sum(map(is_present, found.rows))}
    told["absent"] = sum(is_absent(row, found) for row in found.rows)
    call.tell(told, texts.exported(str(out), len(found.rows)))
