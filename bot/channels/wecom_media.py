"""media/get: the bytes of what somebody sent to the app, by its media id, for 3 days.

An answer is the file, or JSON with an errcode; a picture is never taken for the one, nor an error for the other.
What is too large is not read to its end. Source: doc 90254; 90313 (errors).
"""

import json
from dataclasses import dataclass
from typing import Final

from wechatpy.exceptions import WeChatClientException

from bot.channels import wecom_verdicts as codes
from bot.channels.wecom_api import Client, Lost, Unsent

PATH: Final = "media/get"
SECONDS: Final = 60.0
_GONE: Final = frozenset({codes.MEDIA_GONE, 41006})


@dataclass(eq=False)
class MediaGone(Exception):
    """WeCom does not have it any more, or never had."""


@dataclass(eq=False)
class MediaTooLarge(Exception):
    """More than was asked for at most."""


@dataclass(eq=False)
class MediaBusy(Exception):
    """Not now; `cause` is a code or a class name, never a URL."""

    cause: str


class WeComMedia:
    """Implements `bot.fetching.GivesMedia`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def fetched(self, media_id: str, at_most: int) -> bytes:
        """Raises: MediaGone, MediaTooLarge, MediaBusy."""
        token, (code, content) = await self._tried(media_id, at_most)
        if code in codes.TOKEN:
            _, (code, content) = await self._tried(media_id, at_most, refused=token)
        if code in _GONE:
            raise MediaGone
        if code:
            raise MediaBusy(str(code))
        if len(content) > at_most:
            raise MediaTooLarge
        return content

    async def _tried(self, media_id: str, at_most: int, refused: str = "") -> tuple[str, tuple[int, bytes]]:
        """The token, and error code and bytes. The failure is raised outside the handler: it names no URL."""
        failure: MediaBusy
        try:
            token = await self._client.token(refused)
            asked = {"media_id": media_id, "access_token": token}
            status, content = await self._client.download(PATH, asked, at_most, SECONDS)
        except (Unsent, Lost) as error:
            failure = MediaBusy(error.cause)
        except WeChatClientException as error:
            failure = MediaBusy(str(error.errcode))
        else:
            if status == 200:
                return token, (_error_in(content), content)
            failure = MediaBusy(f"HTTP {status}")
        raise failure


def _error_in(content: bytes) -> int:
    """The errcode when the answer is one, else 0: no picture and no PDF begins as JSON does."""
    if content.lstrip()[:1] != b"{":
        return 0
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return 0
    code = answer.get("errcode") if isinstance(answer, dict) else None
    return code if isinstance(code, int) else 0
