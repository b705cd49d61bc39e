"""media/upload and media/get: multipart in, bytes out.

Source: doc 90253, 90254.
"""

from __future__ import annotations

import re

from aiohttp import BodyPartReader, web

from bot.sandbox.errors import ApiError
from bot.sandbox.media import Media
from bot.sandbox.state import State

RANGE = re.compile(r"bytes=(\d*)-(\d*)")


async def media_upload(state: State, request: web.Request) -> web.StreamResponse:
    """Keeps the file in the field `media`.

    Raises: ApiError 44001 without one, and the codes of the media store.
    """
    filename, content = await _uploaded(request)
    media = state.media.put(request.query.get("type", ""), filename, content, state.now())
    return web.json_response(
        {
            "errcode": 0,
            "errmsg": "",
            "type": media.kind,
            "media_id": media.media_id,
            "created_at": str(media.created_at),
        }
    )


async def _uploaded(request: web.Request) -> tuple[str, bytes]:
    if not request.content_type.startswith("multipart/"):
        raise ApiError(44001)
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if isinstance(part, BodyPartReader) and part.name == "media" and part.filename:
            return part.filename, bytes(await part.read(decode=False))
    raise ApiError(44001)


def media_read(state: State, request: web.Request) -> web.StreamResponse:
    """The bytes of a file, or the part a Range header asks for.

    Raises: ApiError 41006, 40007.
    """
    media = state.media.live(request.query.get("media_id", ""), state.now())
    return media_response(media, request.headers.get("Range"))


def media_response(media: Media, wanted: str | None = None) -> web.Response:
    """The file as an HTTP answer: 200, or 206 with the wanted bytes, or 416."""
    headers = {"Content-Disposition": f'attachment; filename="{_ascii(media.filename)}"'}
    size = len(media.content)
    match = RANGE.fullmatch(wanted) if wanted else None
    if match is None or match.group() == "bytes=-":
        return web.Response(body=media.content, content_type=media.content_type, headers=headers)
    first, last = _bounds(match.group(1), match.group(2), size)
    if first > last:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    body = media.content[first : last + 1]
    return web.Response(status=206, body=body, content_type=media.content_type, headers=headers)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _ascii(filename: str) -> str:
    return re.sub(r'[^\x20-\x7e]|["\\]', "_", filename)
