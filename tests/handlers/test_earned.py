"""What was kept of cut lines is held against the lines: what nobody touched agrees, every fault is named by line.

None of the faults of adding needs a trigger to be dropped.
"""

from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import delete, insert, text, update

from handlers.actions import earned, ledgers, merge_lines, merging, past_events
from storage import ledger
from storage.batches import Batch
from storage.database import Database
from storage.scope import EVERYTHING
from storage.tables import ledger_earned as table
from tests.bot.cli.planting import unguard
from tests.bot.desk import rows
from tests.databases import on_sqlite
from tests.handlers.city import add_person, populate
from tests.handlers.past import NOW, Books, past, told
from tests.handlers.stage import MONDAY
from training.batches import State
from training.chains import Broken
from training.earned_rows import IMPORT, MERGE
from training.errors import EarnedOff

DAYS: Final = [MONDAY + timedelta(days=n) for n in range(8)]


@pytest.fixture
async def books(database: Database) -> Books:
    """Lines 1 to 4: 5, 3 of 4, and 0 of 6 under the cap of 8, and 8 of 9 because of the form; then 1 is taken back.

    5 takes it back, 6 and 7 fill 2 and 3 up.
    """
    await populate(database)
    made = Books(database)
    hearings = [past("court_hearing", str(n), hours, DAYS[n]) for n, hours in enumerate(("5", "4", "6"), 1)]
    await made.post(*hearings, past("collective", "会前", "6", DAYS[7]))
    assert told(await made.reverse("1")) == [("1", "-5.00"), ("2 补足", "1.00"), ("3 补足", "4.00")]
    return made


async def plant(database: Database, *statements: Any, guarded: bool = False) -> None:
    async with database.write() as tx:
        if not guarded and tx.dialect.name == "sqlite":
            await unguard(tx, table.name)
        elif not guarded:
            await tx.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            await tx.execute(statement)


def row(seq: int, amounts: tuple[int, int], event: int | None = None, day: int = 1) -> Any:
    values = {"seq": seq, "day": DAYS[day], "event": event or seq}
    return insert(table).values(earned_hundredths=amounts[0], posted_hundredths=amounts[1], **values)


def changed(number: int, **values: Any) -> Any:
    return update(table).where(table.c.seq == number).values(values)


async def test_what_nobody_touched_agrees(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    for lines in (1, 3, earned.WINDOW_LINES):
        monkeypatch.setattr(earned, "WINDOW_LINES", lines)
        assert (await ledgers.verify(books.database, None)) == await ledgers.head(books.database)


ADDED: Final = {
    "to a line that was not cut": (row(1, (900, 500)), 1),
    "to a line that its form cut": (row(4, (600, 400), day=7), 4),
    "to a reversal": (row(5, (900, 0)), 5),
    "a day more to a cut line": (row(2, (900, 0), day=3), 2),
    "a day more of nothing to a fill": (row(6, (900, 0), 2, day=3), 6),
    "below the first line": (row(-3, (900, 0)), -3),
    "beyond the last line": (row(99, (900, 0)), 99),
}


@pytest.mark.parametrize("name", ADDED)
async def test_a_row_that_was_added(books: Books, name: str) -> None:
    statement, seq = ADDED[name]
    await plant(books.database, statement, guarded=True)
    assert await ledgers.verify(books.database, None) == Broken(seq, "earned")


CHANGED: Final = {
    "more was earned": (changed(3, earned_hundredths=601), 3),
    "less was earned": (changed(2, earned_hundredths=350), 2),
    "less was posted": (changed(2, posted_hundredths=200), 2),
    "more was posted": (changed(6, posted_hundredths=150), 6),
    "a fill had earned": (changed(7, earned_hundredths=400), 7),
    "a fill of another event": (changed(7, event=2), 7),
    "a cut line of another event": (changed(3, event=2), 3),
    "another day": (changed(3, day=DAYS[5]), 3),
    "a cut line without rows": (delete(table).where(table.c.seq == 3), 3),
    "a fill without rows": (delete(table).where(table.c.seq == 6), 6),
    "rows of one line given to another": (changed(3, seq=4), 3),
}


@pytest.mark.parametrize("name", CHANGED)
async def test_a_row_that_was_changed_or_deleted(books: Books, name: str) -> None:
    statement, seq = CHANGED[name]
    await plant(books.database, statement)
    assert await ledgers.verify(books.database, None) == Broken(seq, "earned")


@pytest.mark.parametrize("name", ["a day more to a cut line", "to a line that was not cut"])
async def test_nothing_is_posted_by_rows_that_the_lines_belie(books: Books, name: str) -> None:
    """Before, the next reversal posted what an inserted row said had been earned."""
    statement, seq = ADDED[name]
    await plant(books.database, statement, guarded=True)
    head = await ledgers.head(books.database)
    with pytest.raises(EarnedOff) as caught:
        await books.reverse("2")
    assert caught.value.seq == seq
    assert await ledgers.head(books.database) == head


async def test_a_fill_whose_rows_are_gone_is_not_filled_twice(books: Books) -> None:
    await plant(books.database, delete(table).where(table.c.seq == 7))
    with pytest.raises(EarnedOff):
        await books.reverse("2")


async def test_a_day_is_not_freed_by_rows_that_the_lines_belie(books: Books) -> None:
    """Of the 12 of its day one line has all; a row that says it has none there lets nothing in."""
    await books.post(past("lecture", "满", "12", DAYS[4], to=DAYS[5]), past("lecture", "整", "12", DAYS[6]))
    await plant(books.database, row(9, (1200, 0), day=6), guarded=True)
    assert told(await books.post(past("teaching", "课", "4", DAYS[6]))) == [("课", "0.00")]


@pytest.fixture
async def merged(books: Books) -> Books:
    """R9 was cut as R1 was, and becomes R2, who has 2 of the 8 and 8 of the 12 of a day already."""
    database = books.database
    async with database.write() as tx:
        await add_person(tx, "R6", "second", name="何芳", role="city_admin")
        await add_person(tx, "R9", name="李强", post="科员")
    hearings = [past("court_hearing", f"又{n}", h, DAYS[n], person="R9") for n, h in enumerate(("5", "4", "6"), 1)]
    lectures = [past("lecture", f"{who}讲座", "8", DAYS[7], person=who) for who in ("R2", "R9")]
    await books.post(*hearings, *lectures, past("court_hearing", "旧", "2", person="R2"))
    await books.reverse("又1")
    async with database.write() as tx:
        wanted = await merging.proposed(tx, books.rules, "R9", "R2", NOW)
    async with database.write() as tx:
        batch = Batch(9, wanted, "R5", "江平", "同一人", NOW + timedelta(days=1), State.OPEN)
        await merging.merge(tx, books.rules, wanted, batch, by="R6", now=NOW + timedelta(days=2))
    return books


async def again(database: Database) -> dict[str, int]:
    """Title → number of the line that the merge posted."""
    async with database.read() as tx:
        lines = await ledger.lines_of(tx, EVERYTHING, "R2", 2026, at_most=100)
    return {line.entry.title: line.seq for line in lines if line.entry.source == MERGE}


async def test_what_a_merge_posted_again_has_the_rows_of_what_it_stands_for(merged: Books) -> None:
    numbers = await again(merged.database)
    kept = await refilled_rows(merged.database)
    assert {title: kept.get(seq) for title, seq in numbers.items()} == {
        "又2": [(numbers["又2"], 400, 300)],
        "又3": [(numbers["又3"], 600, 0)],
        "R9讲座": [(numbers["R9讲座"], 800, 400)],
        "又2 补足": [(numbers["又2"], 0, 100)],
        "又3 补足": [(numbers["又3"], 0, 200)],
    }
    assert await ledgers.verify(merged.database, None) == await ledgers.head(merged.database)


async def refilled_rows(database: Database) -> dict[int, list[tuple[int, int, int]]]:
    columns = (table.c.seq, table.c.event, table.c.earned_hundredths, table.c.posted_hundredths)
    found: dict[int, list[tuple[int, int, int]]] = {}
    for seq, *amounts in await rows(database, *columns):
        found.setdefault(seq, []).append((amounts[0], amounts[1], amounts[2]))
    return found


@pytest.mark.parametrize(
    ("title", "values"),
    [
        ("又2", {"earned_hundredths": 900}),
        ("又2 补足", {"earned_hundredths": 100}),
        ("又2 补足", {"event": 1}),
        ("又3", {"day": DAYS[4]}),
        ("R9讲座", {"earned_hundredths": 900}),
        ("R9讲座", {"posted_hundredths": 300}),
        ("又3", None),
        ("R9讲座", None),
    ],
)
async def test_a_row_of_a_merge_that_was_changed(merged: Books, title: str, values: dict[str, Any] | None) -> None:
    seq = (await again(merged.database))[title]
    fault = delete(table).where(table.c.seq == seq) if values is None else changed(seq, **values)
    await plant(merged.database, fault)
    assert await ledgers.verify(merged.database, None) == Broken(seq, "earned")


def test_the_names_are_those_of_the_sources() -> None:
    assert (IMPORT, MERGE) == (past_events.SOURCE, merge_lines.SOURCE)


@on_sqlite
async def test_a_day_that_is_no_day_is_named_by_its_line(books: Books) -> None:
    await plant(books.database, text("UPDATE ledger_earned SET day = 'never' WHERE seq = 6"))
    assert await ledgers.verify(books.database, None) == Broken(6, "unreadable")


@on_sqlite
async def test_an_amount_that_is_no_amount_is_named_by_its_line(books: Books) -> None:
    await plant(books.database, text("UPDATE ledger_earned SET earned_hundredths = 'all' WHERE seq = 6"))
    assert await ledgers.verify(books.database, None) == Broken(6, "earned")
