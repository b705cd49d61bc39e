"""The baseline (= 1.00): aiohttp on uvloop, stock wechatpy decrypt, parse, encrypted text reply, no storage.

`python -m benchmarks.baseline_server PORT`
"""

import secrets
import sys
import time

import uvloop
from aiohttp import web
from wechatpy.enterprise.crypto import WeChatCrypto
from wechatpy.enterprise.events import SubscribeEvent
from wechatpy.enterprise.parser import parse_message as parse
from wechatpy.enterprise.replies import TextReply
from wechatpy.events import register_event

from benchmarks.acts import AES_KEY, CORP_ID, TOKEN


@register_event("template_card_event")
class CardEvent(SubscribeEvent):
    event = "template_card_event"


async def callback(request: web.Request) -> web.Response:
    query = request.query
    crypto = request.app[CRYPTO]
    body = await request.read()
    plain = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
    message = parse(plain)
    reply = TextReply(content="回答正确。正确答案：B。本题学时 +0.10，计入学时 0.10 / 50.00。", message=message)
    sealed = crypto.encrypt_message(reply.render(), secrets.token_hex(5), str(int(time.time())))
    return web.Response(text=sealed, content_type="application/xml")


CRYPTO = web.AppKey("crypto", WeChatCrypto)


def main() -> None:
    app = web.Application()
    app[CRYPTO] = WeChatCrypto(TOKEN, AES_KEY, CORP_ID)
    app.router.add_post("/wecom/callback", callback)
    web.run_app(
        app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None, loop=uvloop.new_event_loop()
    )


if __name__ == "__main__":
    main()
