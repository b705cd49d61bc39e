"""Sends frozen requests, and says what became of each.

A request is sent once; whether it is repeated is the outbox's decision, by the verdict. Files are uploaded first,
and a file that several slices or a repeat need is uploaded once: another media id would be another request, which
WeCom could not recognise as a repeat. The shelf of media ids lives as long as the process.
Source: docs 90236, 94888, 90253 (media ids live 3 days), 90313 (errors).
"""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any, Final

from wechatpy.exceptions import WeChatClientException

from bot.channels import wecom_verdicts as codes
from bot.channels.channel import Outcome, Verdict
from bot.channels.wecom_api import Client, Lost, Unsent
from storage.media import Kept
from storage.outbox import MEDIA_ID, Draft

_MEDIA_SECONDS: Final = 2.5 * 86_400
_SHELF: Final = 64  # files
_REASON_CHARACTERS: Final = 200
_UNSENT_WAIT_SECONDS: Final = 5.0


class Delivery:
    """The one way out for frozen requests."""

    def __init__(self, client: Client, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._media = _MediaShelf(client, clock)

    async def deliver(self, draft: Draft, *, repeated: bool) -> Outcome:
        """One try. Never raises for what the network or WeCom did."""
        try:
            answer = await self._sent(draft)
        except Unsent as unsent:
            verdict = Verdict.STOP if unsent.lasting else Verdict.RETRY
            wait = 0.0 if unsent.lasting else _UNSENT_WAIT_SECONDS
            return Outcome(verdict, reason=f"{unsent.path}: {unsent.cause}", wait_seconds=wait)
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

    async def _sent(self, draft: Draft) -> dict[str, Any]:
        if draft.file is None:
            return await self._posted(draft.path, draft.body)
        media_id = await self._media.place(draft.file)
        try:
            return await self._posted(draft.path, _with_media(draft.body, media_id))
        except WeChatClientException as refused:
            if refused.errcode != codes.MEDIA_GONE:
                raise
        self._media.forget(draft.file)
        return await self._posted(draft.path, _with_media(draft.body, await self._media.place(draft.file)))

    async def _posted(self, path: str, body: bytes) -> dict[str, Any]:
        return await self._client.call("POST", path, body=lambda: body)


class _MediaShelf:
    """The media ids of files uploaded lately, by content, name and type."""

    def __init__(self, client: Client, clock: Callable[[], float]) -> None:
        self._client = client
        self._clock = clock
        self._places: dict[str, tuple[str, float]] = {}
        self._uploading = asyncio.Lock()

    async def place(self, file: Kept) -> str:
        """Raises: Unsent (an upload whose answer is lost sent nothing to anybody), WeChatClientException."""
        async with self._uploading:
            media_id, until = self._places.get(file.digest, ("", 0.0))
            if media_id and self._clock() < until:
                return media_id
            media_id = await self._uploaded(file)
            self._places.pop(file.digest, None)
            self._places[file.digest] = (media_id, self._clock() + _MEDIA_SECONDS)
            while len(self._places) > _SHELF:
                del self._places[next(iter(self._places))]
            return media_id

    def forget(self, file: Kept) -> None:
        self._places.pop(file.digest, None)

    async def _uploaded(self, file: Kept) -> str:
        try:
            return await self._client.upload(file.type, file.name, file.content)
        except Lost as lost:
            failure = Unsent(lost.path, lost.cause)
        raise failure


def _with_media(body: bytes, media_id: str) -> bytes:
    return body.replace(MEDIA_ID.encode(), json.dumps(media_id)[1:-1].encode())


def _refused(draft: Draft, refused: WeChatClientException, *, repeated: bool) -> Outcome:
    code = int(refused.errcode)
    reason = str(refused.errmsg)[:_REASON_CHARACTERS]
    if code == codes.TASK_ID_USED and repeated and b'"template_card"' in draft.body:
        # The earlier try did arrive; only its response code is lost.
        return Outcome(Verdict.SENT, code, reason)
    verdict, wait = codes.verdict(code)
    nobody = code == codes.ALL_INVALID or (code in codes.RECEIVER and len(draft.receivers) == 1)
    return Outcome(verdict, code, reason, wait, invalid=draft.receivers if nobody else ())


def _accounts(listed: object) -> tuple[str, ...]:
    """`u1|u2` from a send, a list from an update."""
    accounts = listed.split("|") if isinstance(listed, str) else listed if isinstance(listed, list) else []
    return tuple(str(account).casefold() for account in accounts if account)
