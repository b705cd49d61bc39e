"""Importing questions: from the bytes of a file to the questions to store and a report of every row.

Nothing is stored here. read = imported + duplicates + rejected; the rows of a case with its parts are one.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import PurePath
from types import MappingProxyType
from typing import Final, NamedTuple

import msgspec

from question_bank.checks import validate
from question_bank.duplicates import fold_key, near_duplicates, near_text
from question_bank.formats.drafts import Draft
from question_bank.formats.jsonl import read_jsonl
from question_bank.formats.unreadable import Fact, Unreadable
from question_bank.formats.xlsx import read_sheet
from question_bank.linting import near_sentence
from question_bank.problems import Problem, Severity, rejected
from question_bank.questions import Kind, Question

SUPPORTED: Final = ("xlsx", "csv", "jsonl")
AUTO: Final = "auto"

_BY_EXTENSION: Final = MappingProxyType(
    {
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".json": "jsonl",
        ".xlsx": "xlsx",
        ".xlsm": "xlsx",
        ".xls": "xlsx",
        ".csv": "csv",
        ".tsv": "csv",
        ".gift": "gift",
        ".xml": "moodle-xml",
        ".zip": "qti",
        ".txt": "text",
        ".docx": "text",
    }
)
_NOTHING_KNOWN: Final[Mapping[str, str]] = MappingProxyType({})


class Accepted(NamedTuple):
    """A question that is new, its fold key, and the place where it stands."""

    question: Question
    fold: str
    where: str


class ImportReport(msgspec.Struct, frozen=True):
    """What came of a file; in a dry run what would."""

    read: int
    imported: int
    duplicates: int
    rejected: int
    by_kind: dict[Kind, int]  # imported and duplicates
    problems: tuple[Problem, ...]
    accepted: tuple[Accepted, ...]

    def counters(self) -> dict[str, object]:
        """The report as `bank import --json` prints it."""
        return {
            "read": self.read,
            "imported": self.imported,
            "duplicates": self.duplicates,
            "rejected": self.rejected,
            "by_kind": {kind.value: count for kind, count in self.by_kind.items()},
            "problems": [problem._asdict() for problem in self.problems],
        }


class _Tally:
    """The counters and findings while the drafts go by."""

    def __init__(self, known_folds: Container[str]) -> None:
        self.known_folds = known_folds
        self.new: dict[str, Accepted] = {}  # by fold key
        self.ids: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.by_kind: Counter[Kind] = Counter()
        self.problems: list[Problem] = []

    def take(self, draft: Draft) -> None:
        """Reject the draft, count it as a duplicate, or accept it."""
        question = draft.question
        problems = [*draft.problems, *(validate(question, draft.where) if question else ())]
        self.counts["read"] += 1
        fold = fold_key(question) if question else ""
        repeats = fold in self.new or fold in self.known_folds
        if question and not repeats and question.id in self.ids:
            problems.append(Problem(draft.where, "id", f"编号 {question.id} 在本文件里已用于另一道题。"))
        self.problems += problems
        if question is None or rejected(problems):
            self.counts["rejected"] += 1
            return
        self.by_kind[question.kind] += 1
        self.counts["duplicates" if repeats else "imported"] += 1
        if not repeats:
            self.new[fold] = Accepted(question, fold, draft.where)
            self.ids.add(question.id)


def read_bank(
    name: str,
    content: bytes,
    fmt: str = AUTO,
    known_folds: Container[str] = frozenset(),
    known_stems: Mapping[str, str] = _NOTHING_KNOWN,
) -> ImportReport:
    """The questions of a file that are not yet known, and the report.

    `known_folds` has the fold keys of the bank, `known_stems` its near texts by id (`duplicates.near_text`).
    Raises: Unreadable when nothing of the file can be read, or the format is none of SUPPORTED.
    """
    try:
        table_problems, drafts = _READERS[_format(name, content, fmt)](name, content)
        tally = _Tally(known_folds)
        for draft in drafts:
            tally.take(draft)
    except Unreadable as refusal:
        refusal.name = name
        raise
    near = _near_problems(tally.new.values(), known_stems)
    return ImportReport(
        read=tally.counts["read"],
        imported=tally.counts["imported"],
        duplicates=tally.counts["duplicates"],
        rejected=tally.counts["rejected"],
        by_kind={kind: tally.by_kind[kind] for kind in Kind if tally.by_kind[kind]},
        problems=tuple(chain(table_problems, tally.problems, near)),
        accepted=tuple(tally.new.values()),
    )


def _near_problems(new: Iterable[Accepted], known: Mapping[str, str]) -> Iterator[Problem]:
    places = {one.question.id: one.where for one in new}
    texts = {one.question.id: near_text(one.question) for one in new}
    others = {key: text for key, text in known.items() if key not in texts}
    for copy, original in near_duplicates(texts, others).items():
        yield Problem(places[copy], "stem", near_sentence(original), Severity.WARNING)


def _format(name: str, content: bytes, fmt: str) -> str:
    """The format asked for, else by the extension, else by the first bytes. Raises: Unreadable."""
    chosen = _guessed(name, content) if fmt == AUTO else fmt
    if chosen not in SUPPORTED:
        raise Unreadable(Fact.UNSUPPORTED, given=chosen, supported=SUPPORTED)
    return chosen


def _guessed(name: str, content: bytes) -> str:
    known = _BY_EXTENSION.get(PurePath(name).suffix.casefold())
    if known is not None:
        return known
    if content.startswith(b"PK"):
        return "xlsx"
    return "jsonl" if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else "csv"


def _read_lines(_: str, content: bytes) -> tuple[Iterable[Problem], Iterable[Draft]]:
    return (), read_jsonl(content)


def _read_table(name: str, content: bytes) -> tuple[Iterable[Problem], Iterable[Draft]]:
    return read_sheet(name, content)


_READERS: Final[Mapping[str, Callable[[str, bytes], tuple[Iterable[Problem], Iterable[Draft]]]]] = {
    "jsonl": _read_lines,
    "xlsx": _read_table,
    "csv": _read_table,
}
