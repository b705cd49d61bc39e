"""What may be claimed, until when, and what it is worth."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from training import claim_errors as errors
from training.calendar import Calendar
from training.claim_errors import ClaimRefusal
from training.claim_rules import alike, demand_good, happening, parts_of, recognised, resembling
from training.claims import MOVES, State, Stated
from training.crediting import DayPart
from training.forms import FORM_RULES
from training.line_days import DayRules

FRIDAY, TODAY = date(2026, 11, 20), date(2026, 11, 23)


def stated(form: str = "lecture", **more: Any) -> Stated:
    day = more.pop("day", FRIDAY)
    return Stated(form, more.pop("title", "甲"), day, more.pop("to", day), **more)


HALF: dict[str, Any] = {"first": DayPart.HALF, "last": DayPart.HALF}


@pytest.mark.parametrize(
    ("claim", "hundredths", "rule"),
    [
        (stated(minutes=150), 333, "专题讲座，申报 150 分钟 ÷ 45"),
        (stated(**HALF), 400, "专题讲座，半天 1 个（每个 4）"),
        (stated(), 800, "专题讲座，全天 1 个（每个 8）"),
        (stated("collective", minutes=300), 400, "集体学法，申报 300 分钟 ÷ 45，每次至多 4"),
        (stated("teaching", minutes=45), 200, "讲法治课，申报 45 分钟 ÷ 45 × 2"),
        (stated("online", hours=Decimal("3.25")), 325, "网络课程，按平台证明认定"),
        (stated("competition"), 200, "技能竞赛，参加 2"),
        (stated("competition", prize=True), 400, "技能竞赛，获奖 4"),
        (stated("off_job", day=date(2026, 11, 13), to=date(2026, 11, 16)), 1600, "脱产培训，全天 2 个（每个 8）"),
        (stated("self_study", minutes=90), 0, "自学，只记录、不计学时"),
    ],
)
def test_what_it_is_worth(claim: Stated, hundredths: int, rule: str) -> None:
    assert sum(part.earned for part in parts_of(claim, Calendar(), FORM_RULES)) == hundredths
    [found] = recognised(12, "R1", claim, "佐证 E1", DayRules(Calendar()))
    assert (found.rule, found.source_ref, found.evidence) == (rule, "claim:12", "佐证 E1")


def test_an_event_over_new_year_is_a_line_a_year() -> None:
    claim = stated("off_job", day=date(2026, 12, 30), to=date(2027, 1, 4))
    found = recognised(12, "R1", claim, "", DayRules(Calendar({date(2027, 1, 1): False})))
    assert [(one.year, one.source_ref, one.earned) for one in found] == [
        (2026, "claim:12:2026", 1600),
        (2027, "claim:12:2027", 800),
    ]


@pytest.mark.parametrize(
    ("claim", "today", "refusal"),
    [
        (stated(minutes=60), TODAY, None),
        (stated(minutes=60), date(2027, 1, 15), None),
        (stated(minutes=60), date(2027, 1, 16), errors.TooLate),
        (stated(minutes=60), FRIDAY, None),
        (stated(minutes=60), date(2026, 11, 19), errors.NotHeldYet),
        (stated("court_hearing", minutes=60), TODAY, errors.HearingsAreListed),
        (stated("daily", minutes=60), TODAY, errors.NotClaimed),
        (stated("exam"), TODAY, errors.NotClaimed),
        (stated(minutes=60, title="  "), TODAY, errors.Untitled),
        (stated(minutes=0), TODAY, errors.OutOfBounds),
        (stated(minutes=960), TODAY, None),
        (stated(minutes=961), TODAY, errors.OutOfBounds),
        (stated(hours=Decimal(3)), TODAY, errors.WrongMeasure),
        (stated("online", hours=Decimal(0)), TODAY, errors.OutOfBounds),
        (stated("online", hours=Decimal("200.01")), TODAY, errors.OutOfBounds),
        (stated("teaching"), TODAY, errors.WrongMeasure),
        (stated("case_review", minutes=90), TODAY, errors.WrongMeasure),
        (stated(to=date(2026, 11, 19)), TODAY, errors.EndsTooEarly),
        (stated(day=date(2026, 8, 21), to=FRIDAY), TODAY, None),
        (stated(day=date(2026, 8, 20), to=FRIDAY), TODAY, errors.TooLong),
        (
            stated("online", day=date(2026, 1, 1), to=FRIDAY, hours=Decimal(9), title="学习强国年度汇总"),
            TODAY,
            None,
        ),
    ],
)
def test_what_may_be_claimed(claim: Stated, today: date, refusal: type[ClaimRefusal] | None) -> None:
    if refusal is None:
        demand_good(claim, today, {}, FORM_RULES, again=False)
    else:
        with pytest.raises(refusal):
            demand_good(claim, today, {}, FORM_RULES, again=False)


def test_what_was_returned_may_come_again_until_the_year_is_closed() -> None:
    late = date(2027, 1, 20)
    demand_good(stated(minutes=60), late, {}, FORM_RULES, again=True)
    with pytest.raises(errors.TooLate):
        demand_good(stated(minutes=60), late, {2026: date(2027, 1, 18)}, FORM_RULES, again=True)


def test_alike_is_form_days_length_and_folded_title() -> None:
    assert alike(stated(title="行政 处罚法", minutes=60)) == alike(stated(title="行政处罚法", minutes=60))
    others = [stated(minutes=60, title="乙"), stated(minutes=61), stated(), stated("professional", minutes=60)]
    assert len({alike(one) for one in (stated(minutes=60), *others)}) == 5


def test_what_resembles_it() -> None:
    near = [
        happening("R1", stated(title="乙"), "同日同形式"),
        happening("R1", stated("professional", title="甲"), "同日同题"),
        happening("R1", stated("professional", title="丙"), "别的"),
        happening("R1", stated(day=date(2026, 11, 19)), "别的日子"),
    ]
    assert resembling(stated(), "R1", near, FORM_RULES) == ("同日同形式", "同日同题")
    assert resembling(stated("self_study", minutes=60), "R1", near, FORM_RULES) == ()


def test_a_decided_claim_moves_no_more() -> None:
    final = {state for state, after in MOVES.items() if not after}
    assert final == {State.APPROVED, State.WITHDRAWN}


def test_one_that_was_turned_down_only_comes_again() -> None:
    """By an 异议 that was upheld."""
    assert MOVES[State.REJECTED] == (State.SUBMITTED,)
