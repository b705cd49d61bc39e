"""The help, the welcome, and the answer to what was not understood."""

from typing import Final

HELP: Final = (
    "【学法】可以这样用：\n"
    "今日一题 — 做今天的题，点选或回复字母\n"
    "补做 — 做本周没答的题\n"
    "群发答题 — 做管理员发来的题\n"
    "考试 — 参加考试，看安排\n"
    "成绩 — 历次考试成绩\n"
    "证书 — 考试合格证书\n"
    "我的学时 — 学时、目标、差额\n"
    "学时明细 — 每一笔学时\n"
    "学时构成 — 按形式、内容类别分列\n"
    "我的要求 — 学时以外要完成的\n"
    "活动 — 培训活动；签到请扫码或回复“签到 六位码”\n"
    "申报 — 申报听课、培训等学时，可附照片\n"
    "我的申报 — 申报到了哪一步\n"
    "免打扰 — 选择收哪些消息\n"
    "提醒 — 没有作答时提醒您，可开可关\n"
    "文字版 — 不用卡片，只用文字\n"
    "我的数据 — 系统记录了您的什么\n"
    "投诉建议 — 提意见，直达市司法局"
)
EXPORTS: Final = "\n\n管理员：\n导出 — 学时台账、学时汇总，以文件发给您"
AUDITOR: Final = f"{EXPORTS}\n群发 列表 — 看群发的结果"
_SENDERS: Final = f"{EXPORTS}\n群发 — 发通知、答题、统计，看发送结果"
_ORGANISERS: Final = "新建活动 — 计划、发布、签到、办结培训活动\n登记 — 登记履职情况"
UNIT_ADMIN: Final = f"{_SENDERS}\n审核 — 查看待审核的申报\n{_ORGANISERS}"
CITY_ADMIN: Final = f"{_SENDERS}\n审核 — 查看待确认的批次和申报\n{_ORGANISERS}\n回复 — 查看并答复投诉建议"
WELCOME: Final = (
    "您好，这里是学法。工作日 9:07 推送每日一题，点一下就能作答，学时自动记入台账。回复“帮助”看全部功能。"
)
TRIAL: Final = "\n（试运行·自愿使用）"
NOT_UNDERSTOOD: Final = "没有看懂这句话。回复“今日一题”做题，“我的学时”看进度，“帮助”看全部功能。"
ONLY_WORDS: Final = "暂时只能看懂文字和卡片点选。回复“帮助”看全部功能。"
