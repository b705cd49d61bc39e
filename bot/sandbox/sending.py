"""message/send: validate, suppress repeats, deliver a copy to every receiver, answer.

A partial failure is still errcode 0. Texts beyond their limit are cut, messages beyond a member's 30 a minute
are dropped; neither is an error, both are counted.
Source: doc 90236.
"""

from __future__ import annotations

import json
import re
import secrets

from bot.sandbox.card_state import as_sent
from bot.sandbox.cards import INTERACTIVE, check_card
from bot.sandbox.corp import App, Directory, Member
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import JsonObject, JsonValue, number_at, object_at, text_at
from bot.sandbox.messages import Card, Sent
from bot.sandbox.receivers import Receivers, send_receivers
from bot.sandbox.state import State
from bot.sandbox.validation import Checked, checked_payload

DUPLICATE_SECONDS = 1800
LONGEST_DUPLICATE_SECONDS = 4 * 3600
MARKS = re.compile(r"\$(userName|userAlias|userAliasOrName|departmentName)=([^$]+)\$")


def send(state: State, app: App, body: JsonObject) -> JsonObject:
    """One call of message/send, and its answer.

    Raises: ApiError with the code of the first rule that is broken.
    """
    state.own_agent(app, body)
    kind = text_at(body, "msgtype")
    receivers = send_receivers(state.directory, app, body)
    checked = _checked(state, app, kind, body)
    _check_options(body)
    fingerprint = _fingerprint(app, body)
    if (earlier := _earlier_answer(state, fingerprint, body)) is not None:
        state.counters.duplicates += 1
        return earlier
    sent = _record(state, app, kind, checked, receivers)
    answer = _answer(state, sent, receivers)
    if number_at(body, "enable_duplicate_check") == 1:
        state.duplicates[fingerprint] = (state.now(), dict(answer))
    if _earns_code(sent):
        answer["response_code"] = state.codes.issue(sent, state.now())
    _deliver(state, app, sent, receivers, translate=number_at(body, "enable_id_trans") == 1)
    return answer


def _checked(state: State, app: App, kind: str, body: JsonObject) -> Checked:
    if kind != "template_card":
        return checked_payload(kind, body, lambda media_id: state.media.kind_of(media_id, state.now()))
    card = object_at(body, "template_card")
    check_card(card)
    task_id = text_at(card, "task_id")
    if text_at(card, "card_type") in INTERACTIVE and not app.callback_url:
        raise ApiError(43012)
    if task_id and (app.agent_id, task_id) in state.task_ids:
        raise ApiError(42014, "task_id was used before")
    state.note_card(card)
    return Checked(as_sent(card))


def _check_options(body: JsonObject) -> None:
    if body.get("safe", 0) not in (0, 1):
        raise ApiError(40035, "safe")
    if not 0 < number_at(body, "duplicate_check_interval", DUPLICATE_SECONDS) <= LONGEST_DUPLICATE_SECONDS:
        raise ApiError(40035, "duplicate_check_interval")


def _fingerprint(app: App, body: JsonObject) -> tuple[int, str]:
    switches = {"enable_duplicate_check", "duplicate_check_interval"}
    content = {name: value for name, value in body.items() if name not in switches}
    return app.agent_id, json.dumps(content, ensure_ascii=False, sort_keys=True)


def _earlier_answer(state: State, fingerprint: tuple[int, str], body: JsonObject) -> JsonObject | None:
    if number_at(body, "enable_duplicate_check") != 1 or fingerprint not in state.duplicates:
        return None
    at, answer = state.duplicates[fingerprint]
    interval = number_at(body, "duplicate_check_interval", DUPLICATE_SECONDS)
    return dict(answer) if state.now() - at < interval else None


def _record(state: State, app: App, kind: str, checked: Checked, receivers: Receivers) -> Sent:
    state.counters.cut_texts += checked.cuts
    task_id = text_at(checked.payload, "task_id") if kind == "template_card" else ""
    if task_id:
        state.task_ids.add((app.agent_id, task_id))
    msgid = secrets.token_urlsafe(24)
    sent = Sent(msgid, app.agent_id, kind, checked.payload, tuple(receivers.members), state.now(), task_id)
    state.sent[msgid] = sent
    return sent


def _earns_code(sent: Sent) -> bool:
    if sent.kind != "template_card":
        return False
    return sent.payload.get("card_type") in INTERACTIVE or "action_menu" in sent.payload


def _answer(state: State, sent: Sent, receivers: Receivers) -> JsonObject:
    return {
        "errcode": 0,
        "errmsg": "ok",
        "invaliduser": "|".join(receivers.invalid_users),
        "invalidparty": "|".join(receivers.invalid_parties),
        "invalidtag": "|".join(receivers.invalid_tags),
        "unlicenseduser": "|".join(receivers.unlicensed),
        "msgid": sent.msgid,
    }


def _deliver(state: State, app: App, sent: Sent, receivers: Receivers, *, translate: bool) -> None:
    payload = sent.payload
    if translate and isinstance(named := translated(state.directory, payload), dict):
        payload = named
    for member in receivers.members.values():
        if state.member_limit.admits(app.agent_id, member.key, state.now()):
            _put(state, sent, payload, member)
        else:
            state.counters.dropped += 1


def _put(state: State, sent: Sent, payload: JsonObject, member: Member) -> None:
    is_card = sent.kind == "template_card"
    card = Card(as_sent(payload), sent.task_id, sent.msgid) if is_card else None
    state.chats.add(
        sent.agent_id,
        member.userid,
        "bot",
        "send",
        sent.kind,
        {} if is_card else payload,
        state.now(),
        msgid=sent.msgid,
        card=card,
    )
    state.counters.delivered += 1
    state.feed.publish(member.userid)


def translated(directory: Directory, value: JsonValue) -> JsonValue:
    """The value with `$userName=ID$` and its like turned into names; unknown ids stay as they are."""
    if isinstance(value, dict):
        return {name: translated(directory, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [translated(directory, inner) for inner in value]
    return MARKS.sub(lambda mark: _named(directory, mark), value) if isinstance(value, str) else value


def _named(directory: Directory, mark: re.Match[str]) -> str:
    kind, wanted = mark.groups()
    if kind == "departmentName":
        department = directory.departments.get(int(wanted)) if wanted.isdigit() else None
        return department.name if department else mark.group()
    member = directory.member(wanted)
    return member.name if member else mark.group()
