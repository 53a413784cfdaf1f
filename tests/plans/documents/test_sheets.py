"""Sheets of another layout: text as runs, QR codes, the same bytes for the same content."""

import datetime
import re

from plans.documents import sheets

_DAY = datetime.date(2026, 11, 25)
_SHEET = """#let doc = json(bytes(sys.inputs.data))
#set text(font: doc.fonts.sans, fallback: false)
#doc.words.map(part => part.at("text", default: "?")).join()
#image(bytes(doc.code), format: "svg", width: 30mm)"""


def test_the_same_content_gives_the_same_bytes(tmp_path):
    sheet = tmp_path / "sheet.typ"
    sheet.write_text(_SHEET, encoding="utf-8")
    content = sheets.fitted({"words": "停机", "code": sheets.qr("https://example.org/")}, ("code",))
    first = sheets.draw(sheet, content, dated=_DAY)
    assert first.startswith(b"%PDF")
    assert first == sheets.draw(sheet, content, dated=_DAY)


def test_text_becomes_runs_and_what_is_plain_stays():
    found = sheets.fitted({"kind": "note", "rows": [["甲", 1, None]]}, ("kind",))
    assert found == {"kind": "note", "rows": [[[{"text": "甲", "weight": ""}], 1, None]]}


def test_a_qr_code_is_a_drawing_with_a_quiet_zone():
    code = sheets.qr("https://yingji.example.org/report/?department=3")
    assert re.match(r'<svg width="(\d+)" height="\1"', code)
    assert "http://" not in code
