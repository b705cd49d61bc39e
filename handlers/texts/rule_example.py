"""The rule file that `rules init` writes: every built-in rule spelled out, with what each key does.

Read back it changes nothing. The daily question is only shown: its amounts stand in the configuration.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from handlers.texts.duties import quota
from training.forms import Form, FormRule
from training.names import FORMS
from training.requirements import Policy
from training.rule_document import form_document, plain, policy_document, status_document
from training.rule_duties import changeable
from training.rule_duties import keys_for as keys_for_duty
from training.rule_forms import keys_for
from training.rule_policies import REQUIREMENT_KEYS
from training.rule_rows import FROM, NO_LIMIT
from training.rules import Rules
from training.statuses import MERGED

_HEAD: Final = """\
# 本市学时规则文件。改好后在 config.toml 的 [rules] 中写 file = "本文件名"，
# 用 xuefa rules show 核对，再重启 xuefa serve。
# 没有写的规则按内置的执行，只改一项时，其余各节可以删去。
# 年度中间改规则：不要改原来的一节，另加一节，写上施行日期 from，只写变动的键，如：
#   [[requirement]]
#   from = 2026-07-01
#   leader = "45"
# 施行日期以前仍按原规则，以后按新规则。
# 学时数和次数都加引号，日期、整数和 true/false 不加；"不限" 为没有上限。

version = ""              # 规则版本，印在每张报表上；自己命名的，后面加按内容算出的编号；为空时用 2024-1
day_limit = "12"          # 一人一天的培训和申报合计至多几学时
"""
_REQUIREMENT: Final = """
# ── 应完成学时（任务 1；折算办法为本市规定）────────────────────
# leader、staff、enforcement：领导干部、工作人员、行政执法人员每年的学时。
# month_days：一个月在岗满几天计为一个月；step：合计进到它的整倍数；
# count_months：计入月数不足几个月，免除按次数的要求。
# 一个月按当月 1 日施行的规则计算，所以施行日期宜为某月 1 日。
"""
_FORM: Final = """
# ── 学习形式 ────────────────────────────────────────────────────
# yearly_cap：年度上限；day_limited：是否计入一天的合计上限；
# by：按什么折算，length 时长、day_parts 全天半天、certified 认定；
# minutes_an_hour：几分钟 1 学时；whole_day、half_day：全天、半天的学时；factor：再乘几；
# least、most：每次至少、至多；most_absence：缺席超过几分之几不计；
# amount、items：每 items 题得 amount 学时；least_right_percent：答对百分之几起；items_a_day：每天至多几题；
# passed、took_part、prize：合格、参加、获奖的学时。
# 活动按开始那天的规则折算。
"""
_STATUS: Final = """
# ── 人员状态 ────────────────────────────────────────────────────
# hours 应完成：full 不减、halved 减半、monthly 按月核减、none 不计；
# exam 考试：sits 应考、deferred 缓考、excused 免考；
# pushes：是否推送；in_denominator：是否计入比率；
# counted_at 统计于：unit 人事关系单位、leavers 年内减员表、nowhere 不统计；
# leaves：是否已离开；least_days：不满几天不算；aliases：名册中也可以写的词。新增一种状态另写 new = true。
"""
_DUTY: Final = """
# ── 各项要求（学时见上）────────────────────────────────────────
# amount：次数或人数；hard：false 为倡导性；on：false 为不要求；until：执行到哪天（含当天）。通知原文不因此改变。
# 把一项要求扩大到其他单位，另起一个 key，写明 like（照哪一项）、name 和 nature（单位性质），如：
#   [[duty]]
#   key = "class-street"
#   like = "class-township"
#   name = "讲法治课（街道）"
#   nature = ["街道办事处"]
#   from = 2026-01-01
"""


_DAILY: Final = "\n# 每日一题的学时在 config.toml 的 [hours] 中；写了下面这一节，就以它为准：\n"

Value = str | bool | int | list[str]


def example() -> str:
    rules = Rules()
    return "".join((_HEAD, *_requirements(rules.policies[0]), *_forms(rules), *_statuses(rules), *_duties()))


def _requirements(policy: Policy) -> Iterator[str]:
    yield _REQUIREMENT
    held = policy_document(policy)
    yield from _table("requirement", "", {key: held[key] for key in REQUIREMENT_KEYS if key != FROM})


def _forms(rules: Rules) -> Iterator[str]:
    yield _FORM
    for row in rules.forms:
        block = "".join(_table("form", FORMS[row.form], _form(row)))
        if row.form is Form.DAILY:
            yield _DAILY + "".join(f"# {line}\n" for line in block.strip().split("\n"))
        else:
            yield block


def _form(row: FormRule) -> dict[str, Value]:
    """In the order of the keys; no limit is said as such."""
    held = form_document(row)
    held |= held["points"]
    return {key: NO_LIMIT if held[key] is None else held[key] for key in keys_for(row) if key != FROM}


def _statuses(rules: Rules) -> Iterator[str]:
    """并档 is the program's own and not offered for a change."""
    yield _STATUS
    for status in rules.policies[0].statuses:
        if status != MERGED:
            yield from _table("status", "", status_document(status))


def _duties() -> Iterator[str]:
    yield _DUTY
    for duty in changeable().values():
        said: dict[str, Value] = {"key": duty.key, "on": True, "hard": duty.hard}
        if "amount" in keys_for_duty(duty):
            said["amount"] = plain(duty.amount)
        yield from _table("duty", f"{duty.name}：{quota(duty)}", said)


def _table(name: str, comment: str, values: Mapping[str, Value]) -> Iterator[str]:
    yield f"\n[[{name}]]{f'  # {comment}' if comment else ''}\n"
    yield from (f"{key} = {_toml(value)}\n" for key, value in values.items())


def _toml(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return f'"{value}"'
    return f"[{', '.join(_toml(one) for one in value)}]"
