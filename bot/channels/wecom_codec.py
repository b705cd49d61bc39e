"""The envelope of WeCom's callbacks: signature, freshness, AES, receiver.

Bytes come in from anybody on the internet, so the order is: size, form, signature, freshness, and only then
decryption; no XML is parsed here at all. Whatever is wrong is one `Rejected`, never another exception.
Source: docs 90930 and 90968 (callback configuration and the encryption scheme).
"""

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pybase64
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

MAX_BODY_BYTES: Final = 64 * 1024
FRESH_SECONDS: Final = 600
_MAX_PARAMETER: Final = 256  # characters; WeCom's signature has 40, its nonce about 10
_HEAD_BYTES: Final = 20  # 16 random ones and the length of the message
_PAD_BLOCK: Final = 32  # PKCS#7 blocks here are twice as long as AES's own
_OPEN: Final = b"<Encrypt>"
_CLOSE: Final = b"</Encrypt>"
_CDATA: Final = b"<![CDATA["
_CDATA_END: Final = b"]]>"
_END: Final = b"</xml>"
_MAX_TAGS: Final = 64  # WeCom's envelope has eleven `<`; nesting is not its habit


@dataclass(eq=False)
class Rejected(Exception):
    """What came in is refused; `reason` is a metric label, `offset_seconds` how far a stale stamp is ahead."""

    reason: str
    offset_seconds: int = 0


class Codec:
    """Opens and seals envelopes for one app; holds no state between messages.

    Raises ValueError at once when the EncodingAESKey is not the 43 characters that WeCom hands out.
    """

    __slots__ = ("_cipher", "_receive_id", "_token")

    def __init__(self, token: str, encoding_aes_key: str, receive_id: str) -> None:
        key = _aes_key(encoding_aes_key)
        self._token = token.encode()
        self._receive_id = receive_id.encode()
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def open(self, signature: str, timestamp: str, nonce: str, body: bytes, now: datetime) -> bytes:
        """The plain message of a POST body.

        Raises: Rejected("size" | "form" | "signature" | "stale" | "crypto" | "receiver").
        """
        if len(body) > MAX_BODY_BYTES:
            raise Rejected("size")
        return self._opened(signature, timestamp, nonce, _encrypted(body), now)

    def echo(self, signature: str, timestamp: str, nonce: str, echostr: str, now: datetime) -> bytes:
        """What the GET verification wants back, to the byte. Raises as `open`."""
        # A `+` that was not percent-encoded arrives as a blank; base64 knows no blanks.
        cipher_text = _octets(echostr.replace(" ", "+"), MAX_BODY_BYTES)
        return self._opened(signature, timestamp, nonce, cipher_text, now)

    def seal(self, message: bytes, now: datetime) -> bytes:
        """The reply envelope around a plain message, with a nonce and a time stamp of its own."""
        entropy = os.urandom(24)
        block = b"%b%b%b%b" % (entropy[:16], len(message).to_bytes(4, "big"), message, self._receive_id)
        pad = _PAD_BLOCK - len(block) % _PAD_BLOCK
        encryptor = self._cipher.encryptor()
        sealed = encryptor.update(block + bytes((pad,)) * pad) + encryptor.finalize()
        cipher_text = pybase64.b64encode(sealed)
        nonce = entropy[16:].hex().encode()
        timestamp = b"%d" % int(now.timestamp())
        signature = self._signature(timestamp, nonce, cipher_text)
        return (
            b"<xml><Encrypt><![CDATA[%b]]></Encrypt><MsgSignature><![CDATA[%b]]></MsgSignature>"
            b"<TimeStamp>%b</TimeStamp><Nonce><![CDATA[%b]]></Nonce></xml>"
        ) % (cipher_text, signature, timestamp, nonce)

    def _opened(self, signature: str, timestamp: str, nonce: str, cipher_text: bytes, now: datetime) -> bytes:
        stamp = _octets(timestamp)
        if not stamp.isdigit() or len(stamp) > 12:
            raise Rejected("form")
        expected = self._signature(stamp, _octets(nonce), cipher_text)
        if not hmac.compare_digest(expected, _octets(signature)):
            raise Rejected("signature")
        offset = int(stamp) - int(now.timestamp())
        if abs(offset) > FRESH_SECONDS:
            raise Rejected("stale", offset)
        return self._unpacked(self._decrypted(cipher_text))

    def _signature(self, timestamp: bytes, nonce: bytes, cipher_text: bytes) -> bytes:
        parts = sorted((self._token, timestamp, nonce, cipher_text))
        # SHA-1 is the protocol's choice, and the token is part of what is hashed.
        return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest().encode()

    def _decrypted(self, cipher_text: bytes) -> bytes:
        try:
            sealed = pybase64.b64decode(cipher_text, validate=True)
        except ValueError:
            raise Rejected("crypto") from None
        if not sealed or len(sealed) % 16:
            raise Rejected("crypto")
        decryptor = self._cipher.decryptor()
        return decryptor.update(sealed) + decryptor.finalize()

    def _unpacked(self, padded: bytes) -> bytes:
        """16 random bytes, length, message, receive id, padding → message."""
        pad = padded[-1]
        end = len(padded) - pad
        if not 1 <= pad <= _PAD_BLOCK or end < _HEAD_BYTES or padded[end:] != padded[-1:] * pad:
            raise Rejected("crypto")
        message_end = _HEAD_BYTES + int.from_bytes(padded[16:_HEAD_BYTES], "big")
        if message_end > end:
            raise Rejected("crypto")
        if padded[message_end:end] != self._receive_id:
            raise Rejected("receiver")
        return padded[_HEAD_BYTES:message_end]


def _aes_key(encoding_aes_key: str) -> bytes:
    if len(encoding_aes_key) != 43:
        raise ValueError("EncodingAESKey must have 43 characters")
    try:
        return base64.b64decode(encoding_aes_key + "=", validate=True)
    except ValueError:
        raise ValueError("EncodingAESKey must be letters and digits") from None


def _octets(parameter: str, limit: int = _MAX_PARAMETER) -> bytes:
    if len(parameter) > limit:
        raise Rejected("form")
    try:
        return parameter.encode()
    except UnicodeEncodeError:
        raise Rejected("form") from None


def _encrypted(body: bytes) -> bytes:
    """The text of the first Encrypt element, as CDATA or plain; every step is one linear search."""
    if not body.rstrip().endswith(_END) or b"<!DOCTYPE" in body or body.count(b"<") > _MAX_TAGS:
        raise Rejected("form")
    start = body.find(_OPEN)
    end = body.find(_CLOSE, start)
    if start < 0 or end < 0:
        raise Rejected("form")
    text = body[start + len(_OPEN) : end].strip()
    if text.startswith(_CDATA) and text.endswith(_CDATA_END):
        text = text[len(_CDATA) : -len(_CDATA_END)].strip()
    if not text:
        raise Rejected("form")
    return text
