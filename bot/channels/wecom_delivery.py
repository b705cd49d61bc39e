"""Sends frozen requests, brings files to WeCom, and says what became of each.

A request is sent once; whether it is repeated is the outbox's decision, by the verdict. A file's id stands in the
request before it comes here: another id would be another request, which WeCom could not recognise as a repeat.
Source: docs 90236, 94888, 90253 (media ids live 3 days), 90313 (errors).
"""

import re
from typing import Any, Final

import msgspec
from wechatpy.exceptions import WeChatClientException

from bot.channels import wecom_verdicts as codes
from bot.channels.channel import Outcome, Verdict
from bot.channels.wecom_api import Client, Lost, Unsent
from storage.media import Kept
from storage.outbox import Draft

SEND: Final = "message/send"
_MEDIA_ID: Final = re.compile(rb'"media_id":"(?:[^"\\]|\\.)*"')
# The app may send, but may not do this. Elsewhere than in sending it concerns one request, and holds up nothing.
_NOT_GRANTED: Final = frozenset({48002, 48005, 60011, 60021, 81011, 301002})
_REASON_CHARACTERS: Final = 200
_UNSENT_WAIT_SECONDS: Final = 5.0


class Delivery:
    """The one way out for frozen requests."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def deliver(self, draft: Draft, *, repeated: bool) -> Outcome:
        """One try. Never raises for what the network or WeCom did."""
        try:
            answer = await self._client.call("POST", draft.path, body=lambda: draft.body)
        except Unsent as unsent:
            return _unsent(unsent)
        except Lost as lost:
            return Outcome(Verdict.UNKNOWN, reason=f"{lost.path}: {lost.cause}")
        except WeChatClientException as refused:
            return _refused(draft, refused, repeated=repeated)
        return Outcome(
            Verdict.SENT,
            msgid=str(answer.get("msgid", "")),
            response_code=str(answer.get("response_code", "")),
            invalid=_accounts(answer.get("invaliduser")),
            unlicensed=_accounts(answer.get("unlicenseduser")),
        )

    async def upload(self, file: Kept) -> str | Outcome:
        """The media id. An upload whose answer is lost has sent nothing to anybody, and may be repeated."""
        try:
            return await self._client.upload(file.type, file.name, file.content)
        except Unsent as unsent:
            return _unsent(unsent)
        except Lost as lost:
            return Outcome(Verdict.RETRY, reason=f"{lost.path}: {lost.cause}", wait_seconds=_UNSENT_WAIT_SECONDS)
        except WeChatClientException as refused:
            verdict, wait = codes.verdict(int(refused.errcode))
            return Outcome(verdict, int(refused.errcode), _reason(refused), wait)


def with_file(body: bytes, media_id: str) -> bytes:
    """The one media id of a request replaced, the placeholder or another one."""
    named = b'"media_id":' + msgspec.json.encode(media_id)
    return _MEDIA_ID.sub(lambda _: named, body)


def _unsent(unsent: Unsent) -> Outcome:
    verdict = Verdict.STOP if unsent.lasting else Verdict.RETRY
    wait = 0.0 if unsent.lasting else _UNSENT_WAIT_SECONDS
    return Outcome(verdict, reason=f"{unsent.path}: {unsent.cause}", wait_seconds=wait)


def _refused(draft: Draft, refused: WeChatClientException, *, repeated: bool) -> Outcome:
    code, reason = int(refused.errcode), _reason(refused)
    if code == codes.TASK_ID_USED and repeated and b'"template_card"' in draft.body:
        # The earlier try did arrive; only its response code is lost.
        return Outcome(Verdict.SENT, code, reason)
    if code in _NOT_GRANTED and draft.path != SEND:
        return Outcome(Verdict.REFUSED, code, reason)
    verdict, wait = codes.verdict(code)
    nobody = code == codes.ALL_INVALID or (code in codes.RECEIVER and len(draft.receivers) == 1)
    gone = code == codes.MEDIA_GONE
    return Outcome(verdict, code, reason, wait, invalid=draft.receivers if nobody else (), file_gone=gone)


def _reason(refused: WeChatClientException) -> str:
    return str(refused.errmsg)[:_REASON_CHARACTERS]


def _accounts(listed: object) -> tuple[str, ...]:
    """`u1|u2` from a send, a list from an update."""
    accounts: list[Any] = (
        listed.split("|") if isinstance(listed, str) else listed if isinstance(listed, list) else []
    )
    return tuple(str(account).casefold() for account in accounts if account)
