"""Reading a sheet: good rows, and every bad cell by row and column letter."""

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from journal.refusals import Incomplete
from teams.sheets.cells import Column, in_every_language, said

# The heading row stands at the top, at most below a title and a remark.
HEADING_WITHIN = 10
# A bad cell is shown by the beginning of what stands in it.
SHOWN = 40
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*ref=["']([A-Z]+\d+:[A-Z]+\d+)["']""")
# The first bytes of the format before XLSX, and of files under a password.
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
# Openpyxl remarks on styles and validations that it leaves out: nothing to us.
warnings.filterwarnings("ignore", module="openpyxl")

Cells = tuple[Any, ...]
Rows = Iterator[tuple[int, Cells]]


@dataclass(frozen=True)
class Limits:
    """How much of a file is looked at. A file that wants more is refused before it is read.

    `tags` bounds the work: a few kilobytes can unpack into millions of empty cells.
    """

    bytes: int = 5 * 1024 * 1024
    unpacked: int = 40 * 1024 * 1024
    tags: int = 1_500_000
    members: int = 500
    rows: int = 5000
    columns: int = 100


@dataclass(frozen=True)
class BadCell:
    """A cell that could not be understood, where it stands, and why in the user's words."""

    row: int
    letter: str
    heading: str
    value: str
    sentence: str

    @property
    def place(self) -> str:
        """B7, as the spreadsheet itself calls it."""
        return f"{self.letter}{self.row}"


@dataclass(frozen=True)
class Row:
    """A row without a bad cell. `number` counts as the spreadsheet does; an empty cell is None.

    `letters` are those of the columns in this file, by the columns' names.
    """

    number: int
    values: dict[str, Any]
    letters: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Reading:
    """What a file held: good rows, bad cells and how many rows have one.

    `ignored` are headings that nobody asked for.
    """

    rows: list[Row] = field(default_factory=list)
    bad: list[BadCell] = field(default_factory=list)
    bad_rows: int = 0
    ignored: list[str] = field(default_factory=list)


def read(
    content: bytes,
    columns: Sequence[Column],
    limits: Limits | None = None,
    *,
    titles: Collection[str] = (),
) -> Reading:
    """Read a sheet of an XLSX file against `columns`, found by their headings in any language.

    It is the first sheet with one of the `titles`; where there is none, the first of all.

    Raises:
        Incomplete: the file as a whole cannot be read; its sentence stands at the field `file`.
    """
    limits = limits or Limits()
    with _blamed_on_the_file(), zipfile.ZipFile(_insist_on_xlsx(content, limits)) as archive:
        _insist_on_bounds(archive, limits)
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        if not book.worksheets:
            raise refused(_("这个文件里没有工作表。"))
        named = [sheet for sheet in book.worksheets if sheet.title in titles]
        sheet: Any = (named or book.worksheets)[0]
        # What the file says of its own size may be wrong.
        sheet.reset_dimensions()
        # The read-only sheet leaves merged ranges out; they stand in its text.
        merged = [
            range_boundaries(found.decode())
            for found in _MERGED.findall(archive.read(sheet._worksheet_path))
        ]
    return _read(_rows(sheet, limits), merged, columns, limits)


@contextmanager
def _blamed_on_the_file() -> Iterator[None]:
    """Whatever a broken or hostile file makes the parser stumble over: the file is at fault."""
    try:
        yield
    except Incomplete:
        raise
    except Exception as error:
        raise refused(
            _("这个文件读不出来，可能已损坏。请用表格软件打开后另存为 .xlsx。")
        ) from error


def _rows(sheet: Any, limits: Limits) -> Rows:
    """Number and cells of each row; the file is parsed while they are asked for."""
    with _blamed_on_the_file():
        yield from enumerate(sheet.iter_rows(max_col=limits.columns), start=1)


def refused(sentence: str) -> Incomplete:
    """The refusal of a file, to be shown where it was chosen."""
    return Incomplete(sentence, fields={"file": sentence})


def _insist_on_xlsx(content: bytes, limits: Limits) -> io.BytesIO:
    if content.startswith(_OLD):
        raise refused(_("这是旧格式（.xls）或加了密码的文件，请另存为没有密码的 .xlsx。"))
    if not content.startswith(_ZIP):
        raise refused(_("这不是 XLSX 表格。请用表格软件另存为 .xlsx 后再上传。"))
    if len(content) > limits.bytes:
        raise _too_big(limits)
    return io.BytesIO(content)


def _insist_on_bounds(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse what would unpack into too much, before anything is parsed."""
    members = archive.infolist()
    # A member never gives more than it declares: a lie is found out by its checksum.
    if len(members) > limits.members or sum(m.file_size for m in members) > limits.unpacked:
        raise _too_big(limits)
    tags = 0
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            text = archive.read(member)
            tags += text.count(b"<")
            if tags > limits.tags:
                raise _too_big(limits)
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise refused(_("这个文件里有表格不该有的内容，没有读取。"))


def _too_big(limits: Limits) -> Incomplete:
    return refused(_("表格太大，请分成几个文件，每个不超过 %(rows)d 行。") % {"rows": limits.rows})


def _read(rows: Rows, merged: list[Any], columns: Sequence[Column], limits: Limits) -> Reading:
    reading = Reading()
    heading_row, places = _headings(rows, columns, reading)
    if reading.bad:
        return reading
    hidden = _hidden_by_merging(merged, heading_row, limits)
    letters = {name: get_column_letter(index + 1) for name, index in places.items()}
    blank: Cells | None = None
    for number, cells in rows:
        # Rows that the file leaves out come as one and the same, up to the millionth.
        if cells is blank or all(_is_empty(cell) for cell in cells):
            blank = cells
            continue
        if len(reading.rows) + reading.bad_rows >= limits.rows:
            raise _too_big(limits)
        values: dict[str, Any] = {}
        bad: list[BadCell] = []
        for column in columns:
            index = places.get(column.name)
            cell = None if index is None or index >= len(cells) else cells[index]
            try:
                values[column.name] = _value(cell, column, hidden.get((number, index)))
            except ValueError as error:
                bad.append(_bad(number, index or 0, column, cell, str(error)))
        if bad:
            reading.bad.extend(bad)
            reading.bad_rows += 1
        else:
            reading.rows.append(Row(number, values, letters))
    return reading


def _headings(
    rows: Rows, columns: Sequence[Column], reading: Reading
) -> tuple[int, dict[str, int]]:
    """The row of headings, and the place of each column in it. Missing ones are bad cells."""
    shown = [str(column.heading) for column in columns]
    by_heading = {said: column for column in columns for said in in_every_language(column.heading)}
    for number, cells in rows:
        places: dict[str, int] = {}
        for index, cell in enumerate(cells):
            heading = "" if _is_empty(cell) else said(cell.value)
            column = by_heading.get(heading)
            if column is None:
                reading.ignored += [heading] if heading else []
            elif column.name in places:
                reading.bad.append(_bad(number, index, column, cell, _("这一列出现了两次。")))
            else:
                places[column.name] = index
        if places:
            reading.bad += [
                BadCell(number, "", str(column.heading), "", _("表头里缺少这一列。"))
                for column in columns
                if column.required and column.name not in places
            ]
            return number, places
        # A title above the headings is no heading.
        reading.ignored.clear()
        if number >= HEADING_WITHIN:
            break
    raise refused(_("没有找到表头。第一行应当是：%(headings)s。") % {"headings": "、".join(shown)})


def _value(cell: Any, column: Column, hidden_by: str | None) -> Any:
    """What the cell means; None when it is empty and may be. ValueError says what is wrong."""
    if hidden_by:
        raise ValueError(
            _("这里和 %(cell)s 合并了。请取消合并，每一格都填写。") % {"cell": hidden_by}
        )
    if _is_empty(cell):
        if column.required:
            raise ValueError(_("请填写。"))
        return None
    if cell.data_type == "f":
        raise ValueError(_("这里是公式。请粘贴为数值。"))
    if cell.data_type == "e":
        raise ValueError(_("这里是表格软件的错误值，请改正。"))
    if isinstance(cell.value, datetime.timedelta):
        raise ValueError(_("这里是时长，请写成文字或钟点。"))
    return column.read(cell.value)


def _is_empty(cell: Any) -> bool:
    value = getattr(cell, "value", None)
    return value is None or (isinstance(value, str) and not value.strip())


def _bad(number: int, index: int, column: Column, cell: Any, sentence: str) -> BadCell:
    value = "" if _is_empty(cell) else said(cell.value)
    shown = value if len(value) <= SHOWN else f"{value[:SHOWN]}…"
    return BadCell(number, get_column_letter(index + 1), str(column.heading), shown, sentence)


def _hidden_by_merging(
    merged: list[Any], heading_row: int, limits: Limits
) -> dict[tuple[int, int | None], str]:
    """Cells behind a merged one below the headings: `{(row, index): place of the visible one}`."""
    hidden: dict[tuple[int, int | None], str] = {}
    last = heading_row + limits.rows
    for left, top, right, bottom in merged:
        visible = f"{get_column_letter(left)}{top}"
        for row in range(max(top, heading_row + 1), min(bottom, last) + 1):
            for column in range(left, min(right, limits.columns) + 1):
                if (row, column) != (top, left):
                    hidden[row, column - 1] = visible
        if len(hidden) > limits.rows * limits.columns // 10:
            raise _too_big(limits)
    return hidden
