"""Passive replies: what may answer what, what is wrong with them, and how cards change by them."""

from __future__ import annotations

import pytest

from bot.sandbox import NotOffered
from bot.sandbox.messages import Card
from bot.sandbox.xml_text import Pairs
from tests.bot.sandbox.payloads import card
from tests.bot.sandbox.stage import PNG, Stage

TEXT: Pairs = [("MsgType", "text"), ("Content", "好")]
BUTTON: Pairs = [("MsgType", "update_button"), ("Button", [("ReplaceName", "已提交")])]


def vote(question: str, *extra: tuple[str, str | int | Pairs], disabled: str = "false") -> Pairs:
    """A whole new vote card."""
    options: Pairs = [
        ("OptionList", [("Id", "A"), ("Text", "甲"), ("IsChecked", "false")]),
        ("OptionList", [("Id", "B"), ("Text", "乙"), ("IsChecked", "false")]),
    ]
    new: Pairs = [
        ("CardType", "vote_interaction"),
        ("MainTitle", [("Title", question), ("Desc", "单选")]),
        ("CheckBox", [("QuestionKey", question), *options, ("Disable", disabled), ("Mode", "0")]),
        ("SubmitButton", [("Text", "提交"), ("Key", f"submit:{question}")]),
        *extra,
    ]
    return [("MsgType", "update_template_card"), ("TemplateCard", new)]


async def on_card(stage: Stage, kind: str = "button_interaction") -> tuple[str, Card]:
    """A card in ZhaoMin's and qian's chats; ZhaoMin's copy."""
    answer = await stage.wire.send("template_card", card(kind, task_id="day-1"), touser="zhaomin|qian")
    assert answer["errcode"] == 0
    message = stage.sandbox.chat("zhaomin")[-1]
    assert message.card is not None
    return message.message_id, message.card


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (BUTTON, "update_button is no answer to text"),
        (vote("q2"), "update_template_card is no answer to text"),
        ([("MsgType", "")], "nothing is no answer to text"),
        ([("MsgType", "poem")], "poem is no answer to text"),
        ([("MsgType", "text"), ("Content", "")], "the text is empty"),
        ([("MsgType", "image"), ("Image", [("MediaId", "x")])], "MediaId: 40007"),
        ([("MsgType", "image"), ("MediaId", "x")], "MediaId: 41006"),
        ([("MsgType", "news"), ("ArticleCount", 1)], "ArticleCount"),
        ([*TEXT, ("FromUserName", "x")], None),
    ],
)
async def test_replies_to_a_text(stage: Stage, reply: Pairs, problem: str | None) -> None:
    stage.bot.reply = lambda told: reply
    outcome = await stage.sandbox.type_text("zhaomin", "你好")
    assert outcome.problems == ([problem] if problem else [])
    assert (outcome.reply is None) == bool(problem)
    assert stage.sandbox.counters.bad_replies == (1 if problem else 0)
    assert len(stage.sandbox.chat("zhaomin")) == (1 if problem else 2)


async def test_a_card_event_takes_card_updates_only(stage: Stage) -> None:
    message_id, _ = await on_card(stage)
    stage.bot.reply = lambda told: TEXT
    outcome = await stage.sandbox.tap("zhaomin", message_id, "answer:A")
    assert outcome.problems == ["text is no answer to template_card_event"]
    assert len(stage.sandbox.chat("zhaomin")) == 1


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda body: "success", "the body is no XML"),
        (lambda body: body.replace("Nonce", "Nonsense"), "the envelope is incomplete"),
        (lambda body: body.replace("1795000000", "1795000001"), "envelope: signature"),
    ],
)
async def test_envelopes_that_are_wrong(stage: Stage, spoil: object, problem: str) -> None:
    stage.bot.reply = lambda told: TEXT
    stage.bot.spoil = spoil  # type: ignore[assignment]
    outcome = await stage.sandbox.type_text("zhaomin", "你好")
    assert (outcome.accepted, outcome.problems) == (True, [problem])


async def test_a_reply_for_another_corp_is_thrown_away(stage: Stage) -> None:
    stage.bot.reply = lambda told: TEXT
    stage.bot.reply_corp = "ww-other"
    assert (await stage.sandbox.type_text("zhaomin", "你好")).problems == ["envelope: receive id"]


async def test_a_long_reply_is_cut_and_counted(stage: Stage) -> None:
    stage.bot.reply = lambda told: [("MsgType", "text"), ("Content", "字" * 683)]
    outcome = await stage.sandbox.type_text("zhaomin", "你好")
    assert stage.sandbox.chat("zhaomin")[-1].text == "字" * 682
    assert stage.sandbox.counters.cut_texts == 1
    assert outcome.reply is not None
    assert len(outcome.reply.text) == 683


async def test_pictures_and_articles_as_replies(stage: Stage) -> None:
    media_id = (await stage.wire.upload("image", PNG))["media_id"]
    replies: list[Pairs] = [
        [("MsgType", "image"), ("Image", [("MediaId", media_id)])],
        [
            ("MsgType", "news"),
            ("ArticleCount", 1),
            ("Articles", [("item", [("Title", "甲"), ("Url", "https://example.com")])]),
        ],
    ]
    stage.bot.reply = lambda told: replies.pop(0)
    assert (await stage.sandbox.type_text("zhaomin", "图")).problems == []
    assert (await stage.sandbox.type_text("zhaomin", "文")).problems == []
    kinds = [message.kind for message in stage.sandbox.chat("zhaomin")]
    assert kinds == ["text", "image", "text", "news"]


async def test_update_button_greys_the_copy_of_the_one_who_tapped(stage: Stage) -> None:
    message_id, copy = await on_card(stage)
    stage.bot.reply = lambda told: BUTTON
    await stage.sandbox.tap("zhaomin", message_id, "answer:A")
    assert copy.replaced == "已提交"
    with pytest.raises(NotOffered):
        await stage.sandbox.tap("zhaomin", message_id, "answer:A")
    other = stage.sandbox.chat("qian")[0]
    await stage.sandbox.tap("qian", other.message_id, "answer:A")
    assert len(stage.bot.told) == 2


async def test_a_chain_of_questions_in_one_card(stage: Stage) -> None:
    message_id, copy = await on_card(stage)
    replies = [vote("q2"), vote("q3"), vote("q3", ("ReplaceText", "已完成"))]
    stage.bot.reply = lambda told: replies.pop(0)
    await stage.sandbox.tap("zhaomin", message_id, "answer:A")
    assert copy.payload["main_title"] == {"title": "q2", "desc": "单选"}
    await stage.sandbox.submit("zhaomin", message_id, {"q2": ["A"]})
    with pytest.raises(NotOffered):
        await stage.sandbox.submit("zhaomin", message_id, {"q2": ["A"]})
    await stage.sandbox.submit("zhaomin", message_id, {"q3": ["B"]})
    assert (copy.replaced, copy.version) == ("已完成", 4)
    with pytest.raises(NotOffered):
        await stage.sandbox.submit("zhaomin", message_id, {"q3": ["B"]})
    assert [told["TaskId"] for told in stage.bot.told] == ["day-1"] * 3
    assert [told["CardType"] for told in stage.bot.told] == [
        "button_interaction",
        "vote_interaction",
        "vote_interaction",
    ]
    untouched = stage.sandbox.chat("qian")[0].card
    assert untouched is not None
    assert (untouched.kind, untouched.version) == ("button_interaction", 1)


async def test_a_disabled_question_takes_no_answer(stage: Stage) -> None:
    message_id, _ = await on_card(stage)
    stage.bot.reply = lambda told: vote("q2", disabled="true")
    await stage.sandbox.tap("zhaomin", message_id, "answer:A")
    with pytest.raises(NotOffered):
        await stage.sandbox.submit("zhaomin", message_id, {"q2": ["A"]})


@pytest.mark.parametrize(
    ("extra", "problem"),
    [
        (("ReplaceTxt", "x"), "card element ReplaceTxt"),
        (("Checkbox", [("QuestionKey", "q")]), "card element Checkbox"),
        (("CardType", "text_notice"), "card element CardType twice"),
        (("Source", [("DescColor", "red")]), "card element DescColor"),
        (("HorizontalContentList", [("KeyName", "a"), ("Value", "b")]), None),
        (("CardImage", [("AspectRatio", "1.5")]), None),
        (("QuoteArea", [("Type", "1"), ("Url", "example.com")]), "card 45034 url"),
    ],
)
async def test_cards_in_xml_are_checked(stage: Stage, extra: tuple[str, str | Pairs], problem: str | None) -> None:
    message_id, copy = await on_card(stage)
    stage.bot.reply = lambda told: vote("q2", extra)
    outcome = await stage.sandbox.tap("zhaomin", message_id, "answer:A")
    assert outcome.problems == ([problem] if problem else [])
    assert copy.version == (1 if problem else 2)


async def test_wide_texts_in_an_update_are_noted(stage: Stage) -> None:
    message_id, _ = await on_card(stage)
    stage.bot.reply = lambda told: vote("字" * 37)
    await stage.sandbox.tap("zhaomin", message_id, "answer:A")
    (violation,) = stage.sandbox.width_violations
    assert (violation.where, violation.limit) == ("main_title.title", 36)
