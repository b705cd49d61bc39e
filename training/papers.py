"""试卷: which questions a person gets, in which order, with which options first; it all follows from a seed text.

A paper is drawn by the algorithm written down at `draw`, which depends on nothing but its arguments: no `random`,
no version of Python. A paper that a test has pinned can be drawn again years later.

`order` codes how options are shown. It is the rank of a permutation among all of its length in lexicographic order
(its Lehmer code read as one number); the permutation lists, from the first option shown to the last, which option
of the bank it is. 0 is the bank's own order. Letters are stored as the bank has them (`canonical`) and shown as
they are seen (`as_seen`).

Source: domain, Exam (drawn per person from the blueprint with a kept seed; options shuffled where allowed).
"""

import hashlib
import struct
from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import repeat
from math import factorial
from operator import itemgetter, mod
from typing import Final, NamedTuple

import msgspec

from question_bank.questions import LETTERS, Kind, Question
from training.exams import Section

WHOLE: Final = -1  # the `part` of a question that is no case
MOST_SHUFFLED: Final = 10  # options; longer lists stay as they stand
WORD: Final = 1 << 32
SPARE_WORDS: Final = 8
PAPERS_KEPT: Final = 1024  # about 10 kB each

_ORDERS: Final = tuple(factorial(count) for count in range(MOST_SHUFFLED + 1))

Shape = tuple[int, ...]  # for each part how many options are shuffled, 0 for none; what is no case has one part


class Item(NamedTuple):
    """One thing to answer: place in the pool, part of a case or -1, how options are shown, section of the paper."""

    place: int
    part: int
    order: int
    section: int


class Paper(msgspec.Struct, frozen=True):
    items: tuple[Item, ...]


_ITEMS: Final = msgspec.json.Decoder(tuple[Item, ...])
_item: Final = partial(tuple.__new__, Item)  # what Item(…) does, without a call of Python for each


def encoded(paper: Paper) -> str:
    """JSON, `[[place,part,order,section],…]`."""
    return msgspec.json.encode(paper.items).decode()


@lru_cache(maxsize=PAPERS_KEPT)
def decoded(text: str) -> Paper:
    """Raises: msgspec.DecodeError for what `encoded` did not write."""
    return Paper(_ITEMS.decode(text))


def seed_of(exam_seed: str, exam_number: int, person: str, attempt: int) -> str:
    """64 hexadecimal digits: SHA-256 of the JSON `["paper",exam_seed,exam_number,person,attempt]` in UTF-8."""
    return hashlib.sha256(msgspec.json.encode(("paper", exam_seed, exam_number, person, attempt))).hexdigest()


def shape(question: Question) -> Shape:
    """What `draw` has to know of a question. The parts of a case are shuffled when they and the case allow it."""
    if question.kind is Kind.CASE:
        return tuple(_shuffled(part) if question.shuffle else 0 for part in question.parts)
    return (_shuffled(question),)


def _shuffled(question: Question) -> int:
    choice = question.shuffle and question.kind in (Kind.SINGLE, Kind.MULTIPLE)
    return len(question.options) if choice and 1 < len(question.options) <= MOST_SHUFFLED else 0


class Words:
    """The numbers that a seed gives: SHAKE-256 of its UTF-8 bytes, read as unsigned big-endian words of 32 bits."""

    __slots__ = ("_at", "_shake", "_words")

    def __init__(self, seed: str, expected: int) -> None:
        self._shake = hashlib.shake_256(seed.encode())
        self._at = 0
        self._words: tuple[int, ...] = ()
        self._read(expected)

    def _read(self, count: int) -> None:
        """The first `count` words; more output of SHAKE begins with the same bytes."""
        self._words = struct.unpack(f">{count}I", self._shake.digest(4 * count))

    def below(self, bounds: Sequence[int]) -> list[int]:
        """For each bound n an unbiased number in range(n), 0 < n <= 2**32.

        It is w mod n of the next word w that is less than the greatest multiple of n up to 2**32; words that are
        not are passed over (rejection sampling). The words are taken in the order of `bounds`.
        """
        words = self._words[self._at : self._at + len(bounds)]
        if bounds and len(words) == len(bounds) and max(words) < WORD - max(bounds):  # nothing can be passed over
            self._at += len(bounds)
            return list(map(mod, words, bounds))
        return [self._one_below(bound) for bound in bounds]

    def _one_below(self, bound: int) -> int:
        beyond = WORD - WORD % bound
        while (word := self._next()) >= beyond:
            pass
        return word % bound

    def _next(self) -> int:
        if self._at == len(self._words):
            self._read(2 * self._at + SPARE_WORDS)
        self._at += 1
        return self._words[self._at - 1]


def draw(
    dealt: Sequence[Sequence[int]], sections: Sequence[Section], pool_shapes: Sequence[Shape], seed: str
) -> Paper:
    """The paper of a seed; `dealt` by `paper_pool.dealt` for the person's group, `pool_shapes` by place.

    1. Numbers come from `Words(seed)`: four bytes of SHAKE-256 for each, and four more for each word passed over.
    2. For each section that was dealt anything, in order: its m places, ascending, are a list. `count` times, for
       n = m, m - 1, …: r below n; the element at r is drawn, and the one at n - 1 takes its position. (A partial
       Fisher-Yates shuffle: without replacement, each choice and each order as likely as any other.)
    3. The items are the questions drawn, in that order, a case being one item for each of its parts.
    4. Then for each item, in order: its `order` is a number below the factorial of the options that are shuffled;
       items with none take a number below 1, which is 0.

    Raises: ValueError when a section was dealt less than it draws.
    """
    drawing = [(n, one) for n, one in enumerate(sections) if dealt[n] and one.count]
    bounds: list[int] = []
    for n, section in drawing:
        if len(dealt[n]) < section.count:
            raise ValueError("a section was dealt less than it draws")
        bounds += range(len(dealt[n]), len(dealt[n]) - section.count, -1)
    words = Words(seed, 2 * len(bounds) + SPARE_WORDS)
    picks = words.below(bounds)
    rows = _Rows([], [], [], [])
    for n, section in drawing:
        places, picks_here = dealt[n], picks[: section.count]
        drawn = [places[position] for position in without_replacement(len(places), picks_here)]
        rows.add(n, drawn, section.kind, pool_shapes)
        del picks[: section.count]
    orders = words.below(rows.orders)
    return Paper(tuple(map(_item, zip(rows.places, rows.parts, orders, rows.sections, strict=True))))


def without_replacement(length: int, picks: Sequence[int]) -> Sequence[int]:
    """The elements of range(length) at `picks`, the last one of those left moving to where one was taken."""
    if len(set(picks)) == len(picks):
        return picks  # no position is looked at again after something moved there
    moved: dict[int, int] = {}  # sparse: the list itself is never built
    drawn = []
    for last, position in zip(range(length - 1, -1, -1), picks, strict=False):
        drawn.append(moved.get(position, position))
        moved[position] = moved.get(last, last)
    return drawn


class _Rows(NamedTuple):
    """Items before they have an order, as columns; `orders` is how many there are to choose from."""

    places: list[int]
    parts: list[int]
    orders: list[int]
    sections: list[int]

    def add(self, section: int, drawn: list[int], kind: Kind, shapes: Sequence[Shape]) -> None:
        before = len(self.places)
        if kind is Kind.CASE:
            for place in drawn:
                self.places.extend(repeat(place, len(shapes[place])))
                self.parts.extend(range(len(shapes[place])))
                self.orders.extend([_ORDERS[count] for count in shapes[place]])
        else:
            self.places.extend(drawn)
            self.parts.extend(repeat(WHOLE, len(drawn)))
            self.orders.extend([_ORDERS[shapes[place][0]] for place in drawn])
        self.sections.extend(repeat(section, len(self.places) - before))


@lru_cache(maxsize=8192)
def permutation(order: int, options: int) -> tuple[int, ...]:
    """Which option of the bank stands at each position, both from 0. Raises: ValueError for no such order."""
    if not 0 <= order < factorial(options):
        raise ValueError("no such order of the options")
    left, listed = list(range(options)), []
    for size in range(options - 1, -1, -1):
        at, order = divmod(order, factorial(size))
        listed.append(left.pop(at))
    return tuple(listed)


def displayed(question: Question, order: int) -> Question:
    """The question, or the part of a case, as it is shown. Raises: ValueError for an order that it cannot have."""
    if order == 0:
        return question
    seen = permutation(order, len(question.options))
    right = tuple(letter for letter in question.answer if isinstance(letter, str))
    return msgspec.structs.replace(
        question, options=itemgetter(*seen)(question.options), answer=as_seen(right, order, len(question.options))
    )


def canonical(letters: Sequence[str], order: int, options: int) -> tuple[str, ...]:
    """Letters as seen, as the bank has them, in its order; of `order` 0 (and judge, and blanks) just as they are.

    Raises: KeyError for a letter beyond the options, ValueError for no such order.
    """
    return tuple(letters) if order == 0 else _renamed(letters, _to_bank(order, options))


def as_seen(letters: Sequence[str], order: int, options: int) -> tuple[str, ...]:
    """Letters of the bank as they are seen, in the order seen: `canonical` undone. Raises: as `canonical`."""
    return tuple(letters) if order == 0 else _renamed(letters, _to_screen(order, options))


def _renamed(letters: Sequence[str], names: dict[str, str]) -> tuple[str, ...]:
    return tuple(sorted([names[letter] for letter in letters]))


@lru_cache(maxsize=8192)
def _to_bank(order: int, options: int) -> dict[str, str]:
    return {LETTERS[at]: LETTERS[option] for at, option in enumerate(permutation(order, options))}


@lru_cache(maxsize=8192)
def _to_screen(order: int, options: int) -> dict[str, str]:
    return {bank: seen for seen, bank in _to_bank(order, options).items()}
