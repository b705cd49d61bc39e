"""The whole day of one question, from the push to the ledger, as a stranger to the code sees it."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path

from python_calamine import CalamineWorkbook

from tests.outside.files import SINGLE, STAFF_COUNT
from tests.outside.house import HOURS, YEAR, House, hours
from tests.outside.wire import seal

UNTOUCHED = [f"Staff{n}" for n in range(200, STAFF_COUNT + 1)]


def assert_shows(words: str, question: Mapping[str, object]) -> None:
    """The whole stem, and each option on a line of its own, as the contract promises."""
    options = question["options"]
    assert isinstance(options, list)
    assert str(question["stem"]) in words
    for letter, text in zip("ABCDEF", options, strict=False):
        assert f"{letter}. {text}" in words.splitlines()


async def test_the_whole_run(town: House, tmp_path: Path) -> None:
    house = town
    card = await house.card("Staff7")
    assert_shows("\n".join(seen.words for seen in house.wecom.chat("Staff7")), SINGLE)

    told = await house.tap("Staff7", card, "B")
    assert told.reply is not None and told.reply.kind == "update_template_card"
    words = await house.reads("Staff7", told, str(SINGLE["explanation"]), "行政处罚法", "三十三条")
    assert "B" in words

    said = await house.say("Staff7", "我的学时")
    await house.reads("Staff7", said, "0.10", "50.00")
    await assert_exported(house, tmp_path)
    await assert_second_push_is_silent(house)


async def assert_exported(house: House, tmp_path: Path) -> None:
    (row,) = await house.ledger_of("S00007", tmp_path)
    assert row[HOURS] == "0.10"
    assert {"S00007", "职工7"} <= set(row.values())
    book = tmp_path / "ledger.xlsx"
    await house.installation.done("ledger", "export", "--year", str(YEAR), "--out", book)
    rows = CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0).to_python()
    header = next(cells for cells in rows if HOURS in cells)
    line = next(cells for cells in rows if "S00007" in cells)
    assert f"{float(str(line[header.index(HOURS)])):.2f}" == "0.10"
    assert (await house.installation.run("ledger", "verify")).code == 0


async def assert_second_push_is_silent(house: House) -> None:
    before = len(house.wecom.of("message/send"))
    await house.push()
    await asyncio.sleep(1)
    assert len(house.wecom.of("message/send")) == before
    assert all(len(house.wecom.cards(user)) == 1 for user in UNTOUCHED)


async def test_one_answer_delivered_three_times(town: House, tmp_path: Path) -> None:
    card = await town.card("Staff8")
    xml = town.client.tap("Staff8", card, card.choose("A"), created=int(time.time()), code="rc-1")
    envelope = seal(town.keys, xml)
    same_bytes = [await town.post(envelope) for _ in range(3)]
    again = [await town.send(xml) for _ in range(3)]
    replies = {one.reply.plain for one in [*same_bytes, *again] if one.reply is not None}
    assert len(replies) == 1
    assert len({one.body for one in again}) == 3, "newly encrypted each time"
    rows = await town.ledger_of("S00008", tmp_path)
    assert len(rows) == 1 and str(hours(rows)) == "0.10"


async def test_deliveries_that_overlap_and_a_second_choice(town: House, tmp_path: Path) -> None:
    card = await town.card("Staff9")
    xml = town.client.tap("Staff9", card, card.choose("B"))
    at_once = await asyncio.gather(*(town.send(xml) for _ in range(12)))
    assert len({one.reply.plain for one in at_once if one.reply is not None}) == 1
    later = await town.send(town.client.tap("Staff9", card, card.choose("C"), created=int(time.time()) + 1))
    assert later.reply is not None and "B" in later.words
    assert len(await town.ledger_of("S00009", tmp_path)) == 1
