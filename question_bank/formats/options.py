"""The options of a question out of the cells of its row: a column for each, or all of them in one cell."""

import re
from collections.abc import Mapping
from typing import Final

from question_bank.formats.columns import option_field
from question_bank.questions import LETTERS

_LABEL: Final = r"[.、．:：)）]\s*"
_LABELLED = re.compile(rf"(?:^|(?<=[\s;；|,，]))([A-Za-zＡ-Ｚ]){_LABEL}")


def read_options(cells: Mapping[str, str]) -> tuple[str, ...]:
    """Texts in the order of their letters, without labels; one left out in between is an empty text."""
    columns = [cells.get(option_field(letter), "") for letter in LETTERS]
    filled = [place for place, text in enumerate(columns) if text]
    if filled:
        return _unlabelled(columns[: filled[-1] + 1])
    return split_options(cells.get("options", ""))


def split_options(text: str) -> tuple[str, ...]:
    """`A. 甲\\nB. 乙`, `A.甲 B.乙`, lines without letters, or pieces between | or ；."""
    if not text:
        return ()
    labelled = _split_at_labels(text)
    if labelled:
        return labelled
    separator = next((pattern for pattern in (r"\n", r"[|｜]", r"[;；]") if re.search(pattern, text)), r"\n")
    pieces = [piece.strip() for piece in re.split(separator, text)]
    return _unlabelled([piece for piece in pieces if piece])


def _split_at_labels(text: str) -> tuple[str, ...]:
    """Cut where A, B, C … begin in this order; a letter out of order is part of a text."""
    starts: list[tuple[int, int]] = []
    for label in _LABELLED.finditer(text):
        if _letter(label[1]) == LETTERS[len(starts)]:
            starts.append((label.start(), label.end()))
    if len(starts) < 2 or text[: starts[0][0]].strip():
        return ()
    ends = [start for start, _ in starts[1:]] + [len(text)]
    return tuple(text[begin:end].strip().rstrip(";；|") for (_, begin), end in zip(starts, ends, strict=True))


def _letter(character: str) -> str:
    return chr(ord(character) - 0xFEE0) if character > "z" else character.upper()


def _unlabelled(texts: list[str]) -> tuple[str, ...]:
    """Without the letters, when every option begins with its own."""
    labels = [re.match(rf"\s*([A-Za-zＡ-Ｚ]){_LABEL}", text) for text in texts]
    own = [
        label is not None and _letter(label[1]) == letter for label, letter in zip(labels, LETTERS, strict=False)
    ]
    if not all(fits for fits, text in zip(own, texts, strict=True) if text):
        return tuple(texts)
    return tuple(text[label.end() :].strip() if label else text for text, label in zip(texts, labels, strict=True))
