"""A whole exam through the encrypted callback alone, by somebody who knows the law and nothing of the program."""

from pathlib import Path

from tests.outside.exam_hall import ITEMS, LEAK, TITLE, Key, Shown, hold, keys, read
from tests.outside.house import Delivery, House, hours

USER, NUMBER = "Staff11", "S00011"


async def the_question(house: House, user: str, said: Delivery, known: dict[str, Key], number: int) -> Shown:
    """In the reply, or pushed after it."""
    words = await house.reads(user, said, f"{number}/{ITEMS} ")
    shown = read(words, known)
    assert shown is not None and shown.number == number, words
    return shown


async def test_a_stranger_sits_a_whole_exam(house: House, tmp_path: Path) -> None:
    await hold(house)
    await house.installation.start()
    known = keys()
    rules = await house.say(USER, "考试")
    for word in (TITLE, "90 分钟", "满分 100 分", "回复“开始”"):
        assert word in rules.words
    said = await house.say(USER, "开始")
    names = set()
    for number in range(1, ITEMS + 1):
        shown = await the_question(house, USER, said, known, number)
        names.add(shown.key.name)
        said = await house.say(USER, shown.spelled(shown.key.right))
        assert said.words.startswith(f"✓ 已保存 第{number}题 "), said.words
    assert len(names) == ITEMS
    assert f"已答 {ITEMS}/{ITEMS}" in said.words
    assert "确认" in (await house.say(USER, "交卷")).words
    assert "成绩：100 分" in (await house.say(USER, "确认")).words
    assert "100 分（满分 100），优秀" in (await house.say(USER, "考试")).words
    assert "1 次" in (await house.say(USER, "开始")).words, "no second attempt"
    [line] = await house.ledger_of(NUMBER, tmp_path)
    assert str(hours([line])) == "2.00"
    assert LEAK not in "\n".join(seen.words for seen in house.wecom.chat(USER))
