"""Encrypted taps as whole HTTP requests, prepared before the clock runs."""

import base64
import hashlib
import secrets
import struct
import time
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

TOKEN: Final = "benchmark"
AES_KEY: Final = base64.b64encode(bytes(range(32))).decode().rstrip("=")
CORP_ID: Final = "wwbenchmark"
AGENT_ID: Final = 1000002


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap of `account` on the button `key`."""

    account: str
    key: str
    number: int


def request(tap: Tap, port: int) -> bytes:
    """A POST to the callback, newly encrypted, ready for the socket."""
    now = int(time.time())
    plain = (
        f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><FromUserName><![CDATA[{tap.account}]]></FromUserName>"
        f"<CreateTime>{now}</CreateTime><MsgType><![CDATA[event]]></MsgType>"
        f"<Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[{tap.key}]]></EventKey>"
        f"<TaskId><![CDATA[task-{tap.number}]]></TaskId><CardType><![CDATA[button_interaction]]></CardType>"
        f"<ResponseCode><![CDATA[rc{tap.number}]]></ResponseCode><AgentID>{AGENT_ID}</AgentID></xml>"
    ).encode()
    encrypted = _encrypted(plain)
    nonce = secrets.token_hex(5)
    signature = hashlib.sha1("".join(sorted((TOKEN, str(now), nonce, encrypted))).encode()).hexdigest()  # noqa: S324
    body = (
        f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><AgentID><![CDATA[{AGENT_ID}]]></AgentID>"
        f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    ).encode()
    target = f"/wecom/callback?msg_signature={signature}&timestamp={now}&nonce={nonce}"
    head = (
        f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _encrypted(message: bytes) -> str:
    key = base64.b64decode(AES_KEY + "=")
    plain = secrets.token_bytes(16) + struct.pack(">I", len(message)) + message + CORP_ID.encode()
    padding = 32 - len(plain) % 32
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(cipher.update(plain + bytes([padding]) * padding) + cipher.finalize()).decode()
