"""The bytes that are signed."""

from datetime import date

import msgspec
import pytest

from training.heads import SignedHead, Statement, line_of, stated

DAY = date(2026, 11, 23)
LINE = b'{"kind":"xuefa-head","version":1,"chain":"ledger","seq":7,"hash":"3f","count":7,"date":"2026-11-23"}'


def test_the_signed_line_is_always_the_same_to_the_byte() -> None:
    assert line_of(stated("ledger", 7, "3f", DAY)) == LINE


def test_a_file_is_the_line_with_signature_and_key_behind() -> None:
    head = SignedHead(chain="ledger", seq=7, hash="3f", count=7, date=DAY, signature="s", public_key="k")
    assert line_of(head) == LINE[:-1] + b',"signature":"s","public_key":"k"}'
    assert line_of(head.statement()) == LINE
    assert type(head.statement()) is Statement


@pytest.mark.parametrize(
    "other",
    [LINE.replace(b"xuefa-head", b"head"), LINE.replace(b":1,", b":2,"), LINE.replace(b"ledger", b"exam")],
)
def test_other_kinds_versions_and_chains_are_no_statements(other: bytes) -> None:
    assert msgspec.json.decode(LINE, type=Statement) == stated("ledger", 7, "3f", DAY)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(other, type=Statement)
