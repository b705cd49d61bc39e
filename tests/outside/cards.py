"""Cards and replies as a person reads them: the visible words, and what can be tapped.

The choices are found the way the contract promises: buttons or options whose text begins with the letter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

JSON_WORDS = {
    "title", "desc", "text", "quote_text", "sub_title_text", "keyname", "value", "replace_text", "content",
    "description", "replace_name", "btntxt",
}  # fmt: skip
XML_WORDS = {
    "Title", "Desc", "Text", "QuoteText", "SubTitleText", "KeyName", "Value", "ReplaceText", "Content",
    "Description", "ReplaceName",
}  # fmt: skip


@dataclass(frozen=True)
class Tap:
    """What the client would post: a plain button has no question_key."""

    event_key: str
    question_key: str | None = None
    option_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Card:
    """A template card as it was sent."""

    task_id: str
    kind: str
    body: dict[str, Any]

    @property
    def words(self) -> str:
        return "\n".join(json_words(self.body))

    def choose(self, letters: str) -> Tap:
        """Raises: LookupError when the card offers no such choice."""
        if self.kind == "button_interaction":
            return Tap(self._button(letters))
        box = self.body["checkbox"] if self.kind == "vote_interaction" else self.body["select_list"][0]
        ids = tuple(_option(box["option_list"], letter) for letter in _split(letters))
        return Tap(self.body["submit_button"]["key"], box["question_key"], ids)

    def _button(self, letters: str) -> str:
        for button in self.body["button_list"]:
            if button["text"].startswith(letters):
                return str(button["key"])
        raise LookupError(f"no button begins with {letters}")


def _split(letters: str) -> list[str]:
    return [letters] if letters in ("对", "错") else list(letters)


def _option(options: list[dict[str, Any]], letter: str) -> str:
    for option in options:
        if option["text"].startswith(letter):
            return str(option["id"])
    raise LookupError(f"no option begins with {letter}")


def json_words(value: object, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from json_words(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from json_words(inner, key)
    elif isinstance(value, str) and key in JSON_WORDS:
        yield value


@dataclass(frozen=True)
class Reply:
    """A passive reply, decrypted."""

    plain: bytes

    @property
    def root(self) -> Element:
        root: Element = ElementTree.fromstring(self.plain)
        return root

    @property
    def kind(self) -> str:
        return self.root.findtext("MsgType") or ""

    @property
    def words(self) -> str:
        return "\n".join(node.text or "" for node in self.root.iter() if node.tag in XML_WORDS)
