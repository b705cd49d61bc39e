"""The broadcast file to begin with: every key, and what it does.

Read as it stands it is a quiz for everybody; the lines behind `# ` are to be used as they are too.
"""

from datetime import datetime, timedelta
from typing import Final

from training.calendar import CITY

_DAYS: Final = 4  # until the moments of the example
_TEXT: Final = """\
# 群发文件。改好后运行 xuefa broadcast 本文件名；加 --dry-run 只核对人数和时间，不发送。
# 同一个文件只发一次，确要再发请加 --again。文本和时间加英文引号，数字和 true/false 不加。

# 发什么：quiz 答题、notice 通知、picture 图片、file 文件、statistics 统计（发送时的学时完成和每日一题作答人数）
kind = "quiz"
title = "宪法宣传周答题"            # 标题，一行，最多 30 个字，可以不写

# 通知的正文；图片、文件的说明；答题前的一两句话（最多 200 字）。可以写多行：
# text = \"\"\"
# 各单位：
# 宪法宣传周活动安排如下……
# \"\"\"

# ── 答题的题目 ── 一共最多 10 道；依次为题库的题、发送时抽的题、文件末尾 [[questions]] 自己写的题。
# 写了 [[questions]] 就不能再写 questions = […]；要一起用，在 [[questions]] 下面只写一行 id = "xzcf-0012"。
# questions = ["xzcf-0012", "xzcf-0013"]
# draw = 3                          # 发送时从题库抽几道
# topics = ["宪法"]                 # 只从这些知识点抽，不写不限

# ── 图片或文件 ── 路径从本文件所在的目录算起，用 / 分隔；图片为 PNG 或 JPG，最大 10 MB，其他文件最大 20 MB。
# file = "海报.png"

# ── 什么时候发 ── 都不写为立即发送。在免打扰时段或非工作日的，顺延到下一个工作时段。
# at = "{at:%Y-%m-%d} 09:07"             # 定时发送（北京时间）
# repeat = "每周一 9:07"            # 定期发送，不能和 at 一起写；也可以写 "每月1日"、"每月最后一天"、
#                                   # "每月第一个工作日 9:07"、"每个工作日 9:07"、"每周一 9:07 至 {end:%Y-%m-%d}"

# ── 答题的规则 ──
# 截止也可以写 "当天 18:00"、"3天" 或 "{end:%Y-%m-%d} 18:00"；定期发送的不能写日期
until = "2天后 24:00"
credit = false                      # 每题学时，如 "0.10"（0.01 至 1.00）；false 不计，true 为 0.10
remind = false                      # 截止前提醒一次，只发给打开“提醒”且没有作答的人
results_to_all = false              # 截止后是否把总体结果发给大家（只有人数和正确率）

# 重大紧急的通知、图片、文件才写：不受免打扰时段、个人免打扰和每周推送额度限制，只限市级管理员，记入审计日志。
# urgent = true

# ── 发给谁 ── 不写 [audience] 为全市（单位管理员为管辖单位）；去掉下面各行开头的 # 使用，没有写的不限；
# 写了 [audience]，units、groups、persons 至少写一项。
# [audience]
# units = ["市司法局", "3001"]      # 单位名称、路径或代码
# below = true                      # 是否包括下级单位
# groups = ["leader", "staff"]      # leader 领导干部、staff 工作人员、enforcement 行政执法人员、other 其他人员
# persons = ["R000123"]             # 另加的人员编号或账号；单独写时只发给这些人

# ── 自己写的题 ── 每道题一个 [[questions]]；kind：single 单选、multiple 多选、judge 判断。
# 判断题的答案是 ["对"] 或 ["错"]，不写 options。
[[questions]]
kind = "single"
stem = "国家宪法日是每年的哪一天？"
options = ["3月15日", "9月3日", "12月4日", "12月13日"]
answer = ["C"]
explanation = "2014 年 11 月 1 日，全国人大常委会决定将 12 月 4 日设立为国家宪法日。"
"""


def example(now: datetime) -> str:
    """With moments that lie ahead of `now`."""
    at = now.astimezone(CITY) + timedelta(days=_DAYS)
    return _TEXT.format(at=at, end=at + timedelta(days=_DAYS))
