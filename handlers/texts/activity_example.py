"""The activity file to begin with: every key, and what it does.

Read as it stands it is a lecture; the lines behind `# ` are to be used as they are too.
"""

from datetime import datetime, timedelta
from typing import Final

from training.calendar import CITY

_DAYS: Final = 7  # until the activity of the example
_TEXT: Final = """\
# 活动文件。改好后运行 xuefa activity create 本文件名；加 --dry-run 只核对，加 --publish 同时发布。
# 同一个文件只新建一次。文本和时间加英文引号，数字和 true/false 不加。

title = "行政处罚法专题讲座"
form = "讲座"            # 讲座、业务培训、集体学法、脱产培训、旁听庭审等，或英文代码 lecture 等
content_class = ["专业法律"]        # 内容类别，可以写几个
starts_at = "{day:%Y-%m-%d} 14:00"      # 北京时间
ends_at = "{day:%Y-%m-%d} 16:30"
place = "三楼会议室"
organiser = "zhangsan"              # 组织者的账号或人员编号；由 --as 的管理员本人组织的，可以不写
held_by = "unit"                    # city 市级（办结须第二人确认）、unit 单位

# units = ["市司法局", "3001"]      # 主办单位的名称、路径或代码，联合举办的第一个为主办；不写为组织者所在单位
# speaker = "某某教授"              # 主讲，给人看的
# speakers = ["R000123"]            # 主讲中在册人员的账号或人员编号，办结时按讲法治课认定
# laws = ["行政处罚法"]             # 涉及的法律
# plan = 3                          # 对应的学法计划编号
# sign_out = true                   # 结束时要签退

# ── 几天的活动 ── 不写上面的 starts_at、ends_at，每天写一个：
# [[sessions]]
# starts_at = "{day:%Y-%m-%d} 08:30"
# ends_at = "{day:%Y-%m-%d} 17:00"

# ── 旁听庭审 ── form = "旁听庭审" 时必写；按名单登记，没有签到码。
# [hearing]
# court = "市人民法院"
# case = "（2026）某0001行初3号"
# kind = "行政诉讼"
# online = false                    # 线上旁听写 true

# ── 邀请谁 ── 不写 [audience] 为全市（单位活动为主办单位全体）；写了的，units、groups、persons 至少写一项。
# [audience]
# units = ["市司法局", "3001"]      # 单位名称、路径或代码
# below = true                      # 是否包括下级单位
# groups = ["leader", "staff"]      # leader 领导干部、staff 工作人员、enforcement 行政执法人员、other 其他人员
# persons = ["R000123"]             # 另加的人员编号或账号；单独写时只邀请这些人
"""


def example(now: datetime) -> str:
    """Of a day that lies ahead of `now`."""
    return _TEXT.format(day=now.astimezone(CITY) + timedelta(days=_DAYS))
