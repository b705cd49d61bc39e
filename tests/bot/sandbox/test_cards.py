"""The rules of cards, one wrong place at a time."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.cards import check_card, unshown_fields, width_violations
from bot.sandbox.errors import ApiError
from tests.bot.sandbox.payloads import card
from tests.bot.sandbox.stage import corp

BUTTON = {"text": "A", "key": "k"}
MENU = {"action_list": [{"text": "退订", "key": "off"}]}


def options(number: int) -> list[dict[str, str]]:
    return [{"id": str(n), "text": "甲"} for n in range(number)]


def buttons(number: int) -> list[dict[str, str]]:
    return [{"text": "A", "key": str(n)} for n in range(number)]


@pytest.mark.parametrize(
    ("kind", "changes", "code"),
    [
        ("text_notice", {"card_type": "poster"}, 42014),
        ("text_notice", {"card_action": None}, 42045),
        ("text_notice", {"card_action__type": 0}, 42045),
        ("text_notice", {"card_action__url": "example.com"}, 45034),
        ("text_notice", {"card_action": {"type": 2, "appid": "wx"}}, 0),
        ("text_notice", {"main_title": None}, 0),
        ("text_notice", {"sub_title_text": None}, 0),
        ("text_notice", {"main_title__title": "", "sub_title_text": ""}, 42014),
        ("text_notice", {"main_title": "通知"}, 42014),
        ("text_notice", {"action_menu": MENU}, 42014),
        ("text_notice", {"action_menu": MENU, "task_id": "n"}, 0),
        ("text_notice", {"action_menu": {"action_list": []}, "task_id": "n"}, 42014),
        ("text_notice", {"action_menu": {"action_list": buttons(4)}, "task_id": "n"}, 42014),
        ("text_notice", {"task_id": "题"}, 42014),
        ("text_notice", {"horizontal_content_list": [{"keyname": "a"}] * 6}, 0),
        ("text_notice", {"horizontal_content_list": [{"keyname": "a"}] * 7}, 42014),
        ("text_notice", {"jump_list": [{"title": "a"}] * 4}, 42014),
        ("text_notice", {"jump_list": {"title": "a"}}, 42014),
        ("text_notice", {"jump_list__0__url": "ftp://x"}, 45034),
        ("text_notice", {"quote_area": {"type": 1, "url": ""}}, 45034),
        ("news_notice", {"card_action": None}, 42045),
        ("news_notice", {"card_image": None}, 42014),
        ("news_notice", {"card_image": None, "image_text_area": {"image_url": "https://x/a"}}, 0),
        ("news_notice", {"card_image__aspect_ratio": 1.29}, 42014),
        ("news_notice", {"card_image__aspect_ratio": 2.25}, 0),
        ("news_notice", {"card_image__aspect_ratio": 2.26}, 42014),
        ("news_notice", {"vertical_content_list": [{"title": "a"}] * 5}, 42014),
        ("button_interaction", {"task_id": None}, 42014),
        ("button_interaction", {"task_id": ""}, 42014),
        ("button_interaction", {"task_id": "a" * 128}, 0),
        ("button_interaction", {"task_id": "a" * 129}, 42014),
        ("button_interaction", {"task_id": "a.b"}, 42014),
        ("button_interaction", {"task_id": "a:b"}, 42014),
        ("button_interaction", {"task_id": "aZ09_-@"}, 0),
        ("button_interaction", {"button_list": None}, 42014),
        ("button_interaction", {"button_list": buttons(6)}, 0),
        ("button_interaction", {"button_list": buttons(7)}, 42014),
        ("button_interaction", {"button_list": []}, 42014),
        ("button_interaction", {"button_list": [{"text": "A"}]}, 42017),
        ("button_interaction", {"button_list": [{"text": "A", "key": ""}]}, 42017),
        ("button_interaction", {"button_list": [{"text": "A", "key": "字" * 341}]}, 0),
        ("button_interaction", {"button_list": [{"text": "A", "key": "字" * 342}]}, 42017),
        ("button_interaction", {"button_list": [BUTTON, BUTTON]}, 42018),
        ("button_interaction", {"button_list": [{"text": "", "key": "k"}]}, 42019),
        ("button_interaction", {"button_list": [BUTTON | {"style": 5}]}, 42014),
        ("button_interaction", {"button_list": [BUTTON | {"type": 1, "url": "x"}]}, 45034),
        ("button_interaction", {"button_selection": {"question_key": "q", "option_list": options(11)}}, 42014),
        ("button_interaction", {"button_selection": {"question_key": "q", "option_list": options(10)}}, 0),
        ("button_interaction", {"button_selection": {"question_key": "q"}}, 42014),
        ("vote_interaction", {"checkbox": None}, 42014),
        ("vote_interaction", {"checkbox__mode": 2}, 42014),
        ("vote_interaction", {"checkbox__mode": "1"}, 0),
        ("vote_interaction", {"checkbox__question_key": "q" * 1024}, 0),
        ("vote_interaction", {"checkbox__question_key": "q" * 1025}, 42017),
        ("vote_interaction", {"checkbox__option_list": options(20)}, 0),
        ("vote_interaction", {"checkbox__option_list": options(21)}, 42014),
        ("vote_interaction", {"checkbox__option_list": []}, 42014),
        ("vote_interaction", {"checkbox__option_list": ["A"]}, 42014),
        ("vote_interaction", {"checkbox__option_list__0__id": "B"}, 42014),
        ("vote_interaction", {"checkbox__option_list__0__id": "i" * 128}, 0),
        ("vote_interaction", {"checkbox__option_list__0__id": "i" * 129}, 42017),
        ("vote_interaction", {"checkbox__option_list__0__text": ""}, 42014),
        ("vote_interaction", {"submit_button": None}, 42017),
        ("vote_interaction", {"submit_button__key": "k" * 1025}, 42017),
        ("multiple_interaction", {"select_list": None}, 42014),
        ("multiple_interaction", {"select_list": []}, 42014),
        ("multiple_interaction", {"select_list__0__option_list": options(11)}, 42014),
        ("multiple_interaction", {"select_list__0__question_key": "hour"}, 42018),
        ("multiple_interaction", {"submit_button": None}, 42017),
    ],
)
def test_card_codes(kind: str, changes: dict[str, Any], code: int) -> None:
    got = 0
    try:
        check_card(card(kind, **changes))
    except ApiError as refusal:
        got = refusal.errcode
    assert got == code


def test_four_select_lists_are_too_many() -> None:
    made = card("multiple_interaction")
    made["select_list"] = [{"question_key": str(n), "option_list": options(1)} for n in range(4)]
    with pytest.raises(ApiError):
        check_card(made)


def test_an_update_needs_no_task_id() -> None:
    check_card(card("vote_interaction", task_id=None), update=True)


@pytest.mark.parametrize(
    ("kind", "path", "limit"),
    [
        ("text_notice", "source.desc", 20),
        ("text_notice", "main_title.title", 36),
        ("text_notice", "main_title.desc", 44),
        ("text_notice", "sub_title_text", 160),
        ("text_notice", "horizontal_content_list.0.keyname", 5),
        ("text_notice", "horizontal_content_list.0.value", 30),
        ("text_notice", "jump_list.0.title", 18),
        ("news_notice", "vertical_content_list.0.title", 38),
        ("news_notice", "vertical_content_list.0.desc", 160),
        ("button_interaction", "button_list.1.text", 10),
        ("vote_interaction", "checkbox.option_list.2.text", 17),
        ("vote_interaction", "submit_button.text", 10),
    ],
)
def test_widths(kind: str, path: str, limit: int) -> None:
    name = path.replace(".", "__")
    assert width_violations(card(kind, **{name: "字" * limit})) == []
    (violation,) = width_violations(card(kind, **{name: "字" * (limit + 1)}))
    assert (violation.limit, len(violation.text)) == (limit, limit + 1)


def test_fields_a_kind_does_not_show() -> None:
    made = card("vote_interaction", sub_title_text="题干", horizontal_content_list=[], main_titel={})
    assert unshown_fields(made) == ["horizontal_content_list", "main_titel", "sub_title_text"]


@pytest.mark.parametrize(("strict", "noted"), [(True, 1), (False, 0)])
def test_widths_are_noted_only_when_asked(strict: bool, noted: int) -> None:
    sandbox = Sandbox(corp(), strict_widths=strict)
    sandbox.state.note_card(card("text_notice", main_title__title="字" * 37))
    assert len(sandbox.width_violations) == noted
