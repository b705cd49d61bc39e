"""Frozen requests: slices, parts, bytes that differ where they must, and what cannot be sent."""

import json
from typing import Any

import pytest

from bot.channels.wecom_cards import CardProblem
from bot.channels.wecom_drafts import freeze, freeze_update
from handlers.message import Button, Card, Content, File, Grey, Markdown, Push, Reply, Text
from storage.media import kept
from storage.outbox import MEDIA_ID, Draft

AGENT = 1000002
CARD = Card("题", body="题干", buttons=(Button("A", "a"),))
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def frozen(content: Content, accounts: tuple[str, ...] = ("a",), ref: str = "r1", *, mass: bool = False) -> Any:
    return freeze(Push(accounts, content), ref, AGENT, mass=mass)


def body(draft: Draft) -> Any:
    return json.loads(draft.body)


def test_a_text() -> None:
    (draft,) = frozen(Text("你好"), ("ZhangSan", "lisi"))
    assert draft == Draft("message/send", draft.body, ("zhangsan", "lisi"))
    assert body(draft) == {
        "touser": "zhangsan|lisi",
        "agentid": AGENT,
        "msgtype": "text",
        "text": {"content": "你好"},
    }
    assert "你好".encode() in draft.body


def test_a_mass_send_asks_for_the_duplicate_check() -> None:
    (draft,) = frozen(Text("第 3 期"), mass=True)
    assert (body(draft)["enable_duplicate_check"], body(draft)["duplicate_check_interval"]) == (1, 14_400)


def test_freezing_twice_gives_the_same_bytes() -> None:
    assert frozen(CARD, mass=True) == frozen(CARD, mass=True)


@pytest.mark.parametrize(
    ("people", "sizes"), [(1, [1]), (1000, [1000]), (1001, [1000, 1]), (2500, [1000, 1000, 500])]
)
def test_slices_of_a_thousand(people: int, sizes: list[int]) -> None:
    accounts = tuple(f"u{number}" for number in range(people))
    drafts = frozen(CARD, accounts)
    assert [len(draft.receivers) for draft in drafts] == sizes
    assert tuple(account for draft in drafts for account in draft.receivers) == accounts
    assert [body(draft)["touser"] for draft in drafts] == ["|".join(draft.receivers) for draft in drafts]


def test_each_slice_has_a_task_id_of_its_own() -> None:
    drafts = frozen(CARD, tuple(f"u{number}" for number in range(2001)), "daily-20261123")
    ids = [body(draft)["template_card"]["task_id"] for draft in drafts]
    assert ids == ["daily-20261123@1", "daily-20261123@2", "daily-20261123@3"]


def test_two_refs_never_make_one_task_id() -> None:
    assert body(frozen(CARD, ref="a")[0]) != body(frozen(CARD, ref="a@1")[0])
    assert body(frozen(CARD, ref="a-1")[0])["template_card"]["task_id"] == "a-1@1"


@pytest.mark.parametrize("ref", ["a:b", "题", "a" * 127])
def test_a_ref_that_makes_no_task_id(ref: str) -> None:
    with pytest.raises(CardProblem):
        frozen(CARD, ref=ref)


def test_nobody_gets_a_message_twice() -> None:
    (draft,) = frozen(Text("a"), ("a", "b", "A", "a"))
    assert draft.receivers == ("a", "b")


def test_nobody_at_all() -> None:
    assert frozen(Text("a"), ()) == ()


@pytest.mark.parametrize("account", ["@all", "a|b", ""])
def test_accounts_that_would_reach_others(account: str) -> None:
    with pytest.raises(ValueError, match="addressed"):
        frozen(Text("a"), ("a", account))


@pytest.mark.parametrize("content", [Text("长" * 1500), Markdown("长" * 1500)])
def test_a_long_text_goes_in_parts_to_each_slice(content: Content) -> None:
    drafts = frozen(content, tuple(f"u{number}" for number in range(1001)))
    kind = "text" if isinstance(content, Text) else "markdown"
    parts = [body(draft)[kind]["content"] for draft in drafts]
    assert [part[:5] for part in parts] == ["（1/3）", "（2/3）", "（3/3）"] * 2
    assert [len(draft.receivers) for draft in drafts] == [1000] * 3 + [1] * 3
    assert "".join(part[5:] for part in parts[:3]) == "长" * 1500
    assert all(len(part.encode()) <= 2048 for part in parts)


@pytest.mark.parametrize("content", [Text(""), Markdown("")])
def test_an_empty_text(content: Content) -> None:
    with pytest.raises(CardProblem):
        frozen(content)


@pytest.mark.parametrize(
    ("file", "kind"), [(File("榜.png", PNG, picture=True), "image"), (File("台账.xlsx", b"PK1234"), "file")]
)
def test_files_wait_for_their_media_id(file: File, kind: str) -> None:
    (draft,) = frozen(file)
    assert body(draft)["msgtype"] == kind
    assert body(draft)[kind] == {"media_id": MEDIA_ID}
    assert draft.file == kept(file.name, kind, file.content)


MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("file", "field", "limit"),
    [
        (File("a", b"12345"), "file bytes", 6),
        (File("a", b"0" * (20 * MIB + 1)), "file bytes", 20 * MIB),
        (File("a.png", PNG + b"0" * 10 * MIB, picture=True), "file bytes", 10 * MIB),
        (File("a.gif", b"GIF89a....", picture=True), "picture format", 1),
    ],
)
def test_files_that_cannot_be_sent(file: File, field: str, limit: int) -> None:
    with pytest.raises(CardProblem) as caught:
        frozen(file)
    assert (caught.value.field, caught.value.limit) == (field, limit)


class TestUpdates:
    def test_grey(self) -> None:
        draft = freeze_update("RC", ("ZhangSan",), Reply(Grey("已提交")), AGENT)
        assert draft is not None
        assert (draft.path, draft.receivers) == ("message/update_template_card", ("zhangsan",))
        assert body(draft) == {
            "userids": ["zhangsan"],
            "agentid": AGENT,
            "response_code": "RC",
            "button": {"replace_name": "已提交"},
        }

    def test_another_card(self) -> None:
        draft = freeze_update("RC", ("a",), Reply(CARD), AGENT)
        assert draft is not None
        assert body(draft)["template_card"]["card_type"] == "button_interaction"
        assert "task_id" not in body(draft)["template_card"]

    @pytest.mark.parametrize("reply", [Reply(), Reply(Text("好"))])
    def test_a_reply_that_changes_no_card(self, reply: Reply) -> None:
        assert freeze_update("RC", ("a",), reply, AGENT) is None

    def test_without_a_response_code_there_is_no_update(self) -> None:
        assert freeze_update("", ("a",), Reply(CARD), AGENT) is None

    @pytest.mark.parametrize("people", [0, 1001])
    def test_a_response_code_works_once(self, people: int) -> None:
        with pytest.raises(ValueError, match="1 to 1000"):
            freeze_update("RC", [f"u{number}" for number in range(people)], Reply(CARD), AGENT)
