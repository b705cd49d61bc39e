"""One report, written in a process of its own: `python -m bot.report_child`, with its `Order` as a line on stdin.

Not a command. It is as nice as can be, only reads the database, leaves the file in the order's folder, and exits 0
when it is whole. It ends, and takes the folder with it, as soon as stdin does: with the bot that started it.
"""

import asyncio
import os
import shutil
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from storage.database import Database
    from training.rules import Rules

NICENESS: Final = 19
FILE: Final = "report.xlsx"
FAILED: Final = 1


class Order(msgspec.Struct, frozen=True):
    """`config` is a `Config` without secrets but the database's; that is why it comes on stdin, never in argv.

    `units` are 单位代码, each with those below it; none is the whole city; `within` are all of them as of today.
    `rules` is the text of the rule file as the bot read it, so that both go by the same; empty when none is
    configured. `number` is for the log.
    """

    number: int
    kind: str
    year: int
    units: tuple[str, ...]
    within: tuple[str, ...]
    now: datetime
    folder: str
    config: msgspec.Raw
    rules: str = ""


def main() -> None:
    os.nice(NICENESS)
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    threading.Thread(target=_end_with_parent, args=(order.folder,), daemon=True).start()
    # Only now, and so as a nice process: these cost most of a second.
    import structlog

    from bot import logs

    logs.set_up()
    try:
        asyncio.run(_write(order))
    except Exception as error:
        structlog.get_logger(__name__).error("report_not_written", id=order.number, exc_info=error)
        sys.exit(FAILED)


def _end_with_parent(folder: str) -> None:
    """Nothing more is written to stdin: what can be read is its end. Not through the buffer, whose lock would be
    held when the interpreter ends."""
    os.read(0, 1)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(FAILED)


async def _write(order: Order) -> None:
    from bot import reports
    from bot.config import Config
    from bot.rule_files import rules_in
    from storage.database import open_database
    from training.exports import Kind
    from training.summaries import Cut

    config = msgspec.json.decode(order.config, type=Config)
    database = open_database(config.database.url)
    out = Path(order.folder) / FILE
    try:
        rules = rules_in(order.rules, config)
        within = frozenset(order.within) if order.units else None
        if order.kind == Kind.EXAM:
            await _write_exam(database, rules, order, within, out)
            return
        report = await reports.asked(database, rules, order.kind, order.year, order.units, Cut(), order.now, within)
        if order.kind == reports.SUMMARY:
            await reports.write_summary_of(database, rules, report, out)
        elif order.kind == reports.CONFIRMATION:
            await reports.write_confirmation_of(database, rules, report, out)
        else:
            await reports.write_lines(database, report, out)
    finally:
        await database.close()


async def _write_exam(
    database: "Database", rules: "Rules", order: Order, within: frozenset[str] | None, out: Path
) -> None:
    """Right answers are in it only when they are released: it leaves the house as a chat message."""
    from bot import exam_files
    from handlers.actions import exam_reports, ledgers

    stated = await exam_reports.statement(database, rules, order.year, order.now, within=within)
    particulars = exam_files.particulars_of(stated, await ledgers.head(database), rules.version)
    await exam_files.write(database, stated, particulars, out, keys=stated.exam.answers_released)


if __name__ == "__main__":
    main()
