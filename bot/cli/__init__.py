"""`xuefa`: one file a noun; a command's imports are paid for only by that command."""

from pathlib import Path
from typing import Any, Final

import click
from click.exceptions import NoArgsIsHelpError

from bot.cli.chinese import Misused, in_chinese
from bot.cli.lazy import Lazy
from bot.cli.options import PATH

COMMANDS: Final = {
    "init": "写出带注释的配置文件",
    "doctor": "检查配置、数据库、时钟、日历、题库、企业微信、回调和合规",
    "demo": "启动演示：机器人和本地企业微信",
    "serve": "运行机器人",
    "db": "数据库：upgrade 升级表结构",
    "backup": "把全部数据备份到一个目录",
    "restore": "从备份目录恢复到空数据库",
    "units": "单位：import 导入、merge 合并",
    "staff": "名册：import 导入、export 导出、change 变更、merge 合并、sync 比对通讯录",
    "audit": "审计日志：export 导出、verify 校验",
    "batch": "待确认批次：list 列出",
    "bank": "题库：import 导入、export 导出、check 检查",
    "exam": "考试：create 创建、publish 发布、roll 应考名单、makeup 补考 等",
    "activity": "培训活动：create 按文件新建、publish 发布、attend 登记名单、close 办结、sheet 签到表 等",
    "claims": "学时申报：list 列出、approve 通过、reject 不通过、return 退回、import 代为批量申报",
    "check": "抽查：list 列出、draw 按种子重新抽取、clues 异常线索",
    "duty": "履职：list 列出各项要求由谁完成和已完成多少、import 导入履职登记",
    "plan": "年度学习计划和应知应会清单：import、laws 导入、show 完成情况",
    "calendar": "放假调休：import 导入",
    "push": "推送：daily 每日一题",
    "broadcast": "群发：按文件发送答题、通知、图片、文件，show 看结果、recall 撤回 等",
    "outbox": "发件箱：list 列出没有送成的、resend 补发、settle 不再发",
    "rules": "学时规则：show 列出、init 写出规则文件",
    "ledger": "学时台账：export 导出、explain 说明、import 导入、close 结账、sheet 年终确认单、verify 校验 等",
}


class _Commands(Lazy):
    """Says what its commands do without importing them, and a wrong call of any in our words."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def make_context(self, *given: Any, **extra: Any) -> click.Context:
        try:
            return super().make_context(*given, **extra)
        except NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            raise Misused(error) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            raise Misused(error) from None


@click.command(
    cls=_Commands,
    places={name: f"bot.cli.{name}:command" for name in COMMANDS},
    help="学法：企业微信里的学法用法助手。各命令的说明：xuefa 命令 --help。",
    epilog="成功退出 0，拒绝退出 1（原因见标准错误），用法不对退出 2。",
)
@click.option(
    "--config",
    "config_path",
    type=PATH,
    default=None,
    help="配置文件，默认 ./config.toml；写在命令前后都可以",
)
@click.version_option(package_name="xuefa", message="%(prog)s %(version)s", help="显示版本。")
@click.pass_context
def main(ctx: click.Context, config_path: Path | None) -> None:
    ctx.obj = config_path


in_chinese(main)
