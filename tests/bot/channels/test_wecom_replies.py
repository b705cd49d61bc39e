"""Passive replies, read back by an independent parser, and which reply goes where."""

import xml.etree.ElementTree as ET

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.channels.wecom_replies import button_reply, card_reply, element, text_reply
from bot.channels.wecom_spelling import late, overflow, spell
from handlers.message import Button, Card, Choice, File, Grey, Incoming, Kind, Push, Reply, Select, Text
from tests.bot.channels.conftest import CORP, NOW

AT = int(NOW.timestamp())
BUTTONS = Card("今日一题", body="题干", buttons=(Button("A", "a:A"), Button("B", "a:B", style=2)))
VOTE = Card(
    "多选",
    quote="题干",
    choices=(Choice("A", "甲", checked=True), Choice("B", "乙")),
    question_key="q2",
    submit=Button("提交", "k"),
)
MULTI = Card(
    "问卷",
    selects=(Select("k1", "年度", (Choice("1", "一"),)), Select("k2", "单位", (Choice("2", "二"),), "2")),
    submit=Button("提交", "s"),
)
NOTICE = Card("标题", rows=(("单位", "司法局"), ("学时", "40.00")), url="https://example.cn/?a=1&b=2")
PICTURE = Card("标题", image_url="https://example.cn/a.png", url="https://example.cn/")


def shape(element: ET.Element) -> object:
    """Elements as (name, text) or (name, children): names and order are what matters."""
    return [(child.tag, shape(child) if len(child) else child.text) for child in element]


def read(xml: str) -> dict[str, object]:
    return dict(shape(fromstring(xml)))  # type: ignore[call-overload, no-any-return]


def act(kind: Kind, response_code: str = "RC") -> Incoming:
    return Incoming("wecom", "k", "zhangsan", kind, "", NOW, response_code=response_code)


class TestXml:
    def test_text(self) -> None:
        assert read(text_reply("zhangsan", CORP, AT, "你好")) == {
            "ToUserName": "zhangsan",
            "FromUserName": CORP,
            "CreateTime": str(AT),
            "MsgType": "text",
            "Content": "你好",
        }

    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("]>\n\t&<"), min_size=1))
    def test_any_text_comes_back_as_it_was(self, words: str) -> None:
        xml = text_reply("a", CORP, AT, words)
        assert (read(xml)["Content"] or "") == words.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")

    def test_the_end_of_cdata_inside_a_text(self) -> None:
        words = "a]]>b]]]>c]]>]]>"
        assert read(text_reply("a", CORP, AT, words))["Content"] == words

    def test_nothing_can_be_added_from_inside_a_text(self) -> None:
        words = "]]></Content><ToUserName>lisi</ToUserName><Content><![CDATA["
        assert [child.tag for child in fromstring(text_reply("a", CORP, AT, words))] == [
            "ToUserName",
            "FromUserName",
            "CreateTime",
            "MsgType",
            "Content",
        ]

    def test_what_xml_cannot_carry_does_not_cost_the_reply(self) -> None:
        assert read(text_reply("a", CORP, AT, "张\x0b三\x00"))["Content"] == "张\ufffd三\ufffd"

    def test_button(self) -> None:
        answer = read(button_reply("a", CORP, AT, "已提交"))
        assert (answer["MsgType"], answer["Button"]) == ("update_button", [("ReplaceName", "已提交")])

    def card(self, card: Card) -> object:
        answer = read(card_reply("a", CORP, AT, card))
        assert answer["MsgType"] == "update_template_card"
        return answer["TemplateCard"]

    def test_vote_card(self) -> None:
        assert self.card(replace(VOTE, closed="已提交")) == [
            ("CardType", "vote_interaction"),
            ("Source", [("Desc", "学法")]),
            ("MainTitle", [("Title", "多选")]),
            ("QuoteArea", [("Type", "0"), ("QuoteText", "题干")]),
            (
                "CheckBox",
                [
                    ("QuestionKey", "q2"),
                    ("Mode", "0"),
                    ("OptionList", [("Id", "A"), ("Text", "甲"), ("IsChecked", "true")]),
                    ("OptionList", [("Id", "B"), ("Text", "乙"), ("IsChecked", "false")]),
                    ("Disable", "true"),
                ],
            ),
            ("SubmitButton", [("Text", "提交"), ("Key", "k")]),
            ("ReplaceText", "已提交"),
        ]

    def test_button_card(self) -> None:
        assert self.card(BUTTONS) == [
            ("CardType", "button_interaction"),
            ("Source", [("Desc", "学法")]),
            ("MainTitle", [("Title", "今日一题")]),
            ("SubTitleText", "题干"),
            ("ButtonList", [("Type", "0"), ("Text", "A"), ("Style", "1"), ("Key", "a:A")]),
            ("ButtonList", [("Type", "0"), ("Text", "B"), ("Style", "2"), ("Key", "a:B")]),
        ]

    def test_multiple_card(self) -> None:
        assert self.card(MULTI) == [
            ("CardType", "multiple_interaction"),
            ("Source", [("Desc", "学法")]),
            ("MainTitle", [("Title", "问卷")]),
            (
                "SelectList",
                [("QuestionKey", "k1"), ("Title", "年度"), ("OptionList", [("Id", "1"), ("Text", "一")])],
            ),
            (
                "SelectList",
                [
                    ("QuestionKey", "k2"),
                    ("Title", "单位"),
                    ("SelectedId", "2"),
                    ("OptionList", [("Id", "2"), ("Text", "二")]),
                ],
            ),
            ("SubmitButton", [("Text", "提交"), ("Key", "s")]),
        ]

    def test_text_notice(self) -> None:
        assert self.card(NOTICE) == [
            ("CardType", "text_notice"),
            ("Source", [("Desc", "学法")]),
            ("MainTitle", [("Title", "标题")]),
            ("CardAction", [("Type", "1"), ("Url", "https://example.cn/?a=1&b=2")]),
            ("HorizontalContentList", [("KeyName", "单位"), ("Value", "司法局")]),
            ("HorizontalContentList", [("KeyName", "学时"), ("Value", "40.00")]),
        ]

    def test_news_notice(self) -> None:
        assert ("CardImage", [("Url", "https://example.cn/a.png")]) in self.card(PICTURE)  # type: ignore[operator]

    def test_irregular_names(self) -> None:
        parts = {
            "quote_area": {"appid": "1", "pagepath": "2"},
            "card_action": {"appid": "3"},
            "horizontal_content_list": [{"userid": "4", "media_id": "5"}],
        }
        assert read(f"<xml>{element('TemplateCard', parts)}</xml>")["TemplateCard"] == [
            ("QuoteArea", [("Appid", "1"), ("PagePath", "2")]),
            ("CardAction", [("AppId", "3")]),
            ("HorizontalContentList", [("UserId", "4"), ("MediaId", "5")]),
        ]


SPOKEN = [Kind.TEXT, Kind.CLICK, Kind.ENTER, Kind.SUBSCRIBE, Kind.OTHER]


class TestSpelling:
    @pytest.mark.parametrize("kind", SPOKEN)
    def test_words_answer_what_a_person_does(self, kind: Kind) -> None:
        answer = read(spell(act(kind), Reply(Text("好")), CORP))
        assert (answer["ToUserName"], answer["Content"]) == ("zhangsan", "好")
        assert overflow(act(kind), Reply(Text("好"))) == ()
        assert late(act(kind), Reply(Text("好"))) == (Push(("zhangsan",), Text("好")),)

    @pytest.mark.parametrize("kind", SPOKEN)
    def test_a_card_cannot_answer_words_and_is_pushed(self, kind: Kind) -> None:
        assert spell(act(kind), Reply(VOTE), CORP) == b""
        assert overflow(act(kind), Reply(VOTE)) == (Push(("zhangsan",), VOTE),)
        assert late(act(kind), Reply(VOTE)) == ()

    def test_a_tap_takes_a_card_or_grey(self) -> None:
        assert read(spell(act(Kind.TAP), Reply(VOTE), CORP))["MsgType"] == "update_template_card"
        assert read(spell(act(Kind.TAP), Reply(Grey("已")), CORP))["MsgType"] == "update_button"
        assert overflow(act(Kind.TAP), Reply(VOTE)) == overflow(act(Kind.TAP), Reply(Grey("已"))) == ()

    def test_words_cannot_answer_a_tap_and_are_pushed_whole(self) -> None:
        words = Text("长" * 2000)
        assert spell(act(Kind.TAP), Reply(words), CORP) == b""
        assert overflow(act(Kind.TAP), Reply(words)) == (Push(("zhangsan",), words),)

    @pytest.mark.parametrize("kind", [Kind.SILENT, Kind.UNSUBSCRIBE])
    def test_nobody_waits(self, kind: Kind) -> None:
        assert spell(act(kind), Reply(Text("好")), CORP) == b""
        assert overflow(act(kind), Reply(Text("好"))) == late(act(kind), Reply(Text("好"))) == ()

    @pytest.mark.parametrize("reply", [Reply(), Reply(Text("")), Reply(then=(Push(("a",), File("n", b"123456")),))])
    def test_nothing_to_say(self, reply: Reply) -> None:
        assert spell(act(Kind.TEXT), reply, CORP) == b""
        assert overflow(act(Kind.TEXT), reply) == late(act(Kind.TEXT), reply) == ()

    def test_spelling_twice_gives_the_same_bytes(self) -> None:
        assert spell(act(Kind.TAP), Reply(VOTE), CORP) == spell(act(Kind.TAP), Reply(VOTE), CORP)

    @given(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=600, max_size=1500).map(lambda t: t * 3)
    )
    def test_a_long_text_is_said_in_parts_and_none_is_lost(self, words: str) -> None:
        reply = Reply(Text(words))
        first = late(act(Kind.TEXT), reply)[0].content
        assert isinstance(first, Text)
        assert read(spell(act(Kind.TEXT), reply, CORP))["Content"] == first.text.replace(
            "\ufffe", "\ufffd"
        ).replace("\uffff", "\ufffd")
        rest = [push.content for push in overflow(act(Kind.TEXT), reply)]
        said = [first, *[part for part in rest if isinstance(part, Text)]]
        total = len(said)
        assert all(len(part.text.encode()) <= 2048 for part in said)
        whole = "".join(part.text.removeprefix(f"（{n}/{total}）") for n, part in enumerate(said, 1))
        assert whole == words
