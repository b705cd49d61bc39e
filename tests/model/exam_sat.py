"""One sitting of an exam as it ought to go, without asking the program: papers, answers, marks.

An own reading of the domain (Exam): nothing here calls `training.marking`, `training.sitting` or `training.papers`.
Points and scores are hundredths, answers are spelled as the database keeps them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from itertools import permutations
from math import floor
from typing import Final, Protocol

from question_bank.questions import Kind, Question

ASKING: Final = -1  # whether to hand in was shown last
LETTERS: Final = "ABCDEFGH"
Change = tuple[str, ...] | tuple[tuple[str, ...], ...] | None  # another answer; None: voided


class Set(Protocol):
    """What of an exam marking depends on."""

    @property
    def number(self) -> int: ...
    @property
    def grading(self) -> str: ...
    @property
    def changes(self) -> Mapping[str, Change]: ...


@dataclass(frozen=True)
class Item:
    """`shown`: the letters of the bank in the order in which their options stand on this paper."""

    question: Question
    points: Fraction
    case: str
    shown: str

    def on_screen(self, letters: str) -> str:
        return "".join(sorted(LETTERS[self.shown.index(letter)] for letter in letters))

    def in_bank(self, seen: str) -> str:
        return "".join(sorted(self.shown[ord(letter) - ord("A")] for letter in seen))

    def taken(self, words: str) -> str | None:
        """As it is to be kept; None when it is no answer to this question."""
        options = len(self.question.options)
        match self.question.kind:
            case Kind.JUDGE:
                return words if words in ("对", "错") else None
            case Kind.BLANK:
                texts = words.split("；")
                return json.dumps(texts, ensure_ascii=False, separators=(",", ":")) if len(texts) == 2 else None
        good = words != "" and all(letter in LETTERS[:options] for letter in words)
        return self.in_bank(words) if good and (len(words) == 1 or self.question.kind is Kind.MULTIPLE) else None


def arranged(order: int, options: int) -> str:
    """The rank of a permutation among all of them in lexicographic order."""
    letters = LETTERS[:options]
    return "".join(sorted(permutations(letters))[order]) if options else ""


def worth(item: Item, kept: str, grading: str, changes: Mapping[str, Change]) -> Fraction:
    """All of the points for what was voided, nothing for what was left out."""
    name = item.case if item.case in changes else item.question.id
    right: Change = changes.get(name, item.question.answer)  # type: ignore[arg-type]
    if right is None:
        return item.points
    if not kept:
        return Fraction(0)
    if item.question.kind is Kind.BLANK:
        good = sum(text in accepted for text, accepted in zip(json.loads(kept), right, strict=True))
        return item.points * good / len(right)
    chosen, key = set(kept) if item.question.kind is not Kind.JUDGE else {kept}, set(right)
    if chosen == key:
        return item.points
    if item.question.kind is not Kind.MULTIPLE or chosen - key:
        return Fraction(0)
    shares = {"exact": Fraction(0), "partial": Fraction(1, 2), "per_option": Fraction(len(chosen), len(key))}
    return item.points * shares[grading]


def right(item: Item, *, tap: bool) -> str:
    """As the person sees it; one letter of several by a tap."""
    answer = item.question.answer
    if item.question.kind is Kind.BLANK:
        return "；".join(one if isinstance(one, str) else one[-1] for one in answer)
    if item.question.kind is Kind.JUDGE:
        return str(answer[0])
    seen = item.on_screen("".join(map(str, answer)))
    return f"+{seen[0]}" if tap and item.question.kind is Kind.MULTIPLE else seen


def new_key(item: Item, words: str) -> tuple[Change, bool]:
    """What the words make of it, and whether that can be an answer; of the whole case when it is voided."""
    if words in ("void", "case"):
        return None, True
    kind = item.question.kind
    if kind is Kind.JUDGE:
        return (words,), words == "错"
    return tuple(words), (kind is Kind.MULTIPLE and words == "AC") or (
        kind in (Kind.MULTIPLE, Kind.SINGLE) and words == "B"
    )


@dataclass
class Sat:
    """One attempt. `answers`: item → when it was given, what is kept."""

    number: int
    exam: Set
    person: str
    nth: int
    deadline: datetime
    items: Sequence[Item]
    at: int = 0
    answers: dict[int, tuple[datetime, str]] = field(default_factory=dict)
    flagged: set[int] = field(default_factory=set)
    ended: tuple[datetime, str] | None = None
    scores: list[int] = field(default_factory=list)

    def marked(self) -> int:
        exam = self.exam
        earned = (
            worth(item, self.answers[n][1] if n in self.answers else "", exam.grading, exam.changes)
            for n, item in enumerate(self.items)
        )
        return floor(sum(earned, Fraction(0)) + Fraction(1, 2))

    @property
    def answered(self) -> str:
        return "".join(str(int(bool(self.answers.get(n, ("", ""))[1]))) for n in range(len(self.items)))

    def act(self, named: int | None, what: str, sent: datetime, now: datetime) -> bool:
        """Whether something was saved. `named`: the item on the card that was tapped."""
        at, total = self.at if named is None else named, len(self.items)
        if not (0 <= at < total or (at == ASKING and named is None)):
            return False
        if what in _STEPS:
            self._step(at, what)
            return False
        if at == ASKING:
            return False
        if what.startswith("+"):
            return self._toggle(at, what[1:], sent)
        kept = self.items[at].taken(what)
        if kept is None:
            return False
        self._keep(at, kept, sent)
        left = [n for n in (*range(at + 1, total), *range(at + 1)) if self.answered[n] == "0"]
        self.at = left[0] if left else ASKING
        return True

    def _step(self, at: int, what: str) -> None:
        if what in "*-" and at != ASKING:
            (self.flagged.add if what == "*" else self.flagged.discard)(at)
        last = len(self.items) - 1
        back = last if at == ASKING else max(at - 1, 0)
        self.at = {">": min(at + 1, last), "<": back, "!": ASKING}.get(what, at)

    def _toggle(self, at: int, letter: str, sent: datetime) -> bool:
        item = self.items[at]
        if item.question.kind is not Kind.MULTIPLE or letter not in LETTERS[: len(item.shown)]:
            return False
        before, chosen = self.answers.get(at, (sent, ""))
        self._keep(at, "".join(sorted(set(chosen) ^ {item.in_bank(letter)})), max(sent, before))
        self.at = at
        return True

    def _keep(self, at: int, kept: str, sent: datetime) -> None:
        """The one given last, on a tie the one that came last."""
        if at not in self.answers or sent >= self.answers[at][0]:
            self.answers[at] = (sent, kept)


_STEPS: Final = (">", "<", "=", "*", "-", "#", "!")
