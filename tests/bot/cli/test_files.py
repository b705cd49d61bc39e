"""A file that cannot be read is refused by what its name says it is."""

from pathlib import Path

import pytest

from bot.cli.files import table_of
from bot.cli.frame import Refused

HEADERS = {"姓名": "name"}
GARBAGE = b"\xff\xff\x80\x81 no text"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bad3.xlsx", "bad3.xlsx：不是 xlsx 工作簿，请用 Excel 或 WPS 另存为 xlsx。"),
        ("BAD3.XLSX", "BAD3.XLSX：不是 xlsx 工作簿，请用 Excel 或 WPS 另存为 xlsx。"),
        ("bad3.csv", "bad3.csv：的编码不认识，请另存为 UTF-8 的 csv。"),
    ],
)
def test_what_is_no_workbook_and_no_text(tmp_path: Path, name: str, said: str) -> None:
    file = tmp_path / name
    file.write_bytes(GARBAGE)
    with pytest.raises(Refused) as refused:
        table_of(file, HEADERS, ["name"])
    assert str(refused.value) == said
