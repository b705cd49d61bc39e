"""Every chat command in one list, and the menu that leads to some of them."""

from typing import Final

from handlers import holding
from handlers.actions.exam_books import Shelf
from handlers.chat import (
    activities,
    approving,
    batches,
    broadcasts,
    certificates,
    claims,
    clues,
    daily,
    duties,
    exams,
    exports,
    feedback,
    help,
    hours,
    objections,
    own_data,
    quiz,
    roll_reports,
    spot_checks,
    wishes,
    year_end,
)
from handlers.holding import Awake
from handlers.routing import Router
from training.exams import Mode
from training.rules import Rules

# At most 3 × 5; a key is the word that typing would send.
MENU: Final = (
    ("学法", ("今日一题", "补做", "考试", "活动", "扫码签到")),
    ("我的", ("我的学时", "我的要求", "申报", "我的申报", "学时明细")),
    ("更多", ("免打扰", "文字版", "投诉建议", "我的数据", "帮助")),
)


def router(
    rules: Rules, shelf: Shelf | None = None, mode: Mode = Mode.CARD, awake: Awake = holding.always
) -> Router:
    """`shelf` has the pools of exams, which are shown by `mode`; `awake`: when people may be written to.

    Raises: Conflict when two commands claim the same word.
    """
    return Router(
        (
            *daily.routes(rules),
            *exams.routes(rules, shelf or Shelf(), mode),
            *quiz.routes(rules),
            *certificates.routes(rules),
            *hours.routes(rules),
            *wishes.routes(),
            *activities.routes(rules),
            *claims.routes(rules),
            *approving.routes(rules),
            *objections.routes(rules),
            *own_data.routes(),
            *feedback.routes(),
            *batches.routes(rules),
            *roll_reports.routes(rules),
            *year_end.routes(rules),
            *spot_checks.routes(rules),
            *clues.routes(),
            *broadcasts.routes(rules, awake),
            *duties.routes(rules),
            *exports.routes(),
            *help.routes(),
        ),
        help.otherwise(rules),
        rules,
    )
