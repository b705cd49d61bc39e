"""From plain XML to `Incoming`: every kind, what identifies an act, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom_codec import Rejected
from bot.channels.wecom_messages import parse
from handlers.message import Incoming, Kind
from tests.bot.channels.conftest import CORP, NOW

AGENT = "218"
AT = int(NOW.timestamp())


def xml(
    inner: str, *, at: int = AT, account: str = "ZhangSan", corp: str = CORP, agent: str | None = AGENT
) -> bytes:
    agent_id = "" if agent is None else f"<AgentID>{agent}</AgentID>"
    return (
        f"<xml><ToUserName><![CDATA[{corp}]]></ToUserName><FromUserName><![CDATA[{account}]]></FromUserName>"
        f"<CreateTime>{at}</CreateTime>{inner}{agent_id}</xml>"
    ).encode()


def text(words: str, message_id: str = "1234567890123456") -> str:
    return f"<MsgType>text</MsgType><Content><![CDATA[{words}]]></Content><MsgId>{message_id}</MsgId>"


def event(name: str, inner: str = "") -> str:
    return f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{name}]]></Event>{inner}"


def selected(*options: str, question: str = "Q1") -> str:
    ids = "".join(f"<OptionId>{option}</OptionId>" for option in options)
    return f"<SelectedItem><QuestionKey>{question}</QuestionKey><OptionIds>{ids}</OptionIds></SelectedItem>"


def tap(key: str = "submit", task: str = "t1", code: str = "RC", items: str = "") -> str:
    chosen = f"<SelectedItems>{items}</SelectedItems>" if items else ""
    return event(
        "template_card_event",
        f"<EventKey>{key}</EventKey><TaskId>{task}</TaskId><CardType>vote_interaction</CardType>"
        f"<ResponseCode>{code}</ResponseCode>{chosen}",
    )


def read(inner: str, **head: object) -> Incoming:
    return parse(xml(inner, **head), CORP, AGENT, NOW)  # type: ignore[arg-type]


def refusal(plain: bytes) -> str:
    with pytest.raises(Rejected) as caught:
        parse(plain, CORP, AGENT, NOW)
    return caught.value.reason


def test_a_text() -> None:
    assert read(text("我的学时")) == Incoming(
        channel="wecom",
        key="m:218:1234567890123456",
        account="zhangsan",
        kind=Kind.TEXT,
        text="我的学时",
        sent_at=datetime(2026, 11, 23, 8, tzinfo=UTC),
    )


def test_words_in_pieces_and_entities_are_one_text() -> None:
    pieces = "<MsgType>text</MsgType><Content>a &lt;b&gt; <![CDATA[x]]]]><![CDATA[>y]]></Content><MsgId>1</MsgId>"
    assert read(pieces).text == "a <b> x]]>y"


@pytest.mark.parametrize(
    ("inner", "kind", "words"),
    [
        (event("click", "<EventKey>今日一题</EventKey>"), Kind.CLICK, "今日一题"),
        (event("template_card_menu_event", "<EventKey>more</EventKey>"), Kind.CLICK, "more"),
        (event("enter_agent", "<EventKey></EventKey>"), Kind.ENTER, ""),
        (event("subscribe"), Kind.SUBSCRIBE, ""),
        (event("unsubscribe"), Kind.UNSUBSCRIBE, ""),
        (event("view", "<EventKey>https://e.cn/</EventKey>"), Kind.SILENT, ""),
        (event("LOCATION", "<Latitude>23.1</Latitude>"), Kind.SILENT, ""),
        (event("scancode_push", "<ScanCodeInfo><ScanType>qrcode</ScanType></ScanCodeInfo>"), Kind.SILENT, ""),
        (event("close_inactive_agent"), Kind.SILENT, ""),
        (event("brand_new_event"), Kind.SILENT, ""),
        ("<MsgType>event</MsgType>", Kind.SILENT, ""),
        ("<MsgType>image</MsgType><PicUrl>u</PicUrl><MediaId>m</MediaId><MsgId>7</MsgId>", Kind.IMAGE, "m"),
        ("<MsgType>voice</MsgType><MediaId>m</MediaId><Format>amr</Format><MsgId>7</MsgId>", Kind.OTHER, ""),
        ("<MsgType>video</MsgType><MediaId>m</MediaId><MsgId>7</MsgId>", Kind.OTHER, ""),
        ("<MsgType>location</MsgType><Label>宁国</Label><MsgId>7</MsgId>", Kind.OTHER, ""),
        ("<MsgType>link</MsgType><Title>t</Title><MsgId>7</MsgId>", Kind.OTHER, ""),
    ],
)
def test_kinds(inner: str, kind: Kind, words: str) -> None:
    incoming = read(inner)
    assert (incoming.kind, incoming.text) == (kind, words)


def test_contact_changes_come_without_an_agent() -> None:
    change = event("change_contact", "<ChangeType>create_user</ChangeType><UserID>a</UserID>")
    assert read(change, account="sys", agent=None).kind is Kind.SILENT


class TestTaps:
    @pytest.mark.parametrize(
        ("items", "choices"),
        [
            ("", ()),
            (selected("A"), ("A",)),
            (selected("A", "C"), ("A", "C")),
            (selected("C") + selected("B", "A", question="Q2"), ("C", "B", "A")),
        ],
    )
    def test_choices_are_a_list_whether_one_or_many(self, items: str, choices: tuple[str, ...]) -> None:
        incoming = read(tap(items=items))
        assert incoming.kind is Kind.TAP
        assert incoming.choices == choices
        assert (incoming.text, incoming.task_id, incoming.response_code) == ("submit", "t1", "RC")

    def test_option_ids_elsewhere_are_no_choices(self) -> None:
        assert read(tap() + "<Other><A><B><OptionId>X</OptionId></B></A></Other>").choices == ()


class TestKeys:
    def test_a_redelivery_is_the_same_act(self) -> None:
        assert read(text("a")).key == read(text("a")).key
        assert read(tap(code="RC1", items=selected("A"))).key == read(tap(code="RC2", items=selected("A"))).key

    def test_what_makes_two_acts_of_one_second(self) -> None:
        acts = [
            read(tap()),
            read(tap(key="other")),
            read(tap(task="t2")),
            read(tap(items=selected("A"))),
            read(tap(items=selected("A", "B"))),
            read(tap(items=selected("B", "A"))),
            read(tap(items=selected("A", question="Q2"))),
            read(tap(), account="lisi"),
            read(tap(), at=AT + 1),
            read(event("click", "<EventKey>submit</EventKey>")),
            read(event("enter_agent")),
            *(
                read(
                    event("change_contact", f"<ChangeType>{change}</ChangeType><UserID>{who}</UserID>"),
                    account="sys",
                )
                for change in ("create_user", "delete_user")
                for who in ("a", "b")
            ),
        ]
        assert len({act.key for act in acts}) == len(acts)

    def test_fields_do_not_run_into_each_other(self) -> None:
        assert read(tap(key="ab", task="c")).key != read(tap(key="a", task="bc")).key

    def test_keys_do_not_show_the_account(self) -> None:
        assert "zhangsan" not in read(tap()).key

    def test_the_account_is_one_in_any_case(self) -> None:
        assert read(tap(), account="ZHANGSAN") == read(tap(), account="zhangsan")


class TestRefusals:
    @pytest.mark.parametrize("agent", ["1", "2180", None, ""])
    def test_another_app(self, agent: str | None) -> None:
        assert refusal(xml(text("a"), agent=agent)) == "agent"

    def test_another_apps_silent_event(self) -> None:
        assert refusal(xml(event("view"), agent="1")) == "agent"

    @pytest.mark.parametrize("corp", ["", "wx0", CORP.upper()])
    def test_another_corp(self, corp: str) -> None:
        assert refusal(xml(text("a"), corp=corp)) == "receiver"

    @pytest.mark.parametrize("ahead", [timedelta(days=1, seconds=1), timedelta(days=365_000)])
    def test_a_time_to_come(self, ahead: timedelta) -> None:
        assert refusal(xml(text("a"), at=int((NOW + ahead).timestamp()))) == "time"

    @pytest.mark.parametrize("at", [0, 99_999_999, AT * 1000 // 10])
    def test_a_time_that_is_none(self, at: int) -> None:
        assert refusal(xml(text("a"), at=at)) == "time"

    @pytest.mark.parametrize("at", ["", "-1", "1e9", "１", "1" * 13, "1" * 5000])
    def test_a_number_that_is_none(self, at: str) -> None:
        assert refusal(xml(text("a"), at=at)) == "form"  # type: ignore[arg-type]

    def test_the_last_second_that_is_taken(self) -> None:
        assert read(text("a"), at=AT + 86_400).sent_at == NOW + timedelta(days=1)

    @pytest.mark.parametrize("account", ["", "   ", "a|b", "a" * 65, "字" * 22])
    def test_accounts_that_cannot_be(self, account: str) -> None:
        assert refusal(xml(text("a"), account=account)) == "form"

    @pytest.mark.parametrize("message_id", ["", "x", "1" * 21, "-1"])
    def test_message_ids_that_cannot_be(self, message_id: str) -> None:
        assert refusal(xml(text("a", message_id))) == "form"

    @pytest.mark.parametrize(
        "doubled",
        [
            "<MsgId>1</MsgId>",
            "<Content>b</Content>",
            "<FromUserName>lisi</FromUserName>",
            f"<AgentID>{AGENT}</AgentID>",
            "<MsgType>event</MsgType>",
            "<CreateTime>1</CreateTime>",
        ],
    )
    def test_an_element_that_decides_may_not_come_twice(self, doubled: str) -> None:
        assert refusal(xml(text("a") + doubled)) == "form"

    def test_other_doubled_elements_do_not_matter(self) -> None:
        assert read(text("a") + "<Extra>1</Extra><Extra>2</Extra>").text == "a"

    @pytest.mark.parametrize(
        "plain",
        [
            b"",
            b"hello",
            b"<xml>",
            b"<xml></xml><xml></xml>",
            b"\xff\xfe<xml/>",
            xml(text("a")).replace(b"[a]", b"[\xff]", 1),
            xml(text("a"))[:-10],
            xml(text("&nosuch;").replace("<![CDATA[", "").replace("]]>", "")),
            xml(text("a")).decode().encode("utf-16"),
            b'<?xml version="1.0" encoding="utf-16"?>' + xml(text("\x00")),
            xml("<Content>a</Content>"),
        ],
    )
    def test_what_is_no_message(self, plain: bytes) -> None:
        assert refusal(plain) in {"form", "receiver"}

    def test_a_dtd(self) -> None:
        bomb = b'<!DOCTYPE xml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + xml(text("a"))
        assert refusal(bomb) == "form"
        assert refusal(b'<!DOCTYPE xml SYSTEM "file:///etc/passwd">' + xml(text("a"))) == "form"

    def test_depth(self) -> None:
        assert read(text("a") + "<x>" * 7 + "</x>" * 7).text == "a"
        assert refusal(xml(text("a") + "<x>" * 8 + "</x>" * 8)) == "form"
        assert refusal(xml("<x>" * 15_000)) == "form"

    def test_elements(self) -> None:
        # xml, three of the head, three of the text and the agent are eight
        assert read(text("a") + "<x/>" * 192).text == "a"
        assert refusal(xml(text("a") + "<x/>" * 193)) == "form"


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda words: xml(words.replace("\ud800", ""))))
def test_only_rejected_escapes(plain: bytes) -> None:
    with pytest.raises(Rejected):
        parse(plain, CORP, AGENT, NOW)


@given(
    st.lists(
        st.sampled_from(["<xml>", "</xml>", "<MsgType>", "</MsgType>", "text", "event", "<", "&", "]]>", "\0"])
    )
)
def test_only_rejected_escapes_from_near_misses(pieces: list[str]) -> None:
    with pytest.raises(Rejected):
        parse(xml("".join(pieces)), CORP, AGENT, NOW)
