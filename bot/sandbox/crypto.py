"""The callback's cipher, written from the protocol: AES-256-CBC, 32-byte PKCS#7 blocks, sorted SHA-1 signature.

plain text = 16 random bytes + 4-byte big-endian length + message + receive id (the corp id).
Source: doc 90968.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
HEAD = 20
"""Random bytes and length, before the message."""


@dataclass(eq=False)
class CryptoError(Exception):
    """An envelope that is not what it claims to be."""

    reason: str


@dataclass(frozen=True)
class Envelope:
    """An encrypted message with the three things that sign it."""

    cipher: str
    signature: str
    timestamp: str
    nonce: str


def signature(token: str, timestamp: str, nonce: str, cipher: str) -> str:
    """SHA-1, in hex, of the four texts sorted and joined."""
    joined = "".join(sorted((token, timestamp, nonce, cipher)))
    return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()


def _key(encoding_aes_key: str) -> bytes:
    try:
        key = base64.b64decode(encoding_aes_key + "=", validate=True)
    except binascii.Error as wrong:
        raise CryptoError("EncodingAESKey is not base64") from wrong
    if len(key) != BLOCK:
        raise CryptoError("EncodingAESKey does not make 32 bytes")
    return key


class CallbackCipher:
    """Seals and opens envelopes for one app and one receive id."""

    def __init__(self, token: str, encoding_aes_key: str, receive_id: str) -> None:
        self._token = token
        self._receive_id = receive_id
        key = _key(encoding_aes_key)
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def seal(
        self,
        message: str,
        timestamp: str,
        nonce: str,
        *,
        random: bytes | None = None,
        receive_id: str | None = None,
    ) -> Envelope:
        """Encrypts and signs. `random` and `receive_id` are for test vectors and for tampering."""
        body = message.encode()
        receiver = self._receive_id if receive_id is None else receive_id
        plain = (random or os.urandom(16)) + struct.pack("!I", len(body)) + body + receiver.encode()
        pad = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher.encryptor()
        sealed = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
        cipher = base64.b64encode(sealed).decode()
        return Envelope(cipher, signature(self._token, timestamp, nonce, cipher), timestamp, nonce)

    def open(self, envelope: Envelope) -> str:
        """Checks signature, padding, length and receive id, and returns the message.

        Raises: CryptoError with the first thing that is wrong.
        """
        right = signature(self._token, envelope.timestamp, envelope.nonce, envelope.cipher)
        if not hmac.compare_digest(right.encode(), envelope.signature.encode()):
            raise CryptoError("signature")
        plain = self._decrypt(envelope.cipher)
        (size,) = struct.unpack("!I", plain[16:HEAD])
        if HEAD + size > len(plain):
            raise CryptoError("length")
        if plain[HEAD + size :] != self._receive_id.encode():
            raise CryptoError("receive id")
        try:
            return plain[HEAD : HEAD + size].decode()
        except UnicodeDecodeError as wrong:
            raise CryptoError("not UTF-8") from wrong

    def _decrypt(self, cipher: str) -> bytes:
        try:
            sealed = base64.b64decode(cipher, validate=True)
        except binascii.Error as wrong:
            raise CryptoError("not base64") from wrong
        if not sealed or len(sealed) % 16:
            raise CryptoError("size")
        decryptor = self._cipher.decryptor()
        padded = decryptor.update(sealed) + decryptor.finalize()
        pad = padded[-1]
        if not 1 <= pad <= BLOCK or pad > len(padded) or padded[-pad:] != bytes([pad]) * pad:
            raise CryptoError("padding")
        plain = padded[:-pad]
        if len(plain) < HEAD:
            raise CryptoError("size")
        return plain
