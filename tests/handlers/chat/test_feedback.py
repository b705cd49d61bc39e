"""投诉建议, from the person to the city and back."""

from sqlalchemy import select

from storage import tables
from tests.handlers.stage import Stage


async def test_a_complaint_goes_to_the_city_and_is_answered(stage: Stage) -> None:
    zhou, admin, chen = stage.phone("zhou"), stage.phone("admin"), stage.phone("chen")
    taken = "已收到您的意见，编号 1。市司法局会答复您，请留意消息。"
    assert await zhou("投诉建议 每日一题太难，ＡＢＣ？") == taken
    assert await admin.read() == ("【投诉建议 1】\n每日一题太难，ＡＢＣ？\n\n答复请发送：回复 1 您的答复")
    assert await chen.read() == ""
    listed = await admin("回复")
    assert listed == ("【待答复的投诉建议】\n1（11月23日）每日一题太难，ＡＢＣ？\n答复请发送：回复 编号 您的答复")
    assert await admin("回复 1 谢谢，\n已调整。") == "投诉建议 1 已答复并送达本人。"
    assert await zhou.read() == "【投诉建议 1 的答复】\n谢谢，\n已调整。"
    assert await admin("回复") == "没有待答复的投诉建议。"
    assert await admin("回复 1 再答一次") == "没有找到待答复的投诉建议“1”，请核对编号。"
    assert await zhou.read() == ""


async def test_the_answer_is_in_the_audit_log(stage: Stage) -> None:
    await stage.phone("zhou")("意见 好")
    await stage.phone("admin")("回复 1 谢谢")
    async with stage.database.read() as tx:
        log = tables.audit_log.c
        rows = (await tx.execute(select(log.actor, log.what, log.subject, log.after))).all()
    assert rows == [("R5", "feedback.answer", "feedback 1", "谢谢")]


async def test_an_answer_reaches_every_account_of_the_person(stage: Stage) -> None:
    one, other, admin = stage.phone("wu"), stage.phone("wu2"), stage.phone("admin")
    await one("投诉 食堂")
    await admin("回复１：收到")
    assert await one.read() == await other.read() == "【投诉建议 1 的答复】\n收到"


async def test_only_the_city_answers(stage: Stage) -> None:
    await stage.phone("zhou")("建议 多些案例题")
    refused = "这项操作需要管理员权限。如需开通，请联系市司法局。"
    for words in ("回复", "回复 1 不行", "回复 7 不行"):
        assert await stage.phone("chen")(words) == refused
    admin = stage.phone("admin")
    assert (await admin.read()).startswith("【投诉建议 1】\n多些案例题")
    assert await admin("回复 1 好的") == "投诉建议 1 已答复并送达本人。"


async def test_without_words_it_says_how(stage: Stage) -> None:
    for words in ("投诉建议", " 投诉 ", "意见："):
        said = await stage.phone("zhou")(words)
        assert said.startswith("请把意见写在后面一起发送，如：投诉建议 每日一题的解析看不清。")
    assert await stage.phone("admin").read() == ""


async def test_an_answer_needs_a_number_and_words(stage: Stage) -> None:
    admin = stage.phone("admin")
    for words in ("1", "谢谢", "-1 谢谢", "1.5 谢谢", "9" * 40 + " 谢谢"):
        assert (await admin(f"回复 {words}")).startswith("没有看懂，请按这个样子发送：回复 12 ")
    for number in ("0", "7", "999999999", "００７"):
        said = f"没有找到待答复的投诉建议“{int(number)}”，请核对编号。"
        assert await admin(f"回复 {number} 谢谢") == said


async def test_a_long_complaint_arrives_whole(stage: Stage) -> None:
    text = "字" * 3000
    await stage.phone("zhou")(f"投诉建议 {text}")
    parts = (await stage.phone("admin").read()).split("\n----\n")
    assert len(parts) > 1
    assert text in "".join(part.removeprefix(f"（{n}/{len(parts)}）") for n, part in enumerate(parts, 1))
