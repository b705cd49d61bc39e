"""The form of a dump: exact values, and a changed file is named."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from storage import dumps
from storage.dumps import BrokenDump, Manifest, NewerDump, Tally, line_of, row_of
from tests.storage.rows import NOW
from training.calendar import CITY


@pytest.mark.parametrize(
    ("value", "kind", "written"),
    [
        (None, str, "null"),
        (True, bool, "true"),
        (9007199254740993, int, "9007199254740993"),  # no float has it
        ('引号" 换行\n \\ 😀 \u2028', str, '"引号\\" 换行\\n \\\\ 😀 \u2028"'),
        (Decimal("0.10"), Decimal, '"0.10"'),
        (Decimal("1E+2"), Decimal, '"100"'),
        (date(2026, 11, 23), date, '"2026-11-23"'),
        (NOW, datetime, '"2026-11-23T08:00:00.123456+00:00"'),
        (NOW.replace(microsecond=0), datetime, '"2026-11-23T08:00:00.000000+00:00"'),
        (b"\x00\xff\n", bytes, '"AP8K"'),
        (b"", bytes, '""'),
    ],
)
def test_values_are_written_exactly_and_read_back(value: Any, kind: type, written: str) -> None:
    line = line_of({"c": value})
    assert line.decode() == f'{{"c":{written}}}\n'
    assert row_of(line, {"c": kind}) == {"c": value}
    assert line.count(b"\n") == 1


def test_a_moment_is_written_in_utc_wherever_it_comes_from() -> None:
    same = [NOW, NOW.astimezone(CITY), NOW.replace(tzinfo=None)]
    assert len({line_of({"c": moment}) for moment in same}) == 1


def test_what_has_no_exact_form_is_a_bug() -> None:
    with pytest.raises(TypeError, match="float"):
        line_of({"c": 0.1})


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("{", str),
        ("[]", str),
        ('{"d":1}', int),
        ('{"c":1,"d":1}', int),
        ("{}", int),
        ('{"c":"1"}', int),
        ('{"c":true}', int),
        ('{"c":1}', bool),
        ('{"c":1}', str),
        ('{"c":1}', Decimal),
        ('{"c":"x"}', Decimal),
        ('{"c":"2026-13-01"}', date),
        ('{"c":"today"}', datetime),
        ('{"c":"AP8"}', bytes),
        ('{"c":1.5}', int),
    ],
)
def test_a_line_that_does_not_fit_is_refused(line: str, kind: type) -> None:
    with pytest.raises(ValueError, match=r"."):
        row_of(line.encode(), {"c": kind})


def manifest(**tables: dumps.TableDump) -> Manifest:
    return Manifest(dumps.FORMAT, "0001", NOW, tables)


def test_the_manifest_comes_back(tmp_path: Path) -> None:
    tally = Tally()
    tally.add([b"a\n", b"b\n"])
    written = manifest(person=tally.total())
    dumps.keep_manifest(tmp_path, written)
    assert dumps.manifest_in(tmp_path) == written
    assert dumps.manifest_in(tmp_path).created_at.tzinfo == UTC


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 1}', '{"format": "1"}', "\x00"])
def test_a_broken_manifest_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / dumps.MANIFEST).write_text(text)
    with pytest.raises(BrokenDump) as caught:
        dumps.manifest_in(tmp_path)
    assert caught.value.file == "manifest.json"


def test_a_folder_without_a_manifest_is_no_dump(tmp_path: Path) -> None:
    with pytest.raises(BrokenDump) as caught:
        dumps.manifest_in(tmp_path)
    assert caught.value.file == "manifest.json"


def test_a_later_form_is_recognised_by_its_number_alone(tmp_path: Path) -> None:
    (tmp_path / dumps.MANIFEST).write_text(
        '{"format": 2, "revision": "0042", "unheard": [of]}'.replace("[of]", "[]")
    )
    with pytest.raises(NewerDump) as caught:
        dumps.manifest_in(tmp_path)
    assert caught.value.revision == "0042"


@pytest.mark.parametrize("text", ["a\n", "a\nb\nc\n", "a\nx\n", "a\nb", "a\r\nb\r\n", ""])
def test_a_changed_file_is_named(tmp_path: Path, text: str) -> None:
    tally = Tally()
    tally.add([b"a\n", b"b\n"])
    wanted = manifest(person=tally.total())
    file = tmp_path / "person.jsonl"
    file.write_bytes(b"a\nb\n")
    dumps.check(tmp_path, wanted)
    file.write_bytes(text.encode())
    with pytest.raises(BrokenDump) as caught:
        dumps.check(tmp_path, wanted)
    assert caught.value.file == "person.jsonl"
    file.unlink()
    with pytest.raises(BrokenDump):
        dumps.check(tmp_path, wanted)
