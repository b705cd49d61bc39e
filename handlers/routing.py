"""Finding what an act asks for: words, card keys and the focus, as a table without conflicts.

A route is *hot* (answers of every kind: read for the whole batch, decide in memory, write for the whole batch) or
*cold* (everything else: one act, one transaction).
"""

import unicodedata
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from handlers.message import Incoming, Kind, Reply
from storage.askers import Asker, Focus
from storage.database import Tx
from training.rules import Rules


class Item(msgspec.Struct, frozen=True):
    """One act of a person on the roll, with what was understood of it."""

    incoming: Incoming
    asker: Asker
    rest: str  # what stands behind the command's word, a card key without its prefix, or the typed words
    ref: str = ""  # of the focus, when the words went there


@dataclass(frozen=True, slots=True)
class Hot:
    """Plain functions over a batch; `decide` is synchronous and sees what the one before it decided.

    When another process wrote first, `write` raises what the database says; the batch is then replayed one by one.
    """

    load: Callable[[Tx, Sequence[Item], datetime], Awaitable[Any]]
    decide: Callable[[Any, Item, datetime], Any]
    write: Callable[[Tx, Any, Sequence[Any], datetime], Awaitable[None]]
    say: Callable[[Item, Any], Reply]


Cold = Callable[[Tx, Item, datetime], Awaitable[Reply]]
_BETWEEN: Final = " \t\r\n\u3000:：,，"  # a word and what stands behind it
_APART: Final = _BETWEEN.strip(",，")  # what also parts them where words may be an answer
_CLOSING: Final = "。.!?~,"  # what people put behind a word, in its narrow form


@dataclass(frozen=True, slots=True)
class Route:
    """`words` start it when typed or as a menu key; `tap` is the prefix of its card keys before the first `:`;
    `focus` is the kind of focus whose typed words come here if `understands` them, or all that are no command if
    `takes_all`, also those that begin like one and run on (`确认违法`), and where `dictated` (ref, text) also those
    that stand apart (`审核：各单位请…`); `waits`: from beside the focus as well, what nothing else understands.
    `steps` are words that are commands only while the focus is of that kind; where they `waits`, also while it
    stands beside a question in front that takes them not. `images`: pictures come here."""

    target: Hot | Cold
    words: tuple[str, ...] = ()
    takes_rest: bool = False
    tap: str = ""
    focus: str = ""
    understands: Callable[[str], bool] = lambda _words: False
    takes_all: bool = False
    dictated: Callable[[str, str], bool] = lambda _ref, _text: False
    waits: bool = False
    steps: tuple[str, ...] = ()
    images: bool = False


class Conflict(Exception):
    """Two routes claim the same word or key; found when the program starts."""


def folded(words: str) -> str:
    """Case, full-width letters and stray blanks do not matter."""
    return "".join(unicodedata.normalize("NFKC", words).casefold().split())


def worded(text: str) -> str:
    """As the words of commands are compared: folded, and without the signs that close a sentence.

    Signs alone stay, and so do those that stand apart: they are what was typed behind the word.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    bare = plain.rstrip(_CLOSING)
    return folded(plain if not bare or bare[-1].isspace() else bare)


class Router:
    """Looks up the route of an act; made once from the list of routes. `rules`: by which who speaks is read."""

    def __init__(self, routes: Iterable[Route], otherwise: Cold, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self._words: dict[str, Route] = {}
        self._taps: dict[str, Route] = {}
        self._focus: dict[str, Route] = {}
        self._steps: dict[str, Route] = {}
        self._images: dict[str, Route] = {}
        self._otherwise = Route(otherwise)
        self._understood: list[Route] = []
        for route in routes:
            for word in route.words:
                _claim(self._words, folded(word), route)
            if route.tap:
                _claim(self._taps, route.tap, route)
            if route.images:
                _claim(self._images, Kind.IMAGE, route)
            for word in route.steps:
                _claim(self._steps, _step(route.focus, word), route)
            if route.focus and not route.steps:
                _claim(self._focus, route.focus, route)
                # What takes all is a sitting: without a focus it is asked first whether it understands.
                self._understood.insert(0 if route.takes_all else len(self._understood), route)

    def find(self, incoming: Incoming, asker: Asker) -> tuple[Route, Item]:
        """The route and what it is to work on; never nothing."""
        if incoming.kind is Kind.TAP:
            prefix, _, rest = incoming.text.partition(":")
            return self._taps.get(prefix, self._otherwise), Item(incoming, asker, rest)
        if incoming.kind in (Kind.TEXT, Kind.CLICK):
            return self._by_words(incoming, asker)
        if incoming.kind is Kind.IMAGE:
            return self._images.get(Kind.IMAGE, self._otherwise), Item(incoming, asker, incoming.text)
        return self._otherwise, Item(incoming, asker, "")

    def _by_words(self, incoming: Incoming, asker: Asker) -> tuple[Route, Item]:
        words, focus = worded(incoming.text), asker.focus
        step = self._step_for(focus, words)
        if step:
            return step[0], Item(incoming, asker, "", step[1])
        whole = self._words.get(words)
        if whole:
            return whole, Item(incoming, asker, "")
        pointed = self._focus.get(focus.kind) if focus else None
        takes_all = pointed is not None and pointed.takes_all and incoming.kind is Kind.TEXT
        begun = self._begun(words)
        dictated = pointed and focus and takes_all and pointed.dictated(focus.ref, incoming.text)
        if begun and not dictated and not (takes_all and _runs_on(incoming.text, begun[1])):
            route, word = begun
            return route, Item(incoming, asker, _behind(incoming.text, word))
        if focus and pointed and takes_all:
            return pointed, Item(incoming, asker, incoming.text, focus.ref)
        for candidate in ([pointed] if pointed else []) + self._understood:
            if candidate.understands(incoming.text):
                ref = focus.ref if focus and candidate is pointed else ""
                return candidate, Item(incoming, asker, incoming.text, ref)
        beside = self._focus.get(focus.earlier_kind) if focus and incoming.kind is Kind.TEXT else None
        if focus and beside and beside.waits:
            return beside, Item(incoming, asker, incoming.text, focus.earlier_ref)
        return self._otherwise, Item(incoming, asker, incoming.text)

    def _step_for(self, focus: Focus | None, words: str) -> tuple[Route, str] | None:
        """The route of a word that is a step, and the place that it is a step of."""
        if focus is None:
            return None
        step = self._steps.get(_step(focus.kind, words))
        if step:
            return step, focus.ref
        in_front, beside = self._focus.get(focus.kind), self._steps.get(_step(focus.earlier_kind, words))
        held = in_front is None or in_front.takes_all
        return (beside, focus.earlier_ref) if beside and beside.waits and not held else None

    def _begun(self, words: str) -> tuple[Route, str] | None:
        """The longest word that takes something behind it and begins the text."""
        for end in range(min(len(words) - 1, 12), 0, -1):
            route = self._words.get(words[:end])
            if route and route.takes_rest:
                return route, words[:end]
        return None


def _step(focus: str, word: str) -> str:
    return f"{focus}:{folded(word)}"


def _claim(table: dict[str, Route], key: str, route: Route) -> None:
    if key in table:
        raise Conflict(key)
    table[key] = route


def _behind(text: str, word: str) -> str:
    """What was typed behind the word, in its own spelling."""
    return _from_end_of(word, text).lstrip(_BETWEEN).rstrip()


def _runs_on(text: str, word: str) -> bool:
    """True when nothing parts the word from what stands behind it."""
    return _from_end_of(word, text)[:1] not in _APART


def _from_end_of(word: str, text: str) -> str:
    seen = 0
    for position, letter in enumerate(text):
        if seen >= len(word):
            return text[position:]
        seen += len(folded(letter))
    return ""
