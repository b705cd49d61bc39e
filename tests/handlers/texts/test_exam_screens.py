"""Every card of an exam within WeCom's limits, however long what it shows; nothing of a question is lost."""

from datetime import timedelta
from itertools import product

import pytest
from msgspec.structs import replace

from bot.channels.wecom_cards import changed_card, new_card
from handlers.actions.exam_ending import Handed
from handlers.actions.exam_turn import Receipt, Screen
from handlers.message import Card, Text
from handlers.texts import exam_screens, exams
from question_bank.questions import Kind, Question, shown
from storage.sittings import BY_CLOCK, BY_PERSON, Sitting
from tests.storage.rows import NOW
from training.exam_file import MOST_MINUTES, TITLE_CHARACTERS
from training.exam_file_checks import MOST_ITEMS
from training.exams import Exam, ScoreRelease, Section, Settings, State
from training.marking import Marks
from training.sitting import SUBMITTING

MOST_POINTS = 100_000 - 1  # hundredths
LONG = "字" * 400
DEADLINE = NOW + timedelta(minutes=MOST_MINUTES)
SETTINGS = Settings(
    *("题" * TITLE_CHARACTERS, 2026, NOW, DEADLINE, MOST_MINUTES, (Section(Kind.SINGLE, MOST_ITEMS, MOST_POINTS),))
)
EXAM = Exam(1, State.OPEN, SETTINGS, NOW, DEADLINE)
LAST = MOST_ITEMS - 1
SITTING = Sitting(
    *(10**12, 1, "R" * 64, 99, NOW, DEADLINE, None, "enforcement", "[]", LAST, "0" * MOST_ITEMS, "1" * MOST_ITEMS)
)


def question(kind: Kind, options: int, stem: str) -> Question:
    texts = tuple("项" * 20 for _ in range(options)) if kind in (Kind.SINGLE, Kind.MULTIPLE) else ()
    if kind is Kind.BLANK:
        return Question("q", kind, stem, (), ((LONG,),))
    return Question("q", kind, stem, texts, ("对",) if kind is Kind.JUDGE else ("A",))


QUESTIONS = [
    question(kind, options, stem)
    for kind, options, stem in product(
        (Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE, Kind.BLANK), (2, 4, 5, 6, 7, 26), ("短", "中" * 100, LONG)
    )
    if options == 2 or kind in (Kind.SINGLE, Kind.MULTIPLE)
]
CASES = (
    None,
    Question("c", Kind.CASE, "案", parts=(QUESTIONS[0],) * MOST_ITEMS),
    Question("c", Kind.CASE, LONG, parts=(QUESTIONS[0],) * MOST_ITEMS),
)


def screens(asked: Question) -> list[Screen]:
    chosen = {Kind.BLANK: LONG, Kind.JUDGE: "对"}.get(
        asked.kind, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(asked.options)]
    )
    receipts = (None, Receipt(LAST, LONG, NOW), Receipt(0, LONG, NOW), Receipt(LAST, "", NOW))
    return [
        Screen(EXAM, SITTING, NOW, asked, whole, entered, fresh, MOST_POINTS, said, receipt, sheet)
        for whole, entered, fresh, said, receipt, sheet in product(
            CASES, (False, True), (False, True), ("", chosen), receipts, (False, True)
        )
    ]


def check(card: Card) -> None:
    changed_card(card)
    if not card.closed:
        new_card(card, "task")


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda one: f"{one.kind}-{len(one.options)}-{len(one.stem)}")
def test_every_question_fits(asked: Question) -> None:
    for screen in screens(asked):
        card = exam_screens.card(screen)
        check(card)
        labels = [button.text for button in card.buttons]
        assert screen.sheet or "下一题" in labels or len(asked.options) == 6


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda one: f"{one.kind}-{len(one.options)}-{len(one.stem)}")
def test_nothing_of_a_question_is_lost(asked: Question) -> None:
    for screen in screens(asked):
        if screen.sheet:
            continue
        whole = f"{exam_screens.follows(screen)}\n{exam_screens.card(screen).body}\n"
        assert shown(asked) in whole or not screen.fresh
        assert not (screen.whole and screen.entered) or screen.whole.stem in whole
        assert shown(asked) in exam_screens.text(screen)
        assert [type(content) for content in exam_screens.messages(screen)][-1] is Card
        assert exam_screens.messages(screen)[:-1] == tuple(
            filter(lambda text: text.text, [Text(exam_screens.follows(screen))])
        )


@pytest.mark.parametrize("answered", ["0", "1"])
@pytest.mark.parametrize("flagged", ["0", "1"])
@pytest.mark.parametrize("receipt", [None, Receipt(LAST, LONG, NOW)])
def test_the_question_whether_to_hand_in_fits(answered: str, flagged: str, receipt: Receipt | None) -> None:
    letters = {"answered": answered * MOST_ITEMS, "flagged": flagged * MOST_ITEMS}
    card = exam_screens.card(Screen(EXAM, replace(SITTING, at=SUBMITTING, **letters), NOW, receipt=receipt))
    check(card)
    assert card.body.endswith("交卷后不能再改。")
    assert [button.text for button in card.buttons] == ["确认交卷", "返回作答"]


def test_an_overview_counts_what_it_does_not_list() -> None:
    screen = Screen(EXAM, replace(SITTING, at=SUBMITTING, flagged="0" * MOST_ITEMS), NOW)
    first, *_ = exam_screens.card(screen).body.splitlines()
    assert first == "未答 512 题：1、2、3、4、5、6、7、8、9、10、11、12、13、14、15、16 等"
    listed = exam_screens.text(screen).splitlines()[1]
    assert listed.startswith("未答 512 题：1、2、")
    assert listed.endswith("、29、30 等")


def test_a_title_with_brackets_is_shown_whole() -> None:
    exam = replace(EXAM, settings=replace(SETTINGS, title="【市直】年度考试【一】"))
    screen = Screen(exam, replace(SITTING, at=SUBMITTING), NOW)
    assert exam_screens.card(screen).title == "【市直】年度考试【一】"
    assert exam_screens.card(screen).desc == "已答 0/512，剩余 1440 分钟"


@pytest.mark.parametrize("by", [BY_PERSON, BY_CLOCK])
@pytest.mark.parametrize("release", ScoreRelease)
@pytest.mark.parametrize("told", [True, False])
def test_what_is_said_at_the_end_fits(by: str, release: ScoreRelease, told: bool) -> None:
    exam = replace(EXAM, settings=replace(SETTINGS, release_score=release))
    end = Handed(exam, SITTING, by, Marks((), MOST_POINTS * MOST_ITEMS - 1), MOST_POINTS * MOST_ITEMS, told, told)
    card = exams.handed_card(end)
    check(card)
    assert card.body == exams.handed(end)  # nothing is cut


def test_the_card_that_starts_fits() -> None:
    check(exams.start_card(EXAM, NOW))
