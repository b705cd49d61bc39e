"""The envelope of WeCom's callbacks, written from the protocol's fact sheet alone.

`seal` makes what WeCom would post; `open_envelope` reads what comes back. Nothing of the product is imported.
"""

import base64
import hashlib
import os
import secrets
import struct
import time
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from defusedxml import ElementTree

BLOCK_BYTES = 32
HEAD_BYTES = 20  # 16 random bytes and a length of 4


@dataclass(frozen=True)
class Keys:
    """What an app and its server share."""

    corp: str
    token: str
    aes: str

    @property
    def raw(self) -> bytes:
        return base64.b64decode(self.aes + "=")

    def cipher(self) -> "Cipher[modes.CBC]":
        return Cipher(algorithms.AES(self.raw), modes.CBC(self.raw[:16]))

    def sign(self, stamp: str, nonce: str, encrypted: str) -> str:
        joined = "".join(sorted([self.token, stamp, nonce, encrypted]))
        return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()


def new_keys() -> Keys:
    aes = base64.b64encode(os.urandom(32)).decode().rstrip("=")
    return Keys("ww" + secrets.token_hex(8), secrets.token_hex(8), aes)


@dataclass(frozen=True)
class Envelope:
    """One request: its query, and the base64 of the encrypted message."""

    keys: Keys
    encrypted: str
    query: dict[str, str] = field(repr=False)

    def body(self, agent: int) -> bytes:
        return (
            f"<xml><ToUserName><![CDATA[{self.keys.corp}]]></ToUserName><AgentID><![CDATA[{agent}]]></AgentID>"
            f"<Encrypt><![CDATA[{self.encrypted}]]></Encrypt></xml>"
        ).encode()


def encrypt(keys: Keys, message: bytes, receiver: str | None = None) -> str:
    plain = os.urandom(16) + struct.pack(">I", len(message)) + message + (receiver or keys.corp).encode()
    pad = BLOCK_BYTES - len(plain) % BLOCK_BYTES
    encryptor = keys.cipher().encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()


def decrypt(keys: Keys, encrypted: str) -> bytes:
    decryptor = keys.cipher().decryptor()
    plain = decryptor.update(base64.b64decode(encrypted, validate=True)) + decryptor.finalize()
    pad = plain[-1]
    assert 1 <= pad <= BLOCK_BYTES and plain.endswith(bytes([pad]) * pad), "bad padding"
    (length,) = struct.unpack(">I", plain[16:HEAD_BYTES])
    message, receiver = plain[HEAD_BYTES : HEAD_BYTES + length], plain[HEAD_BYTES + length : -pad]
    assert receiver == keys.corp.encode(), "receive id"
    return message


def signed(keys: Keys, encrypted: str, stamp: int | None = None) -> Envelope:
    """An envelope around any text, also one that does not decrypt."""
    when, nonce = str(int(time.time()) if stamp is None else stamp), secrets.token_hex(6)
    query = {"msg_signature": keys.sign(when, nonce, encrypted), "timestamp": when, "nonce": nonce}
    return Envelope(keys, encrypted, query)


def seal(keys: Keys, message: str, *, receiver: str | None = None, stamp: int | None = None) -> Envelope:
    return signed(keys, encrypt(keys, message.encode(), receiver), stamp)


def open_envelope(keys: Keys, body: bytes) -> bytes:
    """The plain text of a passive reply; its signature is checked."""
    root = ElementTree.fromstring(body)
    parts = [root.findtext(name) or "" for name in ("MsgSignature", "TimeStamp", "Nonce", "Encrypt")]
    assert keys.sign(*parts[1:]) == parts[0], "signature of the reply"
    return decrypt(keys, parts[3])
