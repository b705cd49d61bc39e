"""The shipped bank: enough of it, fit for one card, and true to the law."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from question_bank.checks import validate
from question_bank.content import shipped
from question_bank.duplicates import fold_key
from question_bank.questions import Kind, fits_one_card, shown

CHECKER = Path(__file__).parents[3] / "shared" / "statutes" / "check_citations.py"
GROUPS = ("enforcement", "leader", "staff")
BANK = shipped()


def test_there_are_enough_for_half_a_year_of_working_days() -> None:
    assert len(BANK) >= 120
    for group in GROUPS:
        assert sum(not question.audience or group in question.audience for question in BANK) >= 120


@pytest.mark.parametrize("question", BANK, ids=lambda question: question.id)
def test_a_question_is_sound_fits_a_card_and_cites_what_decides_it(question) -> None:  # type: ignore[no-untyped-def]
    assert (
        validate(question, question.id) == [] or question.id == "zdjc-0009"
    )  # everything is right there on purpose
    assert fits_one_card(question), len(shown(question))
    assert len(question.topics) == 2
    assert question.citations
    assert all(citation.quote or citation.numbers for citation in question.citations)


def test_no_question_comes_twice() -> None:
    assert max(Counter(map(fold_key, BANK)).values()) == 1
    assert max(Counter(question.id for question in BANK).values()) == 1


def test_no_letter_gives_itself_away() -> None:
    letters = Counter(question.answer[0] for question in BANK if question.kind is Kind.SINGLE)
    assert set(letters) == set("ABCD")
    assert max(letters.values()) <= 1.3 * min(letters.values())
    judged = Counter(question.answer[0] for question in BANK if question.kind is Kind.JUDGE)
    assert max(judged.values()) <= 1.3 * min(judged.values())


@pytest.mark.skipif(not CHECKER.exists(), reason="the statutes are not beside the checkout")
def test_every_citation_stands_in_the_law_in_force(tmp_path: Path) -> None:
    rows = tmp_path / "citations.jsonl"
    cited = [
        {
            "id": question.id,
            "law": citation.law,
            "article": citation.article,
            "sub": citation.sub,
            "version": citation.version,
            "quote": citation.quote,
            "numbers": list(citation.numbers),
        }
        for question in BANK
        for citation in question.citations
    ]
    rows.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in cited), encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, str(CHECKER), "--strict", str(rows)], capture_output=True, text=True, check=False
    )
    assert checked.stdout.strip() == f"{len(cited)} passed, 0 failed"
