"""A report's table as a file: xlsx or csv by its name, and there only when it is whole."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from handlers.sheets.csv_table import CsvTable
from handlers.sheets.particulars import Particulars
from handlers.sheets.xlsx_table import XlsxTable
from training.errors import Refusal

Table = XlsxTable | CsvTable


@dataclass(eq=False)
class UnknownSheetFormat(Refusal):
    """Only `.xlsx` and `.csv` can be written."""

    suffix: str


@contextmanager
def table_file(
    path: Path, columns: Mapping[str, float], headers: Sequence[str], particulars: Particulars, *, name: str
) -> Iterator[Table]:
    """Fill it inside the block. Raises: UnknownSheetFormat, OSError."""
    with TemporaryDirectory(dir=path.parent, prefix=".export-") as work:
        unfinished = Path(work, path.name)
        with closing(_table(unfinished, columns, headers, particulars, name)) as table:
            yield table
        unfinished.replace(path)


def _table(
    path: Path, columns: Mapping[str, float], headers: Sequence[str], particulars: Particulars, name: str
) -> Table:
    match path.suffix.lower():
        case ".xlsx":
            return XlsxTable(path, columns, particulars, name=name)
        case ".csv":
            return CsvTable(path, headers)
        case suffix:
            raise UnknownSheetFormat(suffix)
