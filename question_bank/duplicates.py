"""Questions that are the same after folding, and questions that nearly are.

The fold key is one fixed-length text for stem, options as a set and right texts: the database's unique key.
Near duplicates are found among texts that share rare shingles and confirmed by their longest common runs; two texts
with different figures are different questions however alike they read.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from hashlib import blake2b
from heapq import nsmallest
from typing import Final

from question_bank.folding import fold, fold_answer
from question_bank.judging import BLANK
from question_bank.questions import LETTERS, Kind, Question

NEAR: Final = 0.85  # share of two texts that runs in common
SHINGLE: Final = 4  # characters
_COMMON: Final = 0.25  # share of the shingles of both
_RAREST: Final = 10  # shingles by which a text is found
_CROWD: Final = 40  # texts behind one shingle; a more common one tells nothing
_CANDIDATES: Final = 8  # compared with each text, those that share most first
_COMPARED: Final = 400  # characters of a text that are compared
_FIGURES = re.compile(r"\d+(?:[.,:/~-]\d+)*")


def fold_key(question: Question) -> str:
    """32 hexadecimal digits, equal for what is the same question."""
    return blake2b("\x1e".join(_folded_parts(question)).encode(), digest_size=16).hexdigest()


def folded_id(question: Question) -> str:
    """A stable id for a question that came without one; its own `id` plays no part."""
    return f"q-{fold_key(question)[:12]}"


def near_text(question: Question) -> str:
    """What is compared for likeness: stem, options in folded order, and the stems of parts."""
    options = sorted(map(fold_answer, question.options))
    return "".join([fold_answer(question.stem), *options, *(near_text(part) for part in question.parts)])


def near_duplicates(texts: Mapping[str, str], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """For each key of `texts` (near texts) that is nearly another text, the key of that one.

    Of two new texts only the later is named, with the earlier; `known` texts are never named as copies.
    """
    everything = {**(known or {}), **texts}
    common = Counter(shingle for text in everything.values() for shingle in _shingles(text))
    seen: defaultdict[str, list[str]] = defaultdict(list)
    found: dict[str, str] = {}
    for key, text in everything.items():
        own = _shingles(text)
        telling = (shingle for shingle in own if common[shingle] > 1)
        rarest = nsmallest(_RAREST, telling, key=lambda shingle: (common[shingle], shingle))
        if key in texts:
            shared = Counter(other for shingle in rarest for other in seen[shingle])
            likely = (other for other, _ in shared.most_common(_CANDIDATES))
            near = (
                other for other in likely if _overlap(own, everything[other]) and alike(text, everything[other])
            )
            if original := next(near, None):
                found[key] = original
        for shingle in rarest:
            if len(seen[shingle]) < _CROWD:
                seen[shingle].append(key)
    return found


def _overlap(own: frozenset[str], text: str) -> bool:
    """A cheap look before the exact one: changes of 15 %, scattered, leave a quarter of all shingles in common."""
    other = _shingles(text)
    return len(own & other) >= _COMMON * len(own | other)


def alike(one: str, other: str) -> bool:
    """True for near texts that differ in little but not in their figures."""
    if _FIGURES.findall(one) != _FIGURES.findall(other):
        return False
    match = SequenceMatcher(None, one[:_COMPARED], other[:_COMPARED], autojunk=False)
    return match.real_quick_ratio() >= NEAR and match.quick_ratio() >= NEAR and match.ratio() >= NEAR


def _shingles(text: str) -> frozenset[str]:
    return frozenset(text[start : start + SHINGLE] for start in range(max(len(text) - SHINGLE + 1, 1)))


def _folded_parts(question: Question) -> Iterable[str]:
    yield question.kind
    pieces = BLANK.split(question.stem) if question.kind is Kind.BLANK else [question.stem]
    yield "\x1f".join(map(fold, pieces)) or question.stem.strip()
    yield "\x1f".join(sorted(map(folded_option, question.options)))
    yield "\x1f".join(_right_texts(question))
    for part in question.parts:
        yield "\x1d".join(_folded_parts(part))


def folded_option(text: str) -> str:
    """An option that is nothing but signs (`《》`) is what it is."""
    return fold(text) or text.strip()


def _right_texts(question: Question) -> list[str]:
    if question.kind is Kind.BLANK:
        return ["|".join(sorted({fold_answer(text) for text in texts})) for texts in question.answer]
    options = dict(zip(LETTERS, question.options, strict=False))
    return sorted(
        folded_option(options.get(letter, letter)) for letter in question.answer if isinstance(letter, str)
    )
