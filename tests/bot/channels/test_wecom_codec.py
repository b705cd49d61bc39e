"""The envelope: official vectors, agreement with wechatpy, and everything that must be refused."""

import base64
import re
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.enterprise.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException

from bot.channels.wecom_codec import MAX_BODY_BYTES, Codec, Rejected
from tests.bot.channels.conftest import (
    AES_KEY,
    CORP,
    NOW,
    TOKEN,
    Envelope,
    block,
    encrypt_block,
    envelope,
    padded,
    sign,
    wrap,
)

GET_AT = datetime.fromtimestamp(1409659589, UTC)
POST_AT = datetime.fromtimestamp(1409659813, UTC)
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
POST_CIPHER = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvu"
    "JTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwG"
    "c2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9"
    "EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0"
    "lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)


def refusal(codec: Codec, received: Envelope, now: datetime = NOW) -> str:
    with pytest.raises(Rejected) as caught:
        codec.open(*received, now)
    return caught.value.reason


class TestOfficialVectors:
    def test_verification(self, codec: Codec) -> None:
        signature = "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
        plain = codec.echo(signature, "1409659589", "263014780", ECHO, GET_AT)
        assert plain == b"1616140317555161061"

    def test_verification_with_blanks_for_plus_signs(self, codec: Codec) -> None:
        signature = "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
        plain = codec.echo(signature, "1409659589", "263014780", ECHO.replace("+", " "), GET_AT)
        assert plain == b"1616140317555161061"

    def test_message(self, codec: Codec) -> None:
        body = f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{POST_CIPHER}]]></Encrypt></xml>"
        signature = "477715d11cdb4164915debcba66cb864d751f3e6"
        plain = codec.open(signature, "1409659813", "1372623149", body.encode(), POST_AT).decode()
        assert "<Content><![CDATA[hello]]></Content>" in plain
        assert "<MsgId>4561255354251345929</MsgId>" in plain

    def test_what_other_servers_seal(self, codec: Codec) -> None:
        cipher_text = "sKqRbbiSUnDhFHOvPjtUMXvOugdvBDVhHougPhH2YsACqsHrZ0PN3bi7x8KNRZ9hr9pm1W7Y2PmuD/lsRXuTeA=="
        body = f"<xml><Encrypt>{cipher_text}</Encrypt></xml>".encode()
        signature = "d4d6cb11e89db87ff6a514525e0a21ca4da2f244"
        assert codec.open(signature, "1409659813", "1372623149", body, POST_AT).decode() == "<xml>固定</xml>"


class TestAgreementWithWechatpy:
    oracle = WeChatCrypto(TOKEN, AES_KEY, CORP)

    @given(st.text(st.characters(exclude_categories=["Cs"])))
    def test_opens_what_wechatpy_seals(self, message: str) -> None:
        timestamp = str(int(NOW.timestamp()))
        body = self.oracle.encrypt_message(message, "nonce", timestamp).encode()
        signature = re.search(rb"<MsgSignature><!\[CDATA\[(\w+)]]>", body)
        assert signature is not None
        codec = Codec(TOKEN, AES_KEY, CORP)
        assert codec.open(signature[1].decode(), timestamp, "nonce", body, NOW).decode() == message

    @given(st.text(st.characters(exclude_categories=["Cs"])))
    def test_wechatpy_opens_what_is_sealed(self, message: str) -> None:
        sealed = Codec(TOKEN, AES_KEY, CORP).seal(message.encode(), NOW).decode()
        fields = dict(re.findall(r"<(\w+)>(?:<!\[CDATA\[)?([^\]<]+)", sealed))
        opened = self.oracle.decrypt_message(sealed, fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"])
        assert opened == message
        assert fields["TimeStamp"] == str(int(NOW.timestamp()))

    def test_both_refuse_another_token(self) -> None:
        sealed = envelope("<xml></xml>")
        with pytest.raises(WeChatException):
            WeChatCrypto("other", AES_KEY, CORP).decrypt_message(
                sealed.body, sealed.signature, sealed.timestamp, sealed.nonce
            )
        assert refusal(Codec("other", AES_KEY, CORP), sealed) == "signature"


class TestSeal:
    def test_no_two_envelopes_are_alike(self, codec: Codec) -> None:
        assert codec.seal(b"<xml/>", NOW) != codec.seal(b"<xml/>", NOW)

    @pytest.mark.parametrize("length", range(64))
    def test_every_padding_opens_again(self, codec: Codec, length: int) -> None:
        sealed = codec.seal(b"x" * length, NOW).decode()
        fields = dict(re.findall(r"<(\w+)>(?:<!\[CDATA\[)?([^\]<]+)", sealed))
        body = sealed.encode()
        opened = codec.open(fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"], body, NOW)
        assert opened == b"x" * length


class TestRefusals:
    def test_a_good_one_opens(self, codec: Codec) -> None:
        assert codec.open(*envelope("<xml>好</xml>"), NOW).decode() == "<xml>好</xml>"

    def test_signature(self, codec: Codec) -> None:
        good = envelope("<xml/>")
        assert refusal(codec, good._replace(signature="0" * 40)) == "signature"
        assert refusal(codec, good._replace(signature="")) == "signature"
        assert refusal(codec, good._replace(signature="签名")) == "signature"
        assert refusal(codec, good._replace(nonce="1")) == "signature"
        later = str(int(good.timestamp) + 1)
        assert refusal(codec, good._replace(timestamp=later)) == "signature"

    @pytest.mark.parametrize("offset", [-600, -1, 0, 1, 600])
    def test_fresh_up_to_the_boundary_second(self, codec: Codec, offset: int) -> None:
        assert codec.open(*envelope("ok", NOW + timedelta(seconds=offset)), NOW) == b"ok"

    @pytest.mark.parametrize("offset", [-601, 601, -86_400])
    def test_stale_beyond_it_says_by_how_much(self, codec: Codec, offset: int) -> None:
        with pytest.raises(Rejected) as caught:
            codec.open(*envelope("ok", NOW + timedelta(seconds=offset)), NOW)
        assert (caught.value.reason, caught.value.offset_seconds) == ("stale", offset)

    def test_a_stale_stamp_with_a_wrong_signature_tells_nothing_of_the_clock(self, codec: Codec) -> None:
        old = envelope("ok", NOW - timedelta(days=1))
        assert refusal(codec, old._replace(signature="0" * 40)) == "signature"

    @pytest.mark.parametrize("receive_id", ["", "wx5823bf96d3bd56c8", CORP + "x", CORP.upper()])
    def test_receiver(self, codec: Codec, receive_id: str) -> None:
        assert refusal(codec, envelope("<xml/>", receive_id=receive_id)) == "receiver"

    def test_size_comes_before_anything(self, codec: Codec) -> None:
        body = envelope("<xml/>").body
        largest = body + b" " * (MAX_BODY_BYTES - len(body))
        assert codec.open(*envelope("<xml/>")._replace(body=largest), NOW) == b"<xml/>"
        assert refusal(codec, Envelope("", "", "", largest + b" ")) == "size"

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\xff\xfe\x00",
            b"<xml></xml>",
            b"<xml><Encrypt></Encrypt></xml>",
            b"<xml><Encrypt><![CDATA[]]></Encrypt></xml>",
            b"<xml><Encrypt>AAAA",
            b"</Encrypt><Encrypt>",
            b"<a>" * 20_000,
        ],
    )
    def test_form_of_the_body(self, codec: Codec, body: bytes) -> None:
        assert refusal(codec, envelope("<xml/>")._replace(body=body)) == "form"

    @pytest.mark.parametrize("timestamp", ["", "x", "-1", "1.5", " 1", "１４０９", "9" * 13, "9" * 5000])
    def test_form_of_the_time_stamp(self, codec: Codec, timestamp: str) -> None:
        assert refusal(codec, envelope("<xml/>")._replace(timestamp=timestamp)) == "form"

    def test_lone_surrogates_are_a_form(self, codec: Codec) -> None:
        assert refusal(codec, envelope("<xml/>")._replace(nonce="\udcff")) == "form"

    @pytest.mark.parametrize(
        "cipher_text",
        ["!!!!", "AAA", "AAAA=", "A===", base64.b64encode(b"x" * 15).decode(), "QUJD", "RypE\nvHKD", "=" * 44],
    )
    def test_bad_base64_or_blocks(self, codec: Codec, cipher_text: str) -> None:
        assert refusal(codec, wrap(cipher_text)) == "crypto"

    @pytest.mark.parametrize("stray", ["\n", " ", "*", "="])
    def test_base64_takes_no_stray_characters(self, codec: Codec, stray: str) -> None:
        good = encrypt_block(padded(block(b"<xml/>")))
        assert refusal(codec, wrap(good[:8] + stray + good[8:])) == "crypto"

    @pytest.mark.parametrize("last", [0, 33, 255])
    def test_padding_out_of_range(self, codec: Codec, last: int) -> None:
        content = block(b"<xml/>")
        content += b"\x01" * (63 - len(content)) + bytes([last])
        assert refusal(codec, wrap(encrypt_block(content))) == "crypto"

    def test_padding_that_does_not_repeat_its_length(self, codec: Codec) -> None:
        good = padded(block(b"<xml/>"))
        assert refusal(codec, wrap(encrypt_block(good[:-2] + b"\x07" + good[-1:]))) == "crypto"

    def test_padding_that_eats_the_head(self, codec: Codec) -> None:
        assert refusal(codec, wrap(encrypt_block(b"\x20" * 32))) == "crypto"

    @pytest.mark.parametrize("length", [25, 1 << 24, 0xFFFFFFFF])
    def test_length_beyond_the_end(self, codec: Codec, length: int) -> None:
        assert refusal(codec, wrap(encrypt_block(padded(block(b"<xml/>", length=length))))) == "crypto"

    def test_length_that_is_too_short_leaves_a_wrong_receiver(self, codec: Codec) -> None:
        assert refusal(codec, wrap(encrypt_block(padded(block(b"<xml/>", length=3))))) == "receiver"

    def test_truncated(self, codec: Codec) -> None:
        good = envelope("<xml>" + "字" * 100 + "</xml>")
        for end in range(0, len(good.body) - 10, 7):
            assert refusal(codec, good._replace(body=good.body[:end])) in {"form", "signature"}

    def test_truncated_and_signed_again(self, codec: Codec) -> None:
        cipher_text = encrypt_block(padded(block("字".encode() * 100)))
        for end in range(0, len(cipher_text), 5):
            assert refusal(codec, wrap(cipher_text[:end])) in {"form", "crypto", "receiver"}


class TestOnlyRejectedEscapes:
    @given(st.binary(max_size=300), st.text(max_size=50), st.text(max_size=20), st.text(max_size=20))
    def test_any_bytes(self, body: bytes, signature: str, timestamp: str, nonce: str) -> None:
        with pytest.raises(Rejected):
            Codec(TOKEN, AES_KEY, CORP).open(signature, timestamp, nonce, body, NOW)

    @given(st.text(max_size=200))
    def test_any_cipher_text_rightly_signed(self, cipher_text: str) -> None:
        timestamp = str(int(NOW.timestamp()))
        body = b"<xml><Encrypt>%b</Encrypt></xml>" % cipher_text.encode(errors="surrogatepass")
        with pytest.raises(Rejected):
            Codec(TOKEN, AES_KEY, CORP).open(sign(timestamp, "1", cipher_text.strip()), timestamp, "1", body, NOW)

    @given(st.binary(min_size=1, max_size=12).map(lambda blocks: blocks * 16))
    def test_any_block_rightly_signed(self, content: bytes) -> None:
        with pytest.raises(Rejected):
            Codec(TOKEN, AES_KEY, CORP).open(*wrap(encrypt_block(content)), NOW)


class TestKey:
    @pytest.mark.parametrize("key", ["", "a" * 42, "a" * 44, "!" * 43])
    def test_a_wrong_one_stops_the_start_without_being_shown(self, key: str) -> None:
        with pytest.raises(ValueError, match="EncodingAESKey") as caught:
            Codec(TOKEN, key, CORP)
        assert not key or key not in str(caught.value)

    def test_any_random_one_is_taken_and_works(self) -> None:
        for _ in range(20):
            key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
            sealed = Codec(TOKEN, key, CORP).seal(b"<xml>1</xml>", NOW).decode()
            fields = dict(re.findall(r"<(\w+)>(?:<!\[CDATA\[)?([^\]<]+)", sealed))
            stamps = (fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"])
            assert WeChatCrypto(TOKEN, key, CORP).decrypt_message(sealed, *stamps) == "<xml>1</xml>"
