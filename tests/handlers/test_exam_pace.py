"""Answers that come faster than one can read are shown to admins in the report, and count like any other."""

from handlers.actions.exam_reports import statement
from handlers.sheets.exam_persons import detail_rows
from storage.database import Database
from tests.handlers.sitting_city import opened, single
from tests.handlers.stage import Stage
from training.rules import Rules

MANY = tuple(single(n) for n in range(1, 13))


async def test_who_answers_too_fast_is_named_in_the_remark(database: Database) -> None:
    await opened(database, "R1", "R2", questions=MANY)
    stage = Stage(database)
    for account, seconds in (("zhou", 1), ("chen", 5)):
        phone = stage.phone(account)
        await phone("开始")
        for _ in MANY:
            stage.clock.on(seconds=seconds)
            await phone("A")
        await phone("确认")
    stated = await statement(database, Rules(), 1, stage.clock())
    remarks = {row[3]: row[-1] for row in detail_rows(stated)}
    assert remarks == {"R1": "作答过快，请核实", "R2": ""}
    assert {row.sat.result.score for row in stated.rows if row.sat} == {9996}
