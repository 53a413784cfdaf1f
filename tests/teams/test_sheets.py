"""Spreadsheets: what was written is read again, and no file does harm."""

import datetime
import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from journal.refusals import Incomplete
from teams import sheets
from teams.sheets import Column, Limits, Sheet

COLUMNS = [
    Column("name", "姓名", sheets.text(20), hint="写全名"),
    Column("day", "日期", sheets.day),
    Column("begins", "开始", sheets.clock, required=False),
    Column("people", "人数", sheets.whole(1, 9), required=False),
    Column("kind", "类别", sheets.choice({"白班": "day", "夜班": "night"}), required=False),
]
HEADINGS = [str(column.heading) for column in COLUMNS]
GOOD = ["陈工", datetime.date(2026, 11, 23), datetime.time(8, 0), 2, "白班"]


def book(*rows, headings=HEADINGS):
    """A file as a spreadsheet program would save it."""
    made = Workbook()
    for row in [headings, *rows]:
        made.active.append(row)
    return made


def saved(made):
    stored = io.BytesIO()
    made.save(stored)
    return stored.getvalue()


def read(*rows, **facts):
    return sheets.read(saved(book(*rows, **facts)), COLUMNS)


def sentence_of(content, **facts):
    with pytest.raises(Incomplete) as refused:
        sheets.read(content, COLUMNS, **facts)
    assert refused.value.fields["file"] == refused.value.sentence
    return str(refused.value)


def changed(content, **members):
    """The same file with other members: `sheet1=b"…"`."""
    stored = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stored, "w", 8) as new:
        for each in old.namelist():
            name = each.rpartition("/")[2].removesuffix(".xml")
            new.writestr(each, members[name] if name in members else old.read(each))
    return stored.getvalue()


def test_what_was_written_is_read_again():
    row = {
        "name": "陈工",
        "day": datetime.date(2028, 2, 29),
        "begins": datetime.time(22, 30),
        "people": 2,
        "kind": "夜班",
    }
    content = sheets.write(
        [Sheet("十一月/排班", COLUMNS, [row, {"name": "杨工", "day": row["day"]}])]
    )
    reading = sheets.read(content, COLUMNS)
    assert not reading.bad
    assert [each.number for each in reading.rows] == [2, 3]
    assert reading.rows[0].values == row | {"kind": "night"}
    assert reading.rows[1].values["kind"] is None


def test_a_written_file_opens_well():
    content = sheets.write([Sheet("排班", COLUMNS)], ["每行一天。"])
    opened = load_workbook(io.BytesIO(content))
    assert opened.sheetnames == ["排班", "填写说明"]
    assert opened.worksheets[0].freeze_panes == "A2"
    assert [cell.value for cell in opened.worksheets[0][1]] == HEADINGS
    assert opened.worksheets[0].column_dimensions["A"].width == 16
    explained = list(opened.worksheets[1].values)
    assert explained[0][0] == "每行一天。"
    assert ("姓名", "必填", "写全名") in explained


@pytest.mark.parametrize("words", ["=HYPERLINK(1)", "+8613", "-1+1", "@SUM(A1)", "\t=1", "a\x0bb"])
def test_words_stay_words_whatever_they_begin_with(words):
    content = sheets.write([Sheet("表", COLUMNS, [{"name": words, "day": GOOD[1]}])])
    cell = load_workbook(io.BytesIO(content)).active["A2"]
    assert cell.data_type == "s"
    assert cell.value == words.replace("\x0b", "")
    assert sheets.read(content, COLUMNS).rows[0].values["name"] == words.replace("\x0b", "").strip()


def test_each_bad_cell_is_named_by_row_and_column():
    reading = read(GOOD, [None, "下周一", "25:00", "两个", "中班"], ["杨工", "2026-02-30"])
    assert [row.number for row in reading.rows] == [2]
    assert [(cell.place, cell.heading, cell.value) for cell in reading.bad] == [
        ("A3", "姓名", ""),
        ("B3", "日期", "下周一"),
        ("C3", "开始", "25:00"),
        ("D3", "人数", "两个"),
        ("E3", "类别", "中班"),
        ("B4", "日期", "2026-02-30"),
    ]
    assert reading.bad_rows == 2
    assert "请填写" in reading.bad[0].sentence
    assert "2026-11-23" in reading.bad[1].sentence
    assert "白班 / 夜班" in reading.bad[4].sentence
    assert "没有这一天" in reading.bad[5].sentence


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-23", (2026, 11, 23)),
        ("2026/1/3", (2026, 1, 3)),
        ("2026.01.03", (2026, 1, 3)),
        (" 2026年 1月3日 ", (2026, 1, 3)),
        ("2026-11-23 00:00:00", (2026, 11, 23)),
        (datetime.datetime(2028, 2, 29), (2028, 2, 29)),  # noqa: DTZ001 - as a cell has it
    ],
)
def test_dates_are_understood_as_people_write_them(written, meant):
    assert read(["陈工", written]).rows[0].values["day"] == datetime.date(*meant)


@pytest.mark.parametrize("written", ["11-23", "23/11/2026", 46349, True, "2026-13-01"])
def test_a_date_that_could_mean_two_days_is_no_date(written):
    assert [cell.place for cell in read(["陈工", written]).bad] == ["B2"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("8:00", (8, 0)), ("08：30", (8, 30)), ("24:00", (0, 0)), (datetime.time(23, 59), (23, 59))],
)
def test_times_are_understood_as_people_write_them(written, meant):
    assert read(["陈工", GOOD[1], written]).rows[0].values["begins"] == datetime.time(*meant)


def test_a_number_in_a_column_of_words_is_read_as_written():
    assert read([8119, GOOD[1]]).rows[0].values["name"] == "8119"


@pytest.mark.parametrize("written", [0, 10, 1.5, "nan", "1e400", True])
def test_a_whole_number_keeps_its_bounds(written):
    assert [cell.place for cell in read(["陈工", GOOD[1], None, written]).bad] == ["D2"]


def test_formulas_and_errors_are_bad_cells():
    made = book(["=A1", GOOD[1]], ["陈工", "=TODAY()"], ["#REF!", GOOD[1]])
    made.active["A4"].data_type = "e"
    bad = sheets.read(saved(made), COLUMNS).bad
    assert [cell.place for cell in bad] == ["A2", "B3", "A4"]
    assert "公式" in bad[0].sentence
    assert "公式" in bad[1].sentence


def test_cells_behind_a_merged_one_are_named_with_the_visible_one():
    made = book(GOOD, GOOD, GOOD)
    made.active.merge_cells("B2:B4")
    reading = sheets.read(saved(made), COLUMNS)
    assert [cell.place for cell in reading.bad] == ["B3", "B4"]
    assert all("B2" in cell.sentence for cell in reading.bad)
    assert [row.number for row in reading.rows] == [2]


def test_a_merged_title_above_the_headings_does_no_harm():
    made = Workbook()
    for row in (["十一月排班表"], [], HEADINGS, GOOD):
        made.active.append(row)
    made.active.merge_cells("A1:E1")
    reading = sheets.read(saved(made), COLUMNS)
    assert not reading.bad
    assert not reading.ignored
    assert [row.number for row in reading.rows] == [4]


def test_columns_may_stand_in_any_order_and_others_are_named():
    reading = read(["x", "2026-11-23", "陈工"], headings=["备注", "日期", "姓名"])
    assert reading.rows[0].values["name"] == "陈工"
    assert reading.ignored == ["备注"]


def test_a_missing_heading_is_a_bad_cell_and_no_row_is_read():
    reading = read(["陈工"], headings=["姓名"])
    assert not reading.rows
    assert [(cell.row, cell.heading) for cell in reading.bad] == [(1, "日期")]


def test_a_heading_that_stands_twice_is_a_bad_cell_and_no_row_is_read():
    reading = read(["陈工", GOOD[1], "杨工"], headings=["姓名", "日期", "姓名"])
    assert not reading.rows
    assert [cell.place for cell in reading.bad] == ["C1"]


def test_without_headings_the_sentence_names_them():
    assert "姓名、日期" in sentence_of(saved(book(headings=["a", "b"])))
    assert "姓名、日期" in sentence_of(saved(Workbook()))


def test_blank_rows_are_passed_over_and_long_words_are_cut_where_shown():
    reading = read([], GOOD, [" ", None], ["长" * 300, GOOD[1]])
    assert [row.number for row in reading.rows] == [3]
    assert reading.bad[0].place == "A5"
    assert len(reading.bad[0].value) == 41


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "不是 XLSX"),
        ("姓名,日期\n陈工,2026-11-23".encode(), "不是 XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧格式"),
        (b"PK\x03\x04" + b"\0" * 200, "读不出来"),
        (b"<html>", "不是 XLSX"),
    ],
)
def test_what_is_no_xlsx_gets_a_plain_sentence(content, word):
    assert word in sentence_of(content)


def test_a_zip_without_a_workbook_gets_a_plain_sentence():
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "读不出来" in sentence_of(stored.getvalue())


def test_a_broken_sheet_gets_a_plain_sentence():
    content = saved(book(GOOD))
    assert "读不出来" in sentence_of(content[: len(content) // 2])
    assert "读不出来" in sentence_of(changed(content, sheet1=b"<worksheet><sheetData><row"))


def test_a_file_that_unpacks_into_too_much_is_refused_before_it_is_read():
    content = changed(saved(book(GOOD)), theme1=b"<a>" + b" " * (60 * 1024 * 1024))
    assert len(content) < 200_000
    assert "太大" in sentence_of(content)


def test_a_file_that_lies_about_its_size_is_refused():
    content = changed(saved(book(GOOD)), theme1=b" " * 1_000_000)
    declared = (1_000_000).to_bytes(4, "little")
    assert content.count(declared) == 2
    assert "读不出来" in sentence_of(content.replace(declared, (1000).to_bytes(4, "little")))


def test_millions_of_empty_cells_in_a_small_file_are_refused():
    cells = b"<c/>" * 2_000_000
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<sheetData><row>" + cells + b"</row></sheetData></worksheet>"
    )
    content = changed(saved(book(GOOD)), sheet1=sheet)
    assert len(content) < 200_000
    assert "太大" in sentence_of(content)


def test_entities_are_refused():
    text = '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    content = saved(book(GOOD))
    assert "不该有" in sentence_of(changed(content, sheet1=text.encode()))
    # In another encoding the parser's own bound holds.
    bomb = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">'
    for depth in range(1, 12):
        bomb += f'<!ENTITY a{depth} "{f"&a{depth - 1};" * 10}">'
    bomb += "]><worksheet>&a11;</worksheet>"
    assert "读不出来" in sentence_of(changed(content, sheet1=bomb.encode("utf-16")))


def test_a_file_larger_than_allowed_is_refused():
    assert "太大" in sentence_of(saved(book(GOOD)), limits=Limits(bytes=100))
    assert "太大" in sentence_of(saved(book(GOOD)), limits=Limits(members=2))


def test_a_hundred_thousand_rows_are_refused_and_the_bound_is_said():
    made = Workbook(write_only=True)
    page = made.create_sheet()
    page.append(HEADINGS)
    content = saved(made)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        headings = archive.read("xl/worksheets/sheet1.xml")
    cell = b'<c t="inlineStr"><is><t>2026-11-23</t></is></c>'
    for count in (50_000, 100_000):
        rows = b"".join(b"<row>%b%b</row>" % (cell, cell) for _each in range(count))
        sheet = headings.replace(b"</sheetData>", rows + b"</sheetData>")
        assert "5000 行" in sentence_of(changed(content, sheet1=sheet))


def test_one_row_too_many_is_refused_and_a_full_sheet_is_read():
    rows = [["陈工", "2026-11-23"]] * 30
    limits = Limits(rows=30)
    assert len(sheets.read(saved(book(*rows)), COLUMNS, limits).rows) == 30
    assert "30 行" in sentence_of(saved(book(*rows, ["x", "y"])), limits=limits)


def test_a_last_row_far_below_costs_little():
    made = book(GOOD)
    made.active["A1048576"] = "陈工"
    made.active["B1048576"] = "2026-11-23"
    reading = sheets.read(saved(made), COLUMNS)
    assert [row.number for row in reading.rows] == [2, 1_048_576]


def test_more_columns_than_allowed_are_not_looked_at():
    made = book([*GOOD, *range(200)], headings=[*HEADINGS, *(f"列{n}" for n in range(200))])
    reading = sheets.read(saved(made), COLUMNS, Limits(columns=10))
    assert len(reading.ignored) == 5
    assert len(reading.rows) == 1


def test_a_merge_over_the_whole_sheet_is_refused():
    made = book(GOOD)
    made.active.merge_cells("A2:B2")
    content = saved(made)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b'ref="A2:B2"' in sheet
    merged = changed(content, sheet1=sheet.replace(b'ref="A2:B2"', b'ref="A2:XFD1048576"'))
    assert "太大" in sentence_of(merged)
