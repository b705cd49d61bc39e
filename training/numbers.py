"""人员编号 as people write them: full width or half, with blanks around; letter case is part of a number."""

import unicodedata
from collections.abc import Container


def number_text(written: str) -> str:
    """As a number is kept: half width, without blanks at its ends. Blanks inside stay, and are for refusing."""
    return unicodedata.normalize("NFKC", written).strip()


def known_as(written: str, known: Container[str]) -> str:
    """The number that is meant: as it is written when that is known, else as it is kept."""
    plain = written.strip()
    return plain if plain in known else number_text(plain)
