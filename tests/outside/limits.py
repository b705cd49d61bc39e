"""The published limits of message/send, as sentences about what breaks them. Source: fact sheet, section 3."""

import re
from collections.abc import Iterator
from typing import Any

TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
MAX_TOUSER = 1000
MAX_TEXT_BYTES = 2048
MAX_KEY_BYTES = 1024
INTERACTIVE = ("button_interaction", "vote_interaction", "multiple_interaction")


def complaints_about(raw: bytes, body: dict[str, Any], agent: int) -> list[str]:
    """Empty when WeCom would have nothing to say about the shape."""
    return [*_frame(raw, body, agent), *_content(body)]


def _frame(raw: bytes, body: dict[str, Any], agent: int) -> Iterator[str]:
    if re.search(rb"\\u[0-9a-fA-F]{4}", raw):
        yield "40033: escaped characters"
    if body.get("agentid") != agent:
        yield f"40056: agentid {body.get('agentid')!r}"
    if len(str(body.get("touser", "")).split("|")) > MAX_TOUSER:
        yield "40032: more than 1000 receivers"
    if not isinstance(body.get(str(body.get("msgtype"))), dict):
        yield f"40008: msgtype {body.get('msgtype')!r}"


def _content(body: dict[str, Any]) -> Iterator[str]:
    kind = body.get("msgtype")
    if kind in ("text", "markdown"):
        size = len(body[kind]["content"].encode())
        if not 0 < size <= MAX_TEXT_BYTES:
            yield f"{kind} of {size} bytes"
    if kind == "template_card":
        yield from _card(body["template_card"])


def _card(card: dict[str, Any]) -> Iterator[str]:
    kind, task = card.get("card_type"), card.get("task_id")
    if (kind in INTERACTIVE or task is not None) and not TASK_ID.fullmatch(str(task or "")):
        yield f"42014: task_id {task!r}"
    if kind in ("text_notice", "news_notice") and card.get("card_action", {}).get("type") not in (1, 2):
        yield "42045: card_action missing"
    if len(card.get("horizontal_content_list", [])) > 6 or len(card.get("jump_list", [])) > 3:
        yield "40058: too many lines in a list"
    if kind == "button_interaction":
        yield from _buttons(card.get("button_list", []))
    if kind == "vote_interaction":
        yield from _options(card["checkbox"]["option_list"], 20)
    if kind == "multiple_interaction":
        for box in card["select_list"]:
            yield from _options(box["option_list"], 10)


def _buttons(buttons: list[dict[str, Any]]) -> Iterator[str]:
    keys = [button.get("key", "") for button in buttons]
    if not 1 <= len(buttons) <= 6:
        yield f"42017: {len(buttons)} buttons"
    if len(set(keys)) != len(keys) or any(not 0 < len(key.encode()) <= MAX_KEY_BYTES for key in keys):
        yield "42018: keys of buttons"
    if any(not button.get("text") for button in buttons):
        yield "42019: a button without a name"


def _options(options: list[dict[str, Any]], most: int) -> Iterator[str]:
    ids = [option["id"] for option in options]
    if not 1 <= len(options) <= most or len(set(ids)) != len(ids):
        yield f"40058: {len(options)} options"
    if any(not 0 < len(one.encode()) <= 128 for one in ids):
        yield "40058: id of an option"
