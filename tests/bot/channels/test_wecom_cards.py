"""Cards: the JSON of each kind, and every limit at its boundary."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from bot.channels.wecom_cards import CardProblem, card_type, changed_card, new_card
from handlers.message import Button, Card, Choice, Select

URL = "https://example.cn/m/1"
NOTICE = Card("标题", url=URL)
PICTURE = Card("标题", image_url="https://example.cn/a.png", url=URL)
BUTTONS = Card("今日一题", body="题干", buttons=(Button("A", "a:A"), Button("B", "a:B", style=2)))
VOTE = Card(
    "多选",
    choices=(Choice("A", "甲"), Choice("B", "乙")),
    question_key="q1",
    multiple=True,
    submit=Button("提交", "s"),
)
MULTI = Card(
    "问卷", selects=(Select("k1", "年度", (Choice("1", "一"), Choice("2", "二")), "2"),), submit=Button("提交", "s")
)


class TestShapes:
    def test_text_notice(self) -> None:
        card = Card("标题", "说明", "正文", "引文", "第三条", (("单位", "司法局"),), url=URL)
        assert new_card(card, "t-1") == {
            "card_type": "text_notice",
            "source": {"desc": "学法"},
            "main_title": {"title": "标题", "desc": "说明"},
            "quote_area": {"type": 0, "title": "引文", "quote_text": "第三条"},
            "card_action": {"type": 1, "url": URL},
            "sub_title_text": "正文",
            "horizontal_content_list": [{"keyname": "单位", "value": "司法局"}],
            "task_id": "t-1",
        }

    def test_news_notice(self) -> None:
        assert new_card(PICTURE, "t")["card_image"] == {"url": "https://example.cn/a.png"}
        assert new_card(PICTURE, "t")["card_type"] == "news_notice"

    def test_button_interaction(self) -> None:
        card = replace(BUTTONS, buttons=(*BUTTONS.buttons, Button("看", "", url=URL)))
        assert new_card(card, "t") == {
            "card_type": "button_interaction",
            "source": {"desc": "学法"},
            "main_title": {"title": "今日一题"},
            "sub_title_text": "题干",
            "button_list": [
                {"type": 0, "text": "A", "style": 1, "key": "a:A"},
                {"type": 0, "text": "B", "style": 2, "key": "a:B"},
                {"type": 1, "text": "看", "style": 1, "url": URL},
            ],
            "task_id": "t",
        }

    def test_vote_interaction(self) -> None:
        card = replace(VOTE, choices=(Choice("A", "甲", checked=True), Choice("B", "乙")))
        shape = new_card(card, "t")
        assert shape["card_type"] == "vote_interaction"
        assert shape["checkbox"] == {
            "question_key": "q1",
            "mode": 1,
            "option_list": [
                {"id": "A", "text": "甲", "is_checked": True},
                {"id": "B", "text": "乙", "is_checked": False},
            ],
        }
        assert shape["submit_button"] == {"text": "提交", "key": "s"}

    def test_multiple_interaction(self) -> None:
        shape = new_card(MULTI, "t")
        assert shape["card_type"] == "multiple_interaction"
        assert shape["select_list"] == [
            {
                "question_key": "k1",
                "title": "年度",
                "selected_id": "2",
                "option_list": [{"id": "1", "text": "一"}, {"id": "2", "text": "二"}],
            }
        ]

    @pytest.mark.parametrize("card", [NOTICE, PICTURE, BUTTONS, VOTE, MULTI])
    def test_an_update_has_no_task_id(self, card: Card) -> None:
        assert {**changed_card(card), "task_id": "t"} == new_card(card, "t")

    def test_a_closed_card_keeps_its_parts_and_is_dead(self) -> None:
        buttons = changed_card(replace(BUTTONS, closed="回答正确"))
        assert buttons["replace_text"] == "回答正确"
        assert buttons["button_list"] == changed_card(BUTTONS)["button_list"]
        vote = changed_card(replace(VOTE, closed="已提交"))
        assert vote["replace_text"] == "已提交"
        assert vote["checkbox"] == {**changed_card(VOTE)["checkbox"], "disable": True}  # type: ignore[dict-item]
        multiple = changed_card(replace(MULTI, closed="已提交"))
        assert [select["disable"] for select in multiple["select_list"]] == [True]  # type: ignore[attr-defined]

    @pytest.mark.parametrize("card", [BUTTONS, VOTE, MULTI])
    def test_a_new_card_cannot_be_closed(self, card: Card) -> None:
        with pytest.raises(CardProblem) as caught:
            new_card(replace(card, closed="已"), "t")
        assert caught.value.field == "closed"


def select_with(**parts: object) -> Card:
    return replace(MULTI, selects=(replace(MULTI.selects[0], **parts),))  # type: ignore[arg-type]


def vote_with(**parts: object) -> Card:
    return replace(VOTE, choices=(replace(VOTE.choices[0], **parts), VOTE.choices[1]))  # type: ignore[arg-type]


def button_with(**parts: object) -> Card:
    return replace(BUTTONS, buttons=(replace(BUTTONS.buttons[0], **parts), BUTTONS.buttons[1]))  # type: ignore[arg-type]


# (field of the problem, the limit, a card whose field holds n)
LIMITS: list[tuple[str, int, Callable[[int], Card]]] = [
    ("source", 20, lambda n: replace(NOTICE, source="字" * n)),
    ("title", 36, lambda n: replace(NOTICE, title="字" * n)),
    ("title", 36, lambda n: replace(VOTE, title="𠮷" * n)),
    ("desc", 44, lambda n: replace(BUTTONS, desc="字" * n)),
    ("body", 160, lambda n: replace(NOTICE, body="字" * n)),
    ("body", 160, lambda n: replace(BUTTONS, body="字" * n)),
    ("rows", 6, lambda n: replace(NOTICE, rows=(("名", "值"),) * n)),
    ("rows", 6, lambda n: replace(PICTURE, rows=(("名", "值"),) * n)),
    ("rows.name", 5, lambda n: replace(BUTTONS, rows=(("名" * n, "值"),))),
    ("rows.value", 30, lambda n: replace(BUTTONS, rows=(("名", "值" * n),))),
    ("buttons", 6, lambda n: replace(BUTTONS, buttons=tuple(Button("钮", f"k{i}") for i in range(n)))),
    ("buttons.text", 10, lambda n: button_with(text="字" * n)),
    ("buttons.style", 4, lambda n: button_with(style=n)),
    ("buttons.key", 1024, lambda n: button_with(key="k" * n)),
    ("choices", 20, lambda n: replace(VOTE, choices=tuple(Choice(str(i), "项") for i in range(n)))),
    ("choices.text", 17, lambda n: vote_with(text="字" * n)),
    ("choices.id", 128, lambda n: vote_with(id="i" * n)),
    ("question_key", 1024, lambda n: replace(VOTE, question_key="q" * n)),
    ("submit.text", 10, lambda n: replace(VOTE, submit=Button("字" * n, "s"))),
    ("submit.key", 1024, lambda n: replace(MULTI, submit=Button("提交", "s" * n))),
    (
        "selects",
        3,
        lambda n: replace(MULTI, selects=tuple(replace(MULTI.selects[0], key=str(i)) for i in range(n))),
    ),
    ("selects.key", 1024, lambda n: select_with(key="k" * n)),
    (
        "selects.choices",
        10,
        lambda n: select_with(choices=tuple(Choice(str(i), "项") for i in range(n)), selected=""),
    ),
    ("selects.choices.text", 16, lambda n: select_with(choices=(Choice("1", "字" * n),), selected="")),
    ("selects.choices.id", 128, lambda n: select_with(choices=(Choice("i" * n, "字"),), selected="")),
]


@pytest.mark.parametrize(("field", "limit", "holding"), LIMITS)
def test_limits_at_the_boundary(field: str, limit: int, holding: Callable[[int], Card]) -> None:
    assert new_card(holding(limit), "t")
    with pytest.raises(CardProblem) as caught:
        new_card(holding(limit + 1), "t")
    assert (caught.value.field, caught.value.limit, caught.value.actual) == (field, limit, limit + 1)


def test_keys_are_measured_in_bytes() -> None:
    with pytest.raises(CardProblem) as caught:
        new_card(vote_with(id="字" * 43), "t")
    assert (caught.value.limit, caught.value.actual) == (128, 129)


@pytest.mark.parametrize(
    ("field", "card"),
    [
        ("url", replace(NOTICE, url="")),
        ("url", replace(PICTURE, url="")),
        ("title", Card("", url=URL)),
        ("title", replace(VOTE, title="")),
        ("submit", replace(VOTE, submit=None)),
        ("submit", replace(MULTI, submit=None)),
        ("submit.key", replace(VOTE, submit=Button("提交", ""))),
        ("question_key", replace(VOTE, question_key="")),
        ("buttons.key", button_with(key="")),
        ("buttons.text", button_with(text="")),
        ("buttons.style", button_with(style=0)),
        ("choices.id", vote_with(id="")),
        ("choices.text", vote_with(text="")),
        ("selects.choices", select_with(choices=(), selected="")),
        ("rows.name", replace(NOTICE, rows=(("", "值"),))),
    ],
)
def test_what_must_not_be_missing(field: str, card: Card) -> None:
    with pytest.raises(CardProblem) as caught:
        new_card(card, "t")
    assert (caught.value.field, caught.value.limit, caught.value.actual) == (field, 1, 0)


@pytest.mark.parametrize(
    ("field", "card"),
    [
        ("body", replace(VOTE, body="题干")),
        ("rows", replace(VOTE, rows=(("名", "值"),))),
        ("buttons", replace(VOTE, buttons=BUTTONS.buttons)),
        ("image_url", replace(BUTTONS, image_url="u")),
        ("submit", replace(BUTTONS, submit=Button("提交", "s"))),
        ("choices", replace(MULTI, choices=VOTE.choices)),
        ("body", replace(PICTURE, body="正文")),
        ("closed", replace(NOTICE, closed="已")),
    ],
)
def test_a_part_that_the_kind_cannot_show_is_not_dropped(field: str, card: Card) -> None:
    with pytest.raises(CardProblem) as caught:
        changed_card(card)
    assert (caught.value.field, caught.value.limit) == (field, 0)


@pytest.mark.parametrize(
    ("field", "card"),
    [
        ("buttons.key repeated", button_with(key="a:B")),
        ("choices.id repeated", vote_with(id="B")),
        ("selects.key repeated", replace(MULTI, selects=MULTI.selects * 2)),
        ("selects.selected", select_with(selected="9")),
        (
            "choices.checked",
            replace(VOTE, multiple=False, choices=tuple(replace(c, checked=True) for c in VOTE.choices)),
        ),
    ],
)
def test_contradictions(field: str, card: Card) -> None:
    with pytest.raises(CardProblem) as caught:
        new_card(card, "t")
    assert caught.value.field == field


@pytest.mark.parametrize("task_id", ["t", "a" * 128, "daily-20261123_q17@2"])
def test_task_ids(task_id: str) -> None:
    assert new_card(NOTICE, task_id)["task_id"] == task_id


@pytest.mark.parametrize(
    ("task_id", "field"),
    [("", "task_id"), ("a" * 129, "task_id"), ("a:b", "task_id characters"), ("题", "task_id characters")],
)
def test_impossible_task_ids(task_id: str, field: str) -> None:
    with pytest.raises(CardProblem) as caught:
        new_card(NOTICE, task_id)
    assert caught.value.field == field


def test_the_kind_follows_the_parts_in_order() -> None:
    assert [card_type(card) for card in (MULTI, VOTE, BUTTONS, PICTURE, NOTICE)] == [
        "multiple_interaction",
        "vote_interaction",
        "button_interaction",
        "news_notice",
        "text_notice",
    ]
