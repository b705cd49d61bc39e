"""The exam file to begin with: every key with its default, and what it does.

Read as it stands it is the usual municipal exam; the lines behind `# ` are to be used as they are too.
"""

from typing import Final

from training.exams import DEFAULT_MINUTES, DEFAULT_SECTIONS, Bands

_BANDS: Final = Bands()
_HEAD: Final = """\
# 考试文件。改好后运行 xuefa exam create 本文件名，再用 xuefa exam publish 发布。
# 发布以后不能再改。文本和时间加英文引号，数字和 true/false 不加；没有写的按这里的默认值。

title = "{year}年度法律知识考试"     # 考试名称，一行，最多 36 个字
year = {year}                          # 考核年度；次年 1 月的补考也写这一年
opens_at = "{year}-11-16 09:00"        # 开放时间（北京时间），在这段时间内随时可以开始
closes_at = "{year}-11-25 18:00"       # 截止时间，到时自动交卷
duration_minutes = {minutes}                # 每人答题时长（分钟），不长于开放时间

pass_score = {passed}                      # 合格、良好、优秀各至少多少分，最多两位小数；满分不是 100 的按百分比折算
good_score = {good}
excellent_score = {excellent}

# 多选题评分：exact 全对才得分；partial 漏选得一半；per_option 按选对的比例；有错选都不得分
grading = "exact"
attempts = 1                         # 最多可以考几次
attempts_keep = "highest"            # 考几次时以哪次为准：highest 最高；first 第一次；last 最后一次
release_score = "at_close"           # 成绩：at_once 交卷即公布；at_close 截止后；manual 由管理员公布
release_answers = "manual"           # 答案：at_close 考试和补考都结束后；manual 由管理员公布（同样不早于补考结束）
seed = ""                            # 组卷种子，用于日后重现试卷；为空时自动生成

# ── 谁参加 ── 不写 [audience] 为全体应考人员；去掉下面各行开头的 # 使用，没有写的不限。
# [audience]
# units = ["市司法局", "3001"]       # 单位名称或代码
# below = true                       # 是否包括下级单位
# groups = ["enforcement", "leader"] # 考核组别：enforcement 行政执法人员；leader 领导干部；staff 工作人员
# persons = ["R000123"]              # 另加的人员编号或账号；单独写时只考这些人

# ── 试题 ── 按顺序，每一部分一个 [[sections]]。都不写时为下面这三部分。
# kind：single 单选、multiple 多选、judge 判断、blank 填空、case 案例分析；
# count：道数；points：每题分值，案例为各小题合计。还可以写：
# topics：知识点，如 ["行政处罚"]；difficulty：难度 1 至 5，如 3 或 [2, 3]；
# group：只给哪个考核组别，不写为各组都考。
"""
_SECTION: Final = """
[[sections]]
kind = "{kind}"
count = {count}
points = {points}
"""
_MORE: Final = """
# [[sections]]
# kind = "case"
# count = 2
# points = 10
# topics = ["行政处罚"]
# difficulty = [3, 4]
# group = "enforcement"
"""


def example(year: int = 2026) -> str:
    """For an exam in November of `year`."""
    head = _HEAD.format(
        year=year,
        minutes=DEFAULT_MINUTES,
        passed=_BANDS.passed // 100,
        good=_BANDS.good // 100,
        excellent=_BANDS.excellent // 100,
    )
    sections = (
        _SECTION.format(kind=section.kind, count=section.count, points=section.points // 100)
        for section in DEFAULT_SECTIONS
    )
    return "".join((head, *sections, _MORE))
