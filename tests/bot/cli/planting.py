"""A ledger of some three hundred lines that came about as lines do, and hands that go past every guard.

`Plot` is one such database, of which each fault gets a copy. Faults are planted by whoever owns the database: the
triggers are dropped first, by the names that stand in the database itself.
"""

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, Final

from msgspec.structs import asdict, replace
from sqlalchemy import Table, delete, insert, select, text, update

from storage import wishes
from storage.database import Tx, open_database
from storage.ledger import Line, line_of
from storage.tables import ledger_entry, ledger_head
from tests.bot.cli.terminal import Terminal
from tests.handlers.stage import Clock, Stage
from tests.postgres import Server
from training.hours import line_hash

Fault = Callable[[Tx], Coroutine[Any, Any, None]]
ROWS: Final = 296
FORMS: Final = ("专题讲座", "业务培训", "脱产培训")
WHY: Final = ("--as", "first", "--reason", "纸质台账")
_NUMBERS = count()


# ---- how it came about -------------------------------------------------------------------------------------------


def past_rows(rows: int = ROWS, year: int = 2026) -> str:
    """Four people in turn, two of them a day, from 1 January on."""
    lines = ["人员编号,形式,内容类别,内容,起,学时,主办单位,佐证编号"]
    for number in range(rows):
        day = date(year, 1, 1) + timedelta(days=number // 2)
        form, kind = FORMS[number % 3], "宪法" if number % 3 else "业务知识、宪法"
        cells = (
            f"P{number % 4 + 1}",
            form,
            kind,
            f"第{number}讲",
            day,
            f"{number % 5 + 1}.25",
            "司法局",
            f"Z-{number}",
        )
        lines.append(",".join(map(str, cells)))
    return "\n".join(lines) + "\n"


def in_chat(terminal: Terminal, *said: tuple[str, str]) -> list[str]:
    """What several accounts say one after the other, and what they hear."""

    async def talked() -> list[str]:
        database = open_database(terminal.url)
        try:
            async with database.write() as tx:
                await wishes.mark_privacy_shown(tx, ["P1", "P2", "A2"], datetime.now(UTC))
            stage = Stage(database, Clock(datetime.now(UTC)))
            return [await stage.phone(account)(words) for account, words in said]
        finally:
            await database.close()

    return asyncio.run(talked())


def confirm(terminal: Terminal, number: int) -> None:
    [heard] = in_chat(terminal, ("second", f"确认 {number}"))
    assert "已确认并生效" in heard


def more_lines(terminal: Terminal, rows: int, year: int) -> None:
    """Past hours of another year: imported, and confirmed as the batch with the next number."""
    file = terminal.file(f"past-{year}.csv", past_rows(rows, year))
    document = terminal.json("ledger", "import", file, *WHY)
    assert document["accepted"] == rows
    confirm(terminal, document["batch"])


def grow(terminal: Terminal) -> None:
    """Imported, answered on the phone, and one line reversed."""
    terminal.bring()
    terminal.admins()
    more_lines(terminal, ROWS, 2025)
    for account in ("zhangsan", "lisi"):
        assert "+0.10" in in_chat(terminal, (account, "今日一题"), (account, "B"))[1]
    confirm(terminal, terminal.json("ledger", "reverse", "7", *WHY)["batch"])


@dataclass
class Plot:
    """`kept` is the signed head of all `lines` lines, written before anything was planted."""

    terminal: Terminal
    server: Server | None
    lines: int = 0
    kept: str = ""

    def keep_head(self) -> None:
        self.kept = self.terminal.path("kept.json")
        words = ("--out", self.kept, "--key", self.terminal.path("key.pem"))
        self.lines = self.terminal.json("ledger", "head", *words)["seq"]

    def copy(self, folder: Path) -> Terminal:
        if self.server is None:
            shutil.copyfile(self.terminal.folder / "xuefa.db", folder / "xuefa.db")
            return Terminal(folder, f"sqlite:///{folder}/xuefa.db")
        name, template = f"{self.name}_{next(_NUMBERS)}", self.name
        asyncio.run(self.server.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        return Terminal(folder, self.server.url_of(name))

    @property
    def name(self) -> str:
        return name_of(self.terminal)

    def drop(self, terminal: Terminal) -> None:
        if self.server is not None:
            asyncio.run(self.server.drop(name_of(terminal)))


def name_of(terminal: Terminal) -> str:
    return terminal.url.split("?")[0].rsplit("/", 1)[1]


# ---- hands -------------------------------------------------------------------------------------------------------


def plant(terminal: Terminal, fault: Fault, table: Table = ledger_entry) -> None:
    async def planted(tx: Tx) -> None:
        await unguard(tx, table.name)
        await fault(tx)

    terminal.inside(planted)


async def unguard(tx: Tx, table: str) -> None:
    if tx.dialect.name == "sqlite":
        found = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"
        drop = "DROP TRIGGER {}"
    else:
        found = f"SELECT tgname FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal"
        drop = f"DROP TRIGGER {{}} ON {table}"
    names = list((await tx.execute(text(found))).scalars())
    assert names
    for name in names:
        await tx.execute(text(drop.format(name)))


async def line(tx: Tx, number: int) -> Line:
    return line_of((await tx.execute(select(ledger_entry).where(ledger_entry.c.seq == number))).one())


def row(one: Line) -> dict[str, Any]:
    """As it stands in the table."""
    held = asdict(one.entry)
    return {
        **held,
        "content_classes": "、".join(one.entry.content_classes),
        "seq": one.seq,
        "prev": one.prev,
        "hash": one.hash,
    }


async def write(tx: Tx, number: int, **values: Any) -> None:
    await tx.execute(update(ledger_entry).where(ledger_entry.c.seq == number).values(**values))


async def remove(tx: Tx, *numbers: int) -> None:
    await tx.execute(delete(ledger_entry).where(ledger_entry.c.seq.in_(numbers)))


async def move_up(tx: Tx, first: int, last: int) -> None:
    """Numbers from `first` on one higher, the last first."""
    for number in range(last, first - 1, -1):
        await write(tx, number, seq=number + 1)


async def move_head(tx: Tx, last: Line) -> None:
    await tx.execute(
        update(ledger_head).where(ledger_head.c.chain == "ledger").values(seq=last.seq, hash=last.hash)
    )


def forged(after: Line, hours: str = "9.75") -> Line:
    """A line that goes on from another one, with the right hash of what it says."""
    made = replace(
        after.entry, title="伪造", hours=Decimal(hours), source="import", source_ref="forged", reverses=None
    )
    number = after.seq + 1
    return Line(number, after.hash, line_hash(number, after.hash, made), made)


async def add(tx: Tx, one: Line) -> None:
    await tx.execute(insert(ledger_entry).values(row(one)))


async def rewrite(tx: Tx, first: int, last: int) -> None:
    """Every hash from line `first` on computed anew, and the head moved."""
    prev = (await line(tx, first - 1)).hash
    for number in range(first, last + 1):
        one = await line(tx, number)
        made = replace(one, prev=prev, hash=line_hash(number, prev, one.entry))
        await write(tx, number, prev=made.prev, hash=made.hash)
        prev = made.hash
    await move_head(tx, await line(tx, last))


def changed(value: Any, name: str) -> Any:
    """Another value that the column can hold, as near as can be."""
    match value:
        case bool():
            return not value
        case int():
            return value + 10_000
        case datetime():
            return value + timedelta(microseconds=1)
        case date():
            return value + timedelta(days=1)
        case str() if name in ("prev", "hash"):
            return value[:-1] + ("0" if value[-1] != "0" else "1")
        case str():
            return value[:-1] + chr(ord(value[-1]) ^ 1) if value else "x"
        case None:
            return datetime(2026, 1, 1, tzinfo=UTC) if name == "approved_at" else 1
    return value + Decimal("0.01")
