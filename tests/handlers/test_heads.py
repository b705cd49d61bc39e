"""Signed heads: what was signed is taken, what was touched is not, and what verify prints is taken, too."""

import base64
import json
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec.structs import replace

from handlers.actions import heads
from handlers.actions.heads import Kept, Key
from handlers.texts.heads import UNSIGNED, refused, weekly
from storage import audit, ledger
from storage.database import Database
from tests.storage.audits import ACTS, record
from tests.storage.rows import NOW, entry
from training.chains import Head
from training.heads import BadSignature, KeyTrouble, NoHead, SignedHead, line_of, stated

DAY = date(2026, 11, 23)
KEY = Key(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = Key(Ed25519PrivateKey.from_private_bytes(bytes(32)))
LEDGER = stated("ledger", 1234, "3f" * 32, DAY)
AUDIT = stated("audit", 56, "a0" * 32, DAY)


def content(head: SignedHead | None = None) -> bytes:
    return line_of(head or heads.signed(LEDGER, KEY)) + b"\n"


def test_a_signed_head_is_read_back() -> None:
    assert heads.check(content()) == Head(1234, "3f" * 32)
    assert heads.kept(content()) == Kept(Head(1234, "3f" * 32), DAY, KEY.public)
    assert heads.check(content(heads.signed(AUDIT, KEY)), "audit") == Head(56, "a0" * 32)


def test_the_signature_is_plain_ed25519_over_the_line() -> None:
    """So that other programs can check it."""
    document = json.loads(content())
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(document["public_key"]))
    public.verify(base64.b64decode(document["signature"]), line_of(LEDGER))


def test_any_changed_byte_is_refused() -> None:
    good = content().rstrip()
    for place in range(len(good)):
        for other in (good[place] ^ 1, good[place] ^ 2):
            bad = good[:place] + bytes([other]) + good[place + 1 :]
            with pytest.raises((BadSignature, NoHead)):
                heads.kept(bad)


@pytest.mark.parametrize(
    "changed", [{"seq": 1235}, {"count": 1235}, {"hash": "4f" * 32}, {"date": date(2026, 11, 24)}]
)
def test_a_changed_field_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(BadSignature) as refusal:
        heads.check(content(replace(heads.signed(LEDGER, KEY), **changed)))
    assert refusal.value.public_key == KEY.public
    assert "签名不对" in refused(refusal.value, "链头.json")


def test_the_signature_of_another_key_is_refused() -> None:
    foreign = replace(heads.signed(LEDGER, OTHER), public_key=KEY.public)
    with pytest.raises(BadSignature):
        heads.check(content(foreign))


def test_what_kind_it_is_has_a_default_that_is_signed_all_the_same() -> None:
    document = json.loads(content())
    del document["kind"]
    assert heads.check(json.dumps(document).encode()) == Head(1234, "3f" * 32)


@pytest.mark.parametrize("missing", ["signature", "public_key", "hash"])
def test_a_head_without_all_of_its_parts_does_not_pass_as_unsigned(missing: str) -> None:
    document = json.loads(content())
    del document[missing]
    with pytest.raises(NoHead):
        heads.kept(json.dumps(document).encode())


def test_the_head_of_the_other_chain_is_refused() -> None:
    with pytest.raises(NoHead) as refusal:
        heads.kept(content(), "audit")
    assert "应为审计日志的链头" in refused(refusal.value, "链头.json")


@pytest.mark.parametrize(
    "text",
    [
        '{"lines": 5, "head": {"seq": 5, "hash": "ab"}}\n',
        '{"seq": 5, "hash": "ab"}',
        '\ufeff{\n  "head": {\n    "seq": 5,\n    "hash": "ab"\n  }\n}\n',
        '{"chain": "ledger", "seq": 5, "hash": "ab"}',
    ],
)
def test_what_verify_prints_is_taken_unsigned(text: str) -> None:
    assert heads.kept(text.encode()) == Kept(Head(5, "ab"))
    with pytest.raises(NoHead):  # but not where a signature is asked for
        heads.check(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", "no json", "3", "[" * 100_000, "\x00\xff", '{"seq": null, "hash": "ab"}'),
        *('{"head": 3}', '{"head": {"seq": "x", "hash": ""}}', '{"kind": "xuefa-head"}'),
        '{"chain": "audit", "seq": 5, "hash": "ab"}',
    ],
)
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(NoHead) as refusal:
        heads.kept(text.encode("latin-1"))
    assert "f.json 不是链头文件，应为学时台账的链头" in refused(refusal.value, "f.json")


def test_the_weekly_message_is_read_as_it_came() -> None:
    both = [heads.signed(LEDGER, KEY), heads.signed(AUDIT, KEY)]
    for text in (weekly(both), weekly(both).replace("\n", "\r\n"), "转发：\n" + weekly(both) + "\n"):
        assert heads.check(text.encode()) == Head(1234, "3f" * 32)
        assert heads.check(text.encode(), "audit") == Head(56, "a0" * 32)
    assert UNSIGNED not in weekly(both)


def test_the_weekly_message_without_a_key_says_so_and_is_read_all_the_same() -> None:
    text = weekly([LEDGER, AUDIT])
    assert UNSIGNED in text
    assert heads.kept(text.encode()) == Kept(Head(1234, "3f" * 32))
    assert heads.kept(text.encode(), "audit") == Kept(Head(56, "a0" * 32))


def test_the_weekly_message_is_never_cut_in_parts() -> None:
    """WeCom takes 2048 bytes. Source: doc 90236."""
    largest = [replace(head, seq=2**62, count=2**62) for head in (LEDGER, AUDIT)]
    assert len(weekly([heads.signed(head, KEY) for head in largest]).encode()) <= 2048
    assert len(weekly(largest).encode()) <= 2048


def test_the_weekly_message_reads_well() -> None:
    lines = weekly([heads.signed(LEDGER, KEY), heads.signed(AUDIT, KEY)]).splitlines()
    assert lines[:4] == [
        "【链头 11月23日】请保存本条消息，日后可据此核对记录有没有被改动。",
        f"学时台账：共 1234 条，校验码 {'3f' * 32}",
        f"审计日志：共 56 条，校验码 {'a0' * 32}",
        "核对：把本条消息原样存为文本文件，运行 xuefa ledger verify --head 文件（审计日志为 audit verify）。",
    ]
    assert [json.loads(line)["chain"] for line in lines[4:]] == ["ledger", "audit"]


def test_trouble_with_the_key_is_said() -> None:
    assert "chmod 600" in refused(KeyTrouble("k.pem", "open"), "k.pem")
    assert "不是 Ed25519 私钥" in refused(KeyTrouble("k.pem", "form"), "k.pem")


async def test_the_state_of_a_chain_is_its_head(database: Database) -> None:
    await record(database, *ACTS[:2])
    async with database.write() as tx:
        posted = await ledger.post(tx, [entry(1), entry(2), entry(3)])
        assert await heads.state(tx, "ledger", NOW) == stated("ledger", 3, posted[2].hash, DAY)
        assert await heads.state(tx, "audit", NOW) == stated("audit", 2, (await audit.head(tx)).hash, DAY)


async def test_only_a_new_key_is_recorded_and_never_its_secret_half(database: Database) -> None:
    async with database.write() as tx:
        await heads.record_key(tx, KEY, by="cli:root", via="cli", now=NOW)
        assert await audit.pages(tx) == []
        await heads.record_key(tx, Key(KEY.private, new=True), by="cli:root", via="cli", now=NOW)
        [line] = await audit.pages(tx)
    assert (line.act.what, line.act.after, line.act.actor) == ("head.key", KEY.public, "cli:root")
    assert bytes(range(32)).hex() not in str(line)
