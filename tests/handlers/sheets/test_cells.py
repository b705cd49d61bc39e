from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.sheets.cells import Cell, csv_text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (12, "12"),
        (Decimal("0.1"), "0.10"),
        (Decimal("-0.10"), "-0.10"),  # a reversal's hours are a number
        ("每日一题", "每日一题"),
        ("2026-11-23", "2026-11-23"),
        ("a=b", "a=b"),
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
    ],
)
def test_csv_text(cell: Cell, text: str) -> None:
    assert csv_text(cell) == text


@given(st.text())
def test_no_text_begins_a_formula(text: str) -> None:
    written = csv_text(text)
    assert written in (text, f"'{text}")
    assert not written.strip().startswith(("=", "+", "-", "@"))
