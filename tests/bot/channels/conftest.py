"""Another reading of the protocol for the tests: envelopes are made here without the channel's own code."""

import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.wecom_api import Client, open_session
from bot.channels.wecom_codec import Codec
from tests.bot.channels.fault_server import FaultyWeCom, settings

TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
CORP = "wx5823bf96d3bd56c7"
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Envelope(NamedTuple):
    signature: str
    timestamp: str
    nonce: str
    body: bytes


def sign(timestamp: str, nonce: str, cipher_text: str) -> str:
    joined = "".join(sorted([TOKEN, timestamp, nonce, cipher_text])).encode()
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def encrypt_block(block: bytes) -> str:
    """AES-256-CBC of a block that is padded already, right or wrong."""
    key = base64.b64decode(AES_KEY + "=")
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(block) + encryptor.finalize()).decode()


def block(message: bytes, receive_id: str = CORP, length: int | None = None) -> bytes:
    size = len(message) if length is None else length
    return b"0123456789abcdef" + size.to_bytes(4, "big") + message + receive_id.encode()


def padded(content: bytes) -> bytes:
    pad = 32 - len(content) % 32
    return content + bytes([pad]) * pad


def wrap(cipher_text: str, at: datetime = NOW, nonce: str = "372623149") -> Envelope:
    timestamp = str(int(at.timestamp()))
    body = (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><AgentID><![CDATA[218]]></AgentID>"
        f"<Encrypt><![CDATA[{cipher_text}]]></Encrypt></xml>"
    )
    return Envelope(sign(timestamp, nonce, cipher_text), timestamp, nonce, body.encode())


def envelope(message: str | bytes, at: datetime = NOW, receive_id: str = CORP) -> Envelope:
    content = message.encode() if isinstance(message, str) else message
    return wrap(encrypt_block(padded(block(content, receive_id))), at)


@pytest.fixture(scope="session")
def codec() -> Codec:
    return Codec(TOKEN, AES_KEY, CORP)


@pytest.fixture
def counted() -> list[str]:
    """Reasons of refusals, in order; `counted.append` is the counter."""
    return []


@pytest.fixture
async def wecom() -> AsyncIterator[FaultyWeCom]:
    server = FaultyWeCom()
    await server.start()
    yield server
    await server.stop()


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def client(wecom: FaultyWeCom, clock: Clock) -> AsyncIterator[Client]:
    chosen = settings(wecom.base_url)
    async with open_session(chosen) as session:
        yield Client(chosen, session, clock)
