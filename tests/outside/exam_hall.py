"""An exam of twenty items of all kinds as an outsider knows it: the files, and reading a question from a screen.

Each stem names its question. `Key` is what the driver knows of a question by its texts, never by letters, which are
another on every paper. Points are whole hundredths.
"""

import re
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from tests.outside.files import write_bank
from tests.outside.house import YEAR, House

TOPIC: Final = "年度考试专用"
TITLE: Final = "年度法律知识考试"
LEAK: Final = "解析机密勿泄"  # in every explanation; nobody is to read it before the answers are out
SUBJECTS: Final = "甲乙丙丁戊己庚辛"
ITEMS: Final = 20
FULL: Final = 10_000
# kind, how many on a paper, points of each question
SECTIONS: Final = (("single", 6, 4), ("multiple", 4, 6), ("judge", 4, 4), ("blank", 2, 8), ("case", 2, 10))
STEMS: Final = (
    *("行政机关送达决定书的期限", "听证申请的提出", "复议前置的情形", "简易程序的适用", "罚缴分离的例外"),
    *("没收违法所得的计算", "协助执行的义务", "查封财物的保管"),
)


@dataclass(frozen=True)
class Key:
    """`right`: texts of options, `对` or `错`, or what each blank takes; `points` of the item."""

    name: str
    kind: str
    stem: str
    options: tuple[str, ...]
    right: tuple[str, ...]
    points: Fraction


def _option(name: str, word: str) -> str:
    return f"{name}之{word}说"


def _choice(kind: str, name: str, stem: str, right: str) -> dict[str, Any]:
    options = [_option(name, word) for word in "东南西北"]
    return {"id": f"exam-{name}", "kind": kind, "stem": stem, "options": options, "answer": list(right)}


def _bare(kind: str, n: int) -> dict[str, Any]:
    subject, letters = STEMS[n], "ABCD"
    match kind:
        case "single":
            return _choice(kind, f"单{n}", f"关于{subject}，下列哪一说正确？", letters[n % 4])
        case "multiple":
            right = sorted({letters[n % 4], letters[(n + 1) % 4], letters[n // 2 % 4]})
            return _choice(kind, f"多{n}", f"就{subject}而言，可以采取的有哪些？", "".join(right))
        case "judge":
            stem = f"法律对{subject}有明文。"
            return {"id": f"exam-判{n}", "kind": kind, "stem": stem, "answer": ["对" if n % 2 else "错"]}
        case "blank":
            stem = f"在{subject}方面，应当在____日内向____提出。"
            return {
                "id": f"exam-空{n}",
                "kind": kind,
                "stem": stem,
                "answer": [[f"{n + 3}"], [f"机关{n}", f"局{n}"]],
            }
    parts = [
        _choice("single", f"案{n}一", f"案中{subject}应由谁负责？", letters[n % 4]),
        {
            "id": f"exam-案{n}二",
            "kind": "judge",
            "stem": f"案中{subject}已经逾期。",
            "answer": ["错" if n % 2 else "对"],
        },
    ]
    return {"id": f"exam-案{n}", "kind": "case", "stem": f"王某因{subject}与某局发生争议。", "parts": parts}


def bank() -> list[dict[str, Any]]:
    """Two questions more of each kind than a paper has."""
    found = []
    for kind, count, _ in SECTIONS:
        for n in range(count + 2):
            more = {"topics": [TOPIC], "explanation": f"{LEAK}{kind}{n}"}
            found.append(_bare(kind, n) | more)
    return found


def keys() -> dict[str, Key]:
    """By stem, what is answered: parts instead of their cases."""
    worth = {kind: Fraction(points * 100) for kind, _, points in SECTIONS}
    found = {}
    for question in bank():
        asked = question.get("parts") or [question]
        for one in asked:
            found[one["stem"]] = _key(one, worth[question["kind"]] / len(asked))
    return found


def _key(one: dict[str, Any], points: Fraction) -> Key:
    options = tuple(one.get("options", ()))
    answer = one["answer"]
    if options:
        right = tuple(options["ABCD".index(letter)] for letter in answer)
    else:
        right = tuple(part if isinstance(part, str) else part[-1] for part in answer)
    return Key(one["id"], one["kind"], one["stem"], options, right, points)


@dataclass(frozen=True)
class Shown:
    """A question as a person sees it: `number` from 1, the texts of the options by the letters before them."""

    number: int
    key: Key
    letters: dict[str, str]

    def spelled(self, texts: tuple[str, ...]) -> str:
        """What to type for these texts."""
        if self.key.kind == "blank":
            return "；".join(texts)
        if self.key.kind == "judge":
            return texts[0]
        return "".join(sorted(letter for letter, text in self.letters.items() if text in texts))


def read(words: str, known: dict[str, Key]) -> Shown | None:
    """The question in what was received, None when there is none."""
    head = re.search(rf"(?m)(?:^|【)(\d+)/{ITEMS} ", words)
    stems = [stem for stem in known if stem in words]
    if head is None or not stems:
        return None
    assert len(stems) == 1, f"several questions at once: {words}"
    letters = {letter: text.rstrip() for letter, text in re.findall(r"(?m)^([A-D])\. (.+)$", words)}
    key = known[stems[0]]
    assert set(letters.values()) == set(key.options), words
    return Shown(int(head[1]), key, letters)


def earned(key: Key, texts: tuple[str, ...]) -> Fraction:
    """All or nothing; of blanks a share each. An own reading of the domain's rule."""
    if key.kind == "blank":
        return key.points * sum(a == b for a, b in zip(texts, key.right, strict=True)) / len(key.right)
    return key.points if texts and set(texts) == set(key.right) else Fraction(0)


def rounded(exact: Fraction) -> int:
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def exam_file(path: Path, *, release: str = "at_once", minutes: int = 90) -> Path:
    """Open since two minutes."""

    def city(seconds: float) -> str:
        return time.strftime("%Y-%m-%d %H:%M", time.gmtime(time.time() + seconds + 8 * 3600))

    head = (
        f'title = "{TITLE}"\nyear = {YEAR}\nopens_at = "{city(-120)}"\ncloses_at = "{city(6 * 3600)}"\n'
        f'duration_minutes = {minutes}\nrelease_score = "{release}"\nseed = "outside"\n'
    )
    sections = (
        f'\n[[sections]]\nkind = "{kind}"\ncount = {count}\npoints = {points}\ntopics = ["{TOPIC}"]\n'
        for kind, count, points in SECTIONS
    )
    path.write_text("".join((head, *sections)), encoding="utf-8")
    return path


async def hold(house: House, *, release: str = "at_once") -> int:
    """Bank imported, exam made and published by the command line; its number."""
    folder = house.installation.folder
    imported = await house.installation.done("bank", "import", write_bank(folder / "exam.jsonl", *bank()))
    assert imported["rejected"] == 0, imported
    made = await house.installation.done("exam", "create", exam_file(folder / "exam.toml", release=release))
    published = await house.installation.done("exam", "publish", str(made["id"]))
    assert published["state"] == "published" and published["roll"] > 2000, published
    return int(made["id"])
