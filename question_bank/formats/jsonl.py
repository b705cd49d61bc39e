"""Questions as JSON Lines, the canonical form: one object a line, UTF-8, nothing lost either way.

Types are strict. An absent id is made from the content; a part of the case CASE has the id CASE-1, CASE-2 ….
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from question_bank.formats.cells import decoded
from question_bank.formats.drafts import Draft, canonical
from question_bank.formats.unreadable import Fact, Unreadable
from question_bank.problems import Problem, Severity
from question_bank.questions import Citation, Kind, Question

MAX_FILE_BYTES: Final = 256 * 1024 * 1024  # about 300,000 questions

_KNOWN: Final = frozenset(Question.__struct_fields__)
_KNOWN_CITATION: Final = frozenset(Citation.__struct_fields__)
_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")
_TYPE_WORDS: Final = {
    "str": "文字",
    "int": "整数",
    "float": "小数",
    "bool": " true 或 false",
    "array": "列表",
    "object": "对象",
    "null": "空值",
    "str | array": "文字或列表",
}


def read_jsonl(content: bytes) -> Iterator[Draft]:
    """A draft for each line that is not blank. Raises: Unreadable when the file is empty, too large or no text."""
    if not content.strip():
        raise Unreadable(Fact.EMPTY)
    if len(content) > MAX_FILE_BYTES:
        raise Unreadable(Fact.TOO_LARGE, limit=MAX_FILE_BYTES, found=len(content))
    for number, line in enumerate(decoded(content).split("\n"), start=1):
        if line.strip():
            yield _draft(f"line {number}", line)


def written_jsonl(questions: Iterable[Question]) -> bytes:
    """One line a question, defaults left out."""
    return b"".join(msgspec.json.encode(question) + b"\n" for question in questions)


def _draft(where: str, line: str) -> Draft:
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        return _refused(where, "", f"这一行不是完整的 JSON（{_json_fault(error)}）。")
    if not isinstance(value, dict):
        return _refused(where, "", "这一行不是 JSON 对象（应以 { 开头、以 } 结尾）。")
    return _question_draft(where, value)


def _refused(where: str, field: str, sentence: str) -> Draft:
    return Draft(where, None, (Problem(where, field, sentence),))


def _json_fault(error: Exception) -> str:
    byte = re.search(r"byte (\d+)", str(error))
    return f"第 {byte[1]} 个字节处有误" if byte else "写法有误"


def _question_draft(where: str, value: dict[str, object]) -> Draft:
    problems = [_ignored(where, name) for name in _unknown_names(value)]
    for missing in ("kind", "stem"):
        if missing not in value:
            return _refused(where, missing, f"缺少 {missing}。")
    try:
        question = msgspec.convert(_with_ids(value), Question)
    except msgspec.ValidationError as error:
        field, sentence = _fault(str(error))
        return Draft(where, None, (*problems, Problem(where, field, sentence)))
    named = canonical(question)
    if any(part.id not in ("", kept.id) for part, kept in zip(question.parts, named.parts, strict=True)):
        sentence = f"小题的编号应为 {named.id}-1、{named.id}-2……，已改正。"
        problems.append(Problem(where, "parts", sentence, Severity.WARNING))
    return Draft(where, named, tuple(problems))


def _with_ids(value: dict[str, object]) -> dict[str, object]:
    """An absent id is an empty one, here and in the parts."""
    filled = {"id": "", **value}
    parts = filled.get("parts")
    if isinstance(parts, list):
        filled["parts"] = [_with_ids(part) if isinstance(part, dict) else part for part in parts]
    return filled


def _unknown_names(value: dict[str, object]) -> list[str]:
    names = [name for name in value if name not in _KNOWN]
    cited, parts = value.get("citations"), value.get("parts")
    for number, one in enumerate(cited if isinstance(cited, list) else []):
        if isinstance(one, dict):
            names += [f"citations[{number}].{name}" for name in one if name not in _KNOWN_CITATION]
    for number, part in enumerate(parts if isinstance(parts, list) else []):
        if isinstance(part, dict):
            names += [f"parts[{number}].{name}" for name in _unknown_names(part)]
    return names


def _ignored(where: str, name: str) -> Problem:
    return Problem(where, name, f"不认识的字段“{name}”，已忽略。", Severity.WARNING)


def _fault(message: str) -> tuple[str, str]:
    """Field and sentence for a message of the decoder: "Expected `str`, got `int` - at `$.stem`"."""
    place = _PLACE.search(message)
    field, reason = (place[1] if place else ""), _PLACE.sub("", message)
    if kind := re.fullmatch(r"Invalid enum value '(.*)'", reason):
        return field, f"没有“{kind[1]}”这种题型，应为 {'、'.join(Kind)}。"
    if types := re.fullmatch(r"Expected `([^`]*)`, got `([^`]*)`", reason):
        wanted, given = (_TYPE_WORDS.get(name, name) for name in types.groups())
        return field, f"{field or '这一行'} 应为{wanted}，这里是{given}。"
    if missing := re.fullmatch(r"Object missing required field `([^`]*)`", reason):
        return f"{field}.{missing[1]}".strip("."), f"{field or '这一行'} 缺少 {missing[1]}。"
    return field, f"{field or '这一行'} 的值不能用。"
