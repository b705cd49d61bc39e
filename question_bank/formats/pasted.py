"""One question out of pasted text, as people type it: a stem, options, `答案：`, if they like `解析：`, `依据：`.

Options stand on lines of their own or in one line, with `A.`, `A、` or `（A）`. The key may also stand in brackets
in the stem, which are then emptied. What the text says is read generously, what it means is never guessed.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from question_bank.checks import validate
from question_bank.citations import parse_citations
from question_bank.formats.answers import read_answer, read_blank_stem, told_kind
from question_bank.formats.columns import KIND_WORDS, UNTOLD, column_aliases, kind_word, option_field
from question_bank.formats.drafts import Draft, canonical
from question_bank.judging import judge_word, named_letters
from question_bank.problems import Problem, Severity, rejected
from question_bank.questions import LETTERS, RIGHT, WRONG, Citation, Kind, Question

_TAKEN: Final = ("kind", "stem", "options", "answer", "explanation", "citations")
_LABELS: Final = {word: field for word, field in column_aliases().items() if field in _TAKEN}
_WORDS: Final = "|".join(sorted(_LABELS, key=len, reverse=True))
_IN_SIGNS: Final = rf"[【\[]\s*({_WORDS})\s*[】\]][ \t]*[:：]?"
_LABEL: Final = re.compile(
    rf"^[ \t\u3000]*(?:{_IN_SIGNS}|({_WORDS})[是为]?[ \t]*[:：]|((?:正确|参考|标准)?答案)[是为])"
    rf"|{_IN_SIGNS}|(?<=[\s。；;])((?:正确|参考|标准)?答案|(?:答案)?解析|(?:法[律条])?依据)[:：]",
    re.MULTILINE,
)
_NUMBER: Final = re.compile(r"\A\s*(?:第?\s*\d{1,4}\s*(?:[、．)）]|[.](?!\d)|题[:：.、]?)|[(（]\d{1,4}[)）])\s*")
_KIND: Final = re.compile(r"\s*[【\[(（]\s*([^】\])）]{2,6})\s*[】\])）]\s*")
_KIND_BEHIND: Final = re.compile(_KIND.pattern + r"\Z")
_BRACKETS: Final = re.compile(r"[（(]([^（()）]{0,20})[)）]")
_BLANKED: Final = "（  ）"


class _Part(NamedTuple):
    """What follows a label, up to the next; the first part of a text has none and is of the stem."""

    field: str
    line: int
    text: str


def read_pasted(text: str, first_line: int = 1) -> Draft:
    """The question that the text is, not checked yet; `where` names lines from `first_line` on."""
    parts = list(_parts(text, first_line))
    problems = [*_twice(parts)]
    held = {part.field: part for part in reversed(parts)}
    if problems or "stem" not in held:
        empty = Problem(f"line {first_line}", "stem", "题干是空的。")
        return Draft(f"line {first_line}", None, tuple(problems or [empty]))
    where = f"line {held['stem'].line}"
    question = _question(held, problems)
    return Draft(where, canonical(question) if question and not rejected(problems) else None, tuple(problems))


def checked_pasted(text: str, first_line: int = 1) -> Draft:
    """The same with all that the bank demands; None as question when it is refused."""
    draft = read_pasted(text, first_line)
    lines = {part.field: f"line {part.line}" for part in _parts(text, first_line)}
    found = validate(draft.question, draft.where) if draft.question else []
    problems = [*draft.problems, *(one._replace(where=lines.get(one.field, one.where)) for one in found)]
    return draft._replace(question=None if rejected(problems) else draft.question, problems=tuple(problems))


def _parts(text: str, first_line: int) -> Iterator[_Part]:
    """Without the empty ones. The stem may have a label as well, or none."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    field, begins = "stem", 0
    for label in [*_LABEL.finditer(plain), None]:
        said = plain[begins : label.start() if label else len(plain)]
        if said.strip():
            line = first_line + plain[: begins + len(said) - len(said.lstrip())].count("\n")
            yield _Part(field, line, "\n".join(filter(None, map(str.strip, said.split("\n")))))
        if label:
            word = next(filter(None, label.groups()))
            field, begins = _LABELS[word], label.end()


def _twice(parts: list[_Part]) -> Iterator[Problem]:
    """Two stems or two keys are two questions."""
    seen: set[str] = set()
    for part in parts:
        if part.field in seen:
            yield Problem(f"line {part.line}", part.field, "好像不止一道题，请一次只写一道。")
            return
        seen.add(part.field)


def _question(held: Mapping[str, _Part], problems: list[Problem]) -> Question | None:
    told = held.get("kind")
    listed = f"\n{held['options'].text}" if "options" in held else ""
    stem, options = _stem_and_options(held["stem"].text + listed)
    said, stem = (told.text, stem) if told else _lead(stem)
    stem, inside = _key_inside(stem, options)
    answer = held.get("answer", _Part("answer", held["stem"].line, inside))
    if inside and not _same(inside, answer.text):
        sentence = f"题干括号里的“{inside}”与答案“{answer.text[:20]}”不一致，请核对。"
        problems.append(Problem(f"line {answer.line}", "answer", sentence))
    cells = {option_field(letter): text for letter, text in zip(LETTERS, options, strict=False)}
    kind = _kind(said, {**cells, "stem": stem, "answer": answer.text}, options, answer, problems)
    if kind is None:
        return None
    if kind is Kind.BLANK:
        stem = read_blank_stem(stem)
    written = answer.text if kind is Kind.BLANK else " ".join(answer.text.split())
    key = read_answer(kind, stem, options, written, f"line {answer.line}", problems)
    explanation, cited = held.get("explanation"), held.get("citations")
    return Question(
        id="",
        kind=kind,
        stem=stem,
        options=() if kind is Kind.JUDGE else options,
        answer=key,
        explanation=explanation.text if explanation else "",
        citations=_citations(cited, problems) if cited else (),
    )


def _stem_and_options(text: str) -> tuple[str, tuple[str, ...]]:
    """Cut at the labels A, B … in this order, as long as they go; one alone is part of the text."""
    cuts: list[re.Match[str]] = []
    for letter in LETTERS:
        cut = _label_of(letter, text, cuts[-1].end() if cuts else 0)
        if cut is None:
            break
        cuts.append(cut)
    if len(cuts) < 2:
        return text, ()
    ends = [cut.start() for cut in cuts[1:]] + [len(text)]
    options = (text[cut.end() : end].strip().rstrip(";；|") for cut, end in zip(cuts, ends, strict=True))
    return text[: cuts[0].start()].strip(), tuple(options)


def _label_of(letter: str, text: str, begins: int) -> re.Match[str] | None:
    """At the beginning of a line, else behind a blank, else anywhere but within a word."""
    wide = chr(ord(letter) + 0xFEE0)
    label = (
        rf"(?:[（(]\s*[{letter}{letter.lower()}{wide}]\s*[)）]|[{letter}{letter.lower()}{wide}]\s*[.、．:：)）])\s*"
    )
    for before in (r"(?m:^)\s*", r"(?<=[\s;；|])", r"(?<![A-Za-z0-9（(、,，和与或选])"):
        found = re.compile(before + label).search(text, begins)
        if found is not None:
            return found
    return None


def _lead(stem: str) -> tuple[str, str]:
    """The kind that stands in brackets before or behind the stem, and the stem without it and its number."""
    bare = _NUMBER.sub("", stem, count=1)
    for found in (_KIND.match(bare), _KIND_BEHIND.search(bare)):
        if found is not None and kind_word(found[1]) in KIND_WORDS:
            rest = bare[: found.start()] + bare[found.end() :]
            return found[1], _NUMBER.sub("", rest, count=1)
    return "", bare


def _key_inside(stem: str, options: tuple[str, ...]) -> tuple[str, str]:
    """The stem with its brackets empty, and the key that stood in them; nothing when several might be it."""
    found = [one for one in _BRACKETS.finditer(stem) if _is_key(one[1], options, stem[one.end() :])]
    if len(found) != 1:
        return stem, ""
    before, behind = stem[: found[0].start()], stem[found[0].end() :]
    return (before + (_BLANKED if options else "") + behind).strip(), found[0][1].strip()


def _is_key(said: str, options: tuple[str, ...], behind: str) -> bool:
    """Letters of the options; or, where there are none, a word of truth at the end."""
    if not options:
        return bool(said.strip()) and judge_word(said) is not None and not behind.strip(" \t\n。.!！?？")
    letters = named_letters(said)
    return bool(letters) and set(letters) <= set(LETTERS[: len(options)])


def _same(inside: str, answer: str) -> bool:
    truth = judge_word(inside)
    return named_letters(inside) == named_letters(answer) if truth is None else truth == judge_word(answer)


def _kind(
    said: str, cells: Mapping[str, str], options: tuple[str, ...], answer: _Part, problems: list[Problem]
) -> Kind | None:
    word = kind_word(said)
    if word in KIND_WORDS:
        return KIND_WORDS[word]
    if len(options) == 2 and {judge_word(option) for option in options} == {RIGHT, WRONG}:
        return Kind.JUDGE
    told = told_kind(cells)
    if told is None or word not in UNTOLD:
        problems.append(Problem(f"line {answer.line}", "answer", _untold(said, options, answer.text)))
    return told if word in UNTOLD else None


def _untold(said: str, options: tuple[str, ...], answer: str) -> str:
    if kind_word(said) not in UNTOLD:
        return f"没有“{said[:20]}”这种题型，应为单选题、多选题或判断题。"
    if not answer:
        return "没有答案，请另起一行写“答案：B”。"
    if not options:
        return f"没有看到选项，答案“{answer[:20]}”也不是“对”或“错”。选项请每行一个，如“A. 三日”。"
    return f"答案“{answer[:20]}”看不懂，请写选项的字母，例如 A 或 ACD。"


def _citations(cited: _Part, problems: list[Problem]) -> tuple[Citation, ...]:
    found, unread = parse_citations(unicodedata.normalize("NFKC", cited.text))
    if unread:
        sentence = f"法条依据里的“{'；'.join(unread)}”没有读懂，已忽略（例：《行政处罚法》第三十三条）。"
        problems.append(Problem(f"line {cited.line}", "citations", sentence, Severity.WARNING))
    return found
