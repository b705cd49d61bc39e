"""佐证 is known by its first bytes, whatever it is called."""

from datetime import timedelta

import pytest

from training.evidence import LEAST_BYTES, MOST_BYTES, Why, fault, pause_after, type_of


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\nrest", "image/png"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypheic\0\0", "image/heic"),
        (b"\0\0\0\x18ftypmp42\0\0", None),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"RIFF\0\0\0\0WAVEfmt ", None),
        (b"PK\x03\x04", None),
        (b"<html>", None),
        (b"\xff\xd8\xff\xe0r", None),  # hardly begun
        (b"", None),
    ],
)
def test_by_magic(content: bytes, kind: str | None) -> None:
    assert type_of(content) == kind or len(content) < LEAST_BYTES
    assert fault(content) == (None if kind else Why.TYPE)


def test_ten_megabytes_and_no_byte_more() -> None:
    pdf = b"%PDF-" + bytes(MOST_BYTES - 5)
    assert fault(pdf) is None
    assert fault(pdf + b"\0") is Why.LARGE


def test_pauses_grow_to_half_an_hour() -> None:
    pauses = [pause_after(tries) for tries in (1, 2, 3, 20, 4000)]
    assert pauses == [timedelta(seconds=n) for n in (20, 40, 80, 1800, 1800)]
