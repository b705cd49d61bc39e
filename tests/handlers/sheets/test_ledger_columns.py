"""What stands under each header."""

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest

from handlers.sheets.cells import Cell
from handlers.sheets.ledger_columns import HEADERS, Names, groups_of
from tests.handlers.sheets.ledgers import NAMES, Row, line

# Source: domain, Export headers that officials expect.
EXPECTED = (
    "序号 单位 姓名 人员编号 人员类别 职务 考核年度 起 止 学习形式 内容类别 内容 主办单位 方式 时长(分钟) 认定学时 "
    "认定规则 来源 活动编号 佐证编号/存放位置 审核人 审核时间 登记日期 补录 冲销号 备注"
)


def row(of: Row, names: Names = NAMES) -> dict[str, Cell]:
    cells: list[Cell] = [of[0]]
    for group, value in zip(groups_of(names), of[1:], strict=True):
        assert HEADERS.index(group.first) == len(cells)
        cells += group.cells(*msgspec.json.decode(value))
    return dict(zip(HEADERS, cells, strict=True))


def test_headers_are_those_that_officials_expect() -> None:
    assert " ".join(HEADERS) == EXPECTED


def test_a_daily_answer() -> None:
    assert row(line(41)) == {
        **{"序号": 41, "单位": "宁国市司法局", "姓名": "张晓岚", "人员编号": "P001", "职务": "科员"},
        **{"人员类别": "工作人员；行政执法人员", "考核年度": 2026, "起": "2026-11-23", "止": "2026-11-23"},
        **{"学习形式": "每日一题", "内容类别": "公共法律、业务知识", "内容": "每日一题 2026-11-23 xzcf-0012"},
        **{"主办单位": "", "方式": "线上", "时长(分钟)": None, "认定学时": Decimal("0.10")},
        **{
            "认定规则": "每日一题 0.10 学时/题",
            "来源": "每日一题 自动记录",
            "活动编号": "",
            "佐证编号/存放位置": "",
        },
        **{"审核人": "", "审核时间": "", "登记日期": "2026-11-24", "补录": "", "冲销号": None, "备注": ""},
    }


def test_a_reversal_of_an_approved_late_line() -> None:
    cells = row(
        line(
            hours=Decimal("-4.00"),
            reverses=17,
            late=True,
            note="重复登记",
            minutes=180,
            form="lecture",
            source="activity",
            source_ref="HD-2026-003:P001",
            organiser="0101",
            starts_on=date(2026, 12, 31),
            ends_on=date(2027, 1, 2),
            evidence="档案室 3-12",
            approved_by="P009",
            approved_at=datetime(2027, 1, 4, 17, 0, 1, tzinfo=UTC),
        )
    )
    assert (cells["认定学时"], cells["冲销号"], cells["补录"]) == (Decimal("-4.00"), 17, "是")
    assert (cells["审核人"], cells["审核时间"]) == ("李䶮", "2027-01-05 01:00:01")  # a day later in the city
    assert (cells["主办单位"], cells["活动编号"], cells["时长(分钟)"]) == ("宁国市司法局", "HD-2026-003", 180)
    assert (cells["起"], cells["止"], cells["佐证编号/存放位置"]) == ("2026-12-31", "2027-01-02", "档案室 3-12")


@pytest.mark.parametrize(
    ("category", "mark", "words"),
    [
        ("leader", False, "领导干部"),
        ("leader", True, "领导干部；行政执法人员"),
        ("staff", False, "工作人员"),
        ("other", False, "其他"),
    ],
)
def test_categories_are_spelt_as_in_a_roster(category: str, mark: bool, words: str) -> None:
    assert row(line(category=category, mark=mark))["人员类别"] == words


def test_what_has_no_name_is_shown_by_its_number() -> None:
    cells = row(line(person="P404", unit="0999", approved_by="P405"), Names())
    assert (cells["姓名"], cells["人员编号"], cells["单位"], cells["审核人"]) == ("", "P404", "0999", "P405")
