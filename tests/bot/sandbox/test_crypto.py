"""The cipher against the published vectors."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.sandbox.crypto import CallbackCipher, CryptoError, Envelope, signature
from bot.sandbox.xml_text import read, text_of, write
from tests.bot.sandbox.stage import AES_KEY, CORP_ID, TOKEN

ECHO = Envelope(
    "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
    "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
    "1409659589",
    "263014780",
)
POST = Envelope(
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/"
    "sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZ"
    "fJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LA"
    "VGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H"
    "3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==",
    "477715d11cdb4164915debcba66cb864d751f3e6",
    "1409659813",
    "1372623149",
)


def cipher() -> CallbackCipher:
    return CallbackCipher(TOKEN, AES_KEY, CORP_ID)


def test_the_echo_of_the_published_vector() -> None:
    assert cipher().open(ECHO) == "1616140317555161061"


def test_the_message_of_the_published_vector() -> None:
    root = read(cipher().open(POST))
    assert root is not None
    fields = [text_of(root, name) for name in ("FromUserName", "Content", "MsgId", "AgentID")]
    assert fields == ["mycreate", "hello", "4561255354251345929", "218"]


def test_sealing_with_the_published_random_gives_the_published_cipher() -> None:
    sealed = cipher().seal("<xml>固定</xml>", "1409659813", "1372623149", random=b"0123456789abcdef")
    assert sealed.cipher == (
        "sKqRbbiSUnDhFHOvPjtUMXvOugdvBDVhHougPhH2YsACqsHrZ0PN3bi7x8KNRZ9hr9pm1W7Y2PmuD/lsRXuTeA=="
    )
    assert sealed.signature == "d4d6cb11e89db87ff6a514525e0a21ca4da2f244"


@pytest.mark.parametrize("size", [0, 1, 10, 11, 12, 31, 32, 33, 2048])
def test_what_is_sealed_opens_again_at_every_padding(size: int) -> None:
    assert cipher().open(cipher().seal("字" * size, "1", "n")) == "字" * size


def test_two_seals_of_one_message_differ() -> None:
    assert cipher().seal("a", "1", "n").cipher != cipher().seal("a", "1", "n").cipher


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (Envelope(ECHO.cipher, "0" * 40, ECHO.timestamp, ECHO.nonce), "signature"),
        (Envelope(ECHO.cipher, ECHO.signature, "1409659590", ECHO.nonce), "signature"),
        (CallbackCipher(TOKEN, AES_KEY, "ww-other").seal("a", "1", "n"), "receive id"),
    ],
)
def test_a_broken_envelope_is_refused(broken: Envelope, reason: str) -> None:
    with pytest.raises(CryptoError) as refusal:
        cipher().open(broken)
    assert refusal.value.reason == reason


def sealed_plain(plain: bytes) -> Envelope:
    """An envelope around any plain text, rightly signed."""
    key = base64.b64decode(AES_KEY + "=")
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    text = base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()
    return Envelope(text, signature(TOKEN, "1", "n", text), "1", "n")


HEAD = b"r" * 16
CORP = CORP_ID.encode()


@pytest.mark.parametrize(
    ("plain", "reason"),
    [
        (HEAD + b"\x00\x00\x00\x01a" + CORP + b"\x00" * 25, "padding"),
        (HEAD + b"\x00\x00\x00\x01a" + CORP + b"\x01" * 24 + b"\x19", "padding"),
        (HEAD + b"\x00\x00\x00\x01a" + CORP + b"\x21" * 25, "padding"),
        (HEAD + b"\x00\x00\xff\xffa" + CORP + b"\x19" * 25, "length"),
        (HEAD + b"\x00\x00\x00\x01\xff" + CORP + b"\x19" * 25, "not UTF-8"),
        (b"r" * 16 + b"\x10" * 16, "size"),
    ],
)
def test_a_signed_envelope_with_a_broken_inside(plain: bytes, reason: str) -> None:
    padded = plain + b"\x00" * (-len(plain) % 32) if reason != "size" else plain
    with pytest.raises(CryptoError) as refusal:
        cipher().open(sealed_plain(padded))
    assert refusal.value.reason == reason


@pytest.mark.parametrize(("text", "reason"), [("a+b", "not base64"), ("", "size"), ("YWJj", "size")])
def test_a_signed_text_that_is_no_cipher(text: str, reason: str) -> None:
    with pytest.raises(CryptoError) as refusal:
        cipher().open(Envelope(text, signature(TOKEN, "1", "n", text), "1", "n"))
    assert refusal.value.reason == reason


@pytest.mark.parametrize("key", ["short", "!" * 43, AES_KEY + "AAAA"])
def test_a_key_that_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(CryptoError):
        CallbackCipher(TOKEN, key, CORP_ID)


def test_cdata_survives_its_own_end_mark() -> None:
    root = read(write([("Content", "a]]>b<c>&")]))
    assert root is not None
    assert text_of(root, "Content") == "a]]>b<c>&"


@pytest.mark.parametrize(
    "document",
    ["", "<xml>", "<other/>", "<!DOCTYPE xml [<!ENTITY a 'b'>]><xml>&a;</xml>", "<xml><a></xml>"],
)
def test_documents_that_are_none(document: str) -> None:
    assert read(document) is None
