"""What one is told once about one's data. Source: domain, Trust and privacy."""

from typing import Final

NOTICE: Final = (
    "【个人信息说明】为落实学法用法制度，本系统记录您的姓名、单位、人员类别、作答情况、签到、申报、学时，以及您自愿提交的佐证（图片、文件），不收集身份证号和位置。"
    "记录由市司法局按档案要求保存（默认 10 年），本人、本单位学法管理员、市司法局和督察人员可按权限查看。"
    "回复“我的数据”可查看您的记录；有疑问请回复“投诉建议”加您的意见。"
)
