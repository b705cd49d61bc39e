"""Answers of every kind, tapped and typed, and what survives a restart."""

import time
from pathlib import Path

from tests.outside.files import JUDGE, LONG_MULTIPLE, SINGLE
from tests.outside.house import House
from tests.outside.test_whole_run import assert_shows

TYPED = {
    "S00020": ("Staff20", "B"),
    "S00021": ("Staff21", "ｂ "),
    "L1": ("lead_two", " c a、b"),
    "E1": ("enf2", "错"),
}


def shown(house: House, user: str) -> str:
    return "\n".join(seen.words for seen in house.wecom.chat(user))


async def test_a_long_multiple_question_is_shown_whole_and_ticked(town: House) -> None:
    card = await town.card("Lead.One")
    assert_shows(shown(town, "lead.one").replace("）", "\n"), LONG_MULTIPLE)  # （1/2） stands before a part
    told = await town.tap("lead.one", card, "ABC")
    assert told.reply is not None and told.reply.kind == "update_template_card"
    await town.reads("lead.one", told, "ABC", str(LONG_MULTIPLE["explanation"]), "行政处罚法", "五十四条")


async def test_a_judge_question_is_tapped(town: House) -> None:
    card = await town.card("enf1")
    assert str(JUDGE["stem"]) in shown(town, "enf1")
    told = await town.tap("enf1", card, "对")
    assert told.reply is not None and told.reply.kind == "update_template_card"
    await town.reads("enf1", told, "错", str(JUDGE["explanation"]), "行政处罚法", "二十九条")


async def test_typed_answers(town: House, tmp_path: Path) -> None:
    for user, words in TYPED.values():
        await town.card(user)
        said = await town.say(user, words)
        await town.reads(user, said, "正确", "行政处罚法")
    rows = await town.ledger(tmp_path)
    for number in TYPED:
        (row,) = [row for row in rows if row["人员编号"] == number]
        assert row["认定学时"] == "0.10"


async def test_a_tap_after_the_typed_answer_is_told_so(town: House, tmp_path: Path) -> None:
    card = await town.card("Staff22")
    await town.say("Staff22", "A")
    told = await town.tap("Staff22", card, "B")
    assert "已作答" in told.words
    assert len(await town.ledger_of("S00022", tmp_path)) == 1


async def test_the_question_on_request(town: House) -> None:
    said = await town.say("Staff23", "今日一题")
    assert_shows(await town.reads("Staff23", said, str(SINGLE["stem"])), SINGLE)


async def test_an_unknown_word_gets_help(town: House) -> None:
    assert "帮助" in (await town.say("Staff24", "阿巴阿巴")).words


async def test_a_stored_reply_survives_a_kill(town: House, tmp_path: Path) -> None:
    card = await town.card("Staff25")
    xml = town.client.tap("Staff25", card, card.choose("D"), created=int(time.time()))
    before = await town.send(xml)
    await town.installation.kill()
    await town.installation.start()
    after = await town.send(xml)
    assert before.reply is not None and after.reply is not None
    assert before.reply.plain == after.reply.plain
    assert len(await town.ledger_of("S00025", tmp_path)) == 1
