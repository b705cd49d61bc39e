"""Cards of all five kinds that are right, and a way to make each of them wrong in one place."""

from __future__ import annotations

from copy import deepcopy
from itertools import count
from typing import Any

_numbers = count(1)

CARDS: dict[str, dict[str, Any]] = {
    "text_notice": {
        "card_type": "text_notice",
        "source": {"desc": "学法", "desc_color": 1},
        "main_title": {"title": "通知", "desc": "说明"},
        "sub_title_text": "第一行\n第二行",
        "horizontal_content_list": [{"keyname": "时间", "value": "今天"}],
        "jump_list": [{"type": 1, "title": "去看", "url": "https://example.com/a"}],
        "card_action": {"type": 1, "url": "https://example.com"},
    },
    "news_notice": {
        "card_type": "news_notice",
        "main_title": {"title": "通知"},
        "card_image": {"url": "https://example.com/a.png", "aspect_ratio": 1.5},
        "vertical_content_list": [{"title": "一", "desc": "二"}],
        "card_action": {"type": 1, "url": "https://example.com"},
    },
    "button_interaction": {
        "card_type": "button_interaction",
        "main_title": {"title": "今日一题"},
        "sub_title_text": "题干\nA. 甲\nB. 乙",
        "task_id": "t",
        "button_list": [
            {"text": "A", "style": 1, "key": "answer:A"},
            {"text": "B", "style": 1, "key": "answer:B"},
            {"text": "看法条", "type": 1, "url": "https://example.com"},
        ],
    },
    "vote_interaction": {
        "card_type": "vote_interaction",
        "main_title": {"title": "今日一题"},
        "task_id": "t",
        "checkbox": {
            "question_key": "q1",
            "mode": 1,
            "option_list": [
                {"id": "A", "text": "甲", "is_checked": False},
                {"id": "B", "text": "乙", "is_checked": False},
                {"id": "C", "text": "丙", "is_checked": False},
            ],
        },
        "submit_button": {"text": "提交", "key": "submit:q1"},
    },
    "multiple_interaction": {
        "card_type": "multiple_interaction",
        "main_title": {"title": "报名"},
        "task_id": "t",
        "select_list": [
            {
                "question_key": "day",
                "title": "哪天",
                "selected_id": "2",
                "option_list": [{"id": "1", "text": "一"}, {"id": "2", "text": "二"}],
            },
            {"question_key": "hour", "title": "几点", "option_list": [{"id": "9", "text": "九"}]},
        ],
        "submit_button": {"text": "提交", "key": "submit:enrol"},
    },
}


def card(kind: str, **changes: Any) -> dict[str, Any]:
    """A right card of this kind with a task id of its own; `a__b=value` changes `a.b`, None removes it."""
    made = deepcopy(CARDS[kind])
    if "task_id" in made:
        made["task_id"] = f"task-{next(_numbers)}"
    for path, value in changes.items():
        *parents, name = path.split("__")
        place: Any = made
        for parent in parents:
            place = place[int(parent)] if isinstance(place, list) else place[parent]
        if value is None:
            del place[name]
        else:
            place[name] = value
    return made
