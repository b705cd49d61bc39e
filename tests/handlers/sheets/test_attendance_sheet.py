"""The 签到表: who was there, who was late or not there, what was posted; and what of it is read back."""

import csv
from pathlib import Path

import pytest

from handlers.actions.activity_sheet import Sheet, sheet
from handlers.actions.activity_sign_list import planned as planned_list
from handlers.sheets.attendance_sheet import COLUMNS, write_attendance
from question_bank.formats.table import read_table
from storage.database import Database
from tests.handlers.activity_city import TUESDAY, WEDNESDAY, Hall, person, planned, populate, session
from tests.handlers.stage import at
from training.activities import HeldBy, Mark
from training.activity_errors import NotOrganiser
from training.broadcasts import Audience
from training.rules import Rules
from training.sign_lists import HEADERS

INVITED = Audience(persons=("R1", "R2", "R3", "R7"))
AFTER = at(TUESDAY, "18:00")


@pytest.fixture
async def hall(database: Database) -> Hall:
    await populate(database)
    return Hall(database)


async def made(hall: Hall, number: int, by: str | None = None) -> Sheet:
    async with hall.database.read() as tx:
        return await sheet(tx, await person(tx, by) if by else None, number, AFTER)


def cells(folder: Path, found: Sheet, *, blank: bool = False) -> list[list[str]]:
    write_attendance(folder / "a.csv", found, "R-1", blank=blank)
    with (folder / "a.csv").open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.reader(opened))


async def attended(hall: Hall) -> int:
    """Zhou on time, Chen late, Wu struck, Tang uninvited; Han, who organises it, did not come."""
    number = (await hall.hold(planned(audience=INVITED), by="R5")).number
    await hall.sign_in("R1", number, at(TUESDAY, "13:55"))
    await hall.sign_in("R2", number, at(TUESDAY, "14:40"))
    await hall.sign_in("R8", number, at(TUESDAY, "14:00"))
    await hall.mark(number, Mark.STRUCK, "R3")
    return number


async def test_everybody_on_the_list_and_everybody_who_was_invited(hall: Hall, tmp_path: Path) -> None:
    number = await attended(hall)
    header, *rows = cells(tmp_path, await made(hall, number))
    assert header == list(COLUMNS)
    assert rows[:6] == [
        ["1", "司法局", "周敏", "R1", "2026-11-24", "13:55", "", "", "", ""],
        ["2", "司法局", "韩梅", "R7", "2026-11-24", "", "", "缺席", "", ""],
        ["3", "执法科", "陈静", "R2", "2026-11-24", "14:40", "", "迟到", "", ""],
        ["4", "财政局", "伍明", "R3", "2026-11-24", "", "", "缺席", "", ""],
        ["5", "河沥街道", "唐宁", "R8", "2026-11-24", "14:00", "", "", "", "未受邀"],
        ["合计", "5 人", "", "", "", "", "", "到场 3 人次，缺席 2 人次", ""],
    ]
    assert [row[0].partition("：")[0] for row in rows[7:]] == [
        *("报表编号", "统计范围", "统计截止日", "数据截止时点", "规则版本"),
        "台账校验码（链头）",
    ]
    assert rows[8][0] == "统计范围：活动 1，主办：司法局"


async def test_the_hours_are_those_that_stand_in_the_ledger(hall: Hall, tmp_path: Path) -> None:
    number = await attended(hall)
    await hall.conclude(number, 90)
    _, *rows = cells(tmp_path, await made(hall, number))
    assert {row[3]: row[8] for row in rows[:5]} == {"R1": "2.00", "R2": "1.11", "R3": "", "R7": "", "R8": "2.00"}
    assert rows[5][8] == "5.11"
    assert await hall.hours("R2") == [("lecture", "1.11")]


async def test_a_row_for_each_day(hall: Hall, tmp_path: Path) -> None:
    days = (session(), session(WEDNESDAY))
    number = (await hall.hold(planned(sessions=days, audience=Audience(persons=("R1",))))).number
    await hall.mark(number, Mark.LISTED, "R1")
    _, *rows = cells(tmp_path, await made(hall, number))
    assert [row[3:8] for row in rows[:2]] == [
        ["R1", "2026-11-24", "√", "", ""],
        ["R1", "2026-11-25", "", "", ""],  # which has not been yet
    ]


async def test_an_empty_one_is_to_be_signed_by_hand(hall: Hall, tmp_path: Path) -> None:
    number = await attended(hall)
    found = await made(hall, number)
    _, *rows = cells(tmp_path, found, blank=True)
    assert all(row[5:] == ["", "", "", "", ""] for row in rows[:5])
    assert rows[5][:2] == ["合计", "5 人"]
    write_attendance(tmp_path / "a.xlsx", found, "R-1", blank=True)
    table = read_table("a.xlsx", (tmp_path / "a.xlsx").read_bytes(), {name: name for name in COLUMNS}, ("姓名",))
    assert table.header == tuple(COLUMNS)
    assert [row.cells["人员编号"] for row in table.rows[:5]] == ["R1", "R7", "R2", "R3", "R8"]
    assert len(table.rows) == 5 + 2 + 6


async def test_it_can_be_brought_in_again_without_changing_anything(hall: Hall, tmp_path: Path) -> None:
    number = await attended(hall)
    write_attendance(tmp_path / "a.xlsx", await made(hall, number), "R-1", blank=False)
    table = read_table("a.xlsx", (tmp_path / "a.xlsx").read_bytes(), HEADERS, ("name",))
    found = await planned_list(hall.database, Rules(), None, number, table, AFTER)
    assert (found.plan.read, found.plan.rejected, found.plan.doubtful) == (5, 2, 0)
    assert [(one.person, one.came) for one in found.plan.seen] == [
        ("R1", at(TUESDAY, "13:55")),
        ("R2", at(TUESDAY, "14:40")),
        ("R8", at(TUESDAY, "14:00")),
    ]


async def test_it_is_for_whoever_runs_it(hall: Hall) -> None:
    number = (await hall.hold(planned(held_by=HeldBy.UNIT))).number
    assert (await made(hall, number, "R7")).rows
    with pytest.raises(NotOrganiser):
        await made(hall, number, "R9")
