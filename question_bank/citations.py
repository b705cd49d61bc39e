"""Citations of articles as people print and write them: `《行政处罚法》第三十三条`.

Article 0 is the preamble (序言), which only the constitution has. A paragraph or item (第二款, 第（三）项) is read
over: a question cites the article.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from question_bank.numerals import NUMERAL_CHARACTERS, arabic, chinese
from question_bank.questions import Citation

PREAMBLE: Final = "序言"
COUNTRY: Final = "中华人民共和国"

_N: Final = rf"(?:\d{{1,4}}|[{NUMERAL_CHARACTERS}]+)"
_ARTICLE = re.compile(
    rf"(?:第\s*({_N})\s*条|(?<!\d)(\d{{1,4}})\s*条?)(?:\s*(?:之|-)\s*({_N}))?"
    rf"(?:\s*第\s*{_N}\s*款)?(?:\s*第?\s*\(?{_N}\)?\s*项)?|({PREAMBLE})"
)
_BRACKETED = re.compile(r"《([^《》]*(?:《[^》]*》[^《》]*)?)》\s*(?:\(([^()]*)\))?")
_BARE = re.compile(rf"([^\s\d第《》;,、和及()]{{2,40}}?)\s*(?:\(([^()]*)\)\s*)?(?=第\s*{_N}\s*条|\d|{PREAMBLE}|$)")
_DOCUMENT = re.compile(r"([^\s;,、《》]*[〔[]\d{4}[〕\]]\d+号)()")  # 宁政〔2024〕9号
_BETWEEN = re.compile(r"[\s;,、.。和及与]+")
_PIECE = re.compile(r"[^;,、]+")
_DATE = re.compile(r"(\d{4})(?:[-年.](\d{1,2})(?:[-月.](\d{1,2}))?)?")


class Citations(NamedTuple):
    """What a text cites, and the pieces of it that are no citation."""

    found: tuple[Citation, ...]
    unread: tuple[str, ...]


def printed_article(article: int, sub: int = 0) -> str:
    """`第一百二十条之一`, or `序言` for 0."""
    if article == 0:
        return PREAMBLE
    return f"第{chinese(article)}条" + (f"之{chinese(sub)}" if sub else "")


def printed(citation: Citation) -> str:
    """`《行政处罚法》第三十三条`."""
    return f"《{citation.law}》{printed_article(citation.article, citation.sub)}"


def short_law(name: str) -> str:
    """`《中华人民共和国行政处罚法》` → `行政处罚法`."""
    bare = re.sub(r"\s", "", name).removeprefix("《").removesuffix("》").removeprefix(COUNTRY)
    return bare.replace("《", "〈").replace("》", "〉")


def parse_citations(text: str) -> Citations:
    """`《行政处罚法》第三十三条；行政复议法11、12；《宪法》序言` → four citations.

    An article without a law belongs to the law before it. A year or date in brackets behind the law is its version.
    """
    plain = unicodedata.normalize("NFKC", text).replace("〈", "《").replace("〉", "》")
    found: list[Citation] = []
    unread: list[str] = []
    law, version, position = "", "", 0
    while position < len(plain):
        if gap := _BETWEEN.match(plain, position):
            position = gap.end()
        elif article := _ARTICLE.match(plain, position) if law else None:
            found.extend(_cited(law, version, article))
            position = article.end()
        elif name := _name(plain, position):
            law, version, position = short_law(name[1]), _version(name[2] or ""), name.end()
            if not _has_article(plain, position):
                unread.append(name[0].strip())
                law = ""
        else:
            piece = _PIECE.match(plain, position)
            unread.append(piece[0].strip() if piece else plain[position])
            position = piece.end() if piece else position + 1
    return Citations(tuple(dict.fromkeys(found)), tuple(filter(None, unread)))


def _has_article(plain: str, position: int) -> bool:
    return _ARTICLE.match(plain[position:].lstrip()) is not None


def _name(plain: str, position: int) -> re.Match[str] | None:
    matches = (pattern.match(plain, position) for pattern in (_BRACKETED, _DOCUMENT, _BARE))
    return next(filter(None, matches), None)


def _cited(law: str, version: str, match: re.Match[str]) -> Iterator[Citation]:
    if match[4]:
        yield Citation(law, 0, version=version)
        return
    article, sub = _number(match[1] or match[2]), _number(match[3] or "0")
    if article and sub is not None:
        yield Citation(law, article, sub, version=version)


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else arabic(text)


def _version(note: str) -> str:
    """`2021年1月22日修订` → `2021-01-22`; a year alone stays a year."""
    date = _DATE.search(note)
    if date is None:
        return ""
    return "-".join([date[1], *(part.zfill(2) for part in date.groups()[1:] if part)])
