"""What is said about 成绩导入: what the file has, and each score, to who proposes and who decides."""

from collections.abc import Iterator
from typing import Final

from handlers.texts.exam_rules import points
from training.batches import ScoreImport
from training.score_lines import ScoreLine
from training.score_rows import ScorePlan

_SHOWN: Final = 60  # scores of one batch; a longer one is named by its count


def title(scores: ScoreImport) -> str:
    return f"导入考试 {scores.exam} 成绩 {len(scores.lines)} 条"


def details(scores: ScoreImport) -> Iterator[str]:
    """For who decides: against the paper."""
    failed = len(scores.lines) - scores.passed
    full = "、".join(points(marks) for marks in sorted({line.full for line in scores.lines}))
    yield f"《{scores.title}》：合格 {scores.passed} 条，不合格 {failed} 条，满分 {full}。请对照原始成绩单核对："
    for line in scores.lines[:_SHOWN]:
        yield _line(line)
    if len(scores.lines) > _SHOWN:
        yield f"……共 {len(scores.lines)} 条，其余请用 xuefa batch list --json 查看。"


def _line(line: ScoreLine) -> str:
    evidence = f"，佐证 {line.evidence}" if line.evidence else "，无佐证编号"
    deferred = "（已登记缓考）" if line.deferred else ""
    return f"{line.name}（{line.person}）{line.day} {line.way} {points(line.score)} 分{evidence}{deferred}"


def read(plan: ScorePlan) -> str:
    return f"读到 {plan.read} 行，可导入 {len(plan.lines)}，拒收 {plan.rejected}。"
