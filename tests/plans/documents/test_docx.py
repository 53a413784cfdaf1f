"""The DOCX, read back: styles, fonts, headings, fields; the same bytes for the same words."""

import io
import re
import zipfile

import time_machine
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from plans.documents import DRILL, Section, Table, plain, to_docx
from plans.documents.pdf import pages_of_headings
from tests.plans.documents.making import LONG, bare, document, figure, table
from tests.plans.documents.reading import word, word_text


def member(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def test_the_same_content_gives_the_same_bytes():
    made = document(sections=(Section("图", figures=(figure(),)),))
    with time_machine.travel("2026-03-01"):
        first = to_docx(made)
    with time_machine.travel("2031-12-31"):
        assert to_docx(made) == first


def test_nothing_in_the_file_knows_the_clock():
    data = to_docx(document())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {found.date_time for found in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    known = word(data).core_properties
    assert str(known.created) == str(known.modified) == "2026-03-01 00:00:00+00:00"
    assert (known.title, known.author, known.comments) == ("测试用应急预案", "某医院", "")


def test_headings_are_real_headings():
    file = word(to_docx(document()))
    found = {line.text: line.style.name for line in file.paragraphs}
    assert found["一、总则"] == "Heading 1"
    assert found["（一）目的"] == "Heading 2"
    assert found["检查单"] == "Annex Title"
    assert found["1. 查电源"] == "Body Text"


def test_the_standards_fonts_are_named_with_free_ones_to_fall_back_on():
    data = to_docx(document())
    styles = word(data).styles
    named = {
        name: styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Title", "Heading 1", "Heading 2")
    }
    assert named == {"Title": "方正小标宋简体", "Heading 1": "黑体", "Heading 2": "楷体_GB2312"}
    assert 'w:eastAsia="仿宋_GB2312"' in member(data, "word/styles.xml")
    fonts = etree.fromstring(member(data, "word/fontTable.xml").encode())
    others = {
        font.get(qn("w:name")): font.find(qn("w:altName")).get(qn("w:val"))
        for font in fonts.iter(qn("w:font"))
    }
    for name in ("方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"):
        assert "Noto" in others[name]


def test_sizes_margins_and_grid_are_the_standards():
    file = word(to_docx(document()))
    for section in file.sections:
        sizes = (
            *(section.page_width, section.page_height, section.top_margin, section.left_margin),
            section.page_width - section.left_margin - section.right_margin,
            section.page_height - section.top_margin - section.bottom_margin,
        )
        assert [round(size / Mm(1), 1) for size in sizes] == [210, 297, 37, 28, 156, 225]
        grid = section._sectPr.find(qn("w:docGrid"))
        assert grid.get(qn("w:type")) == "lines"
    assert file.styles["Title"].font.size == Pt(22)
    defaults = file.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:sz')}")
    assert defaults.get(qn("w:val")) == "32"
    closer = file.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:spacing')}")
    # In twentieths of a point: 28 signs on a line.
    assert 28 * (20 * 16 + int(closer.get(qn("w:val")))) <= 20 * Mm(156).pt
    assert 22 * file.styles["Normal"].paragraph_format.line_spacing <= Mm(225)


def test_contents_are_a_field_that_links_to_the_headings():
    made = document()
    data = to_docx(made)
    body = member(data, "word/document.xml")
    assert 'TOC \\o "1-2" \\h \\z \\u' in body
    marks = re.findall(r'w:bookmarkStart w:id="\d+" w:name="(\w+)"', body)
    assert marks == re.findall(r'w:hyperlink w:anchor="(\w+)"', body)
    entries = [
        line.hyperlinks[0].text for line in word(data).paragraphs if line.style.name[:3] == "toc"
    ]
    titles = [
        "一、总则",
        "（一）目的",
        "（二）适用范围",
        "二、时限",
        "附件1　检查单",
        "附件2　通讯录",
    ]
    pages = pages_of_headings(made)
    assert entries == [f"{t}\t{page}" for t, page in zip(titles, pages, strict=True)]
    assert body.count('fldCharType="begin"') == body.count('fldCharType="end"') == 7


def test_pages_of_the_text_are_numbered_by_a_field():
    file = word(to_docx(document()))
    cover, front, text = file.sections
    assert text._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
    for footer in (text.footer, text.even_page_footer):
        assert re.search(r"— .*1 —", footer.paragraphs[0].text)
        assert " PAGE " in "".join(footer._element.itertext())
    for part in (cover, front):
        assert not any("—" in line.text for line in part.footer.paragraphs)
    assert file.settings.odd_and_even_pages_header_footer


def test_the_drill_mark_is_in_the_header_of_every_page():
    file = word(to_docx(document(mark=DRILL)))
    for section in file.sections:
        for header in (section.header, section.even_page_header):
            assert header.paragraphs[0].text.startswith(DRILL)
    assert file.core_properties.title.startswith(DRILL)


def test_tables_repeat_their_head_and_keep_rows_whole():
    file = word(to_docx(bare(sections=(Section("表", tables=(table(3),)),))))
    (found,) = file.tables
    assert [cell.text for cell in found.rows[0].cells] == ["序号", "事项", "时限"]
    assert [row.cells[0].text for row in found.rows] == ["序号", "第1项", "第2项", "第3项"]
    assert found.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in found.rows)
    assert abs(sum(column.width for column in found.columns) - Mm(156)) < Mm(1)


def test_the_closing_words_keep_with_the_signatures():
    signed = document().signatures
    file = word(to_docx(bare(closing="特此报告。", attachments=("值班表",), signatures=signed)))
    closing = next(line for line in file.paragraphs if line.text == "特此报告。")
    after = [closing._p, *closing._p.itersiblings()]
    lines = [line for part in after for line in part.iter(qn("w:p"))]
    assert any("院长甲" in "".join(line.itertext()) for line in lines)
    kept = [line.pPr is not None and line.pPr.find(qn("w:keepNext")) is not None for line in lines]
    assert all(kept[:-1])
    assert not kept[-1]


def test_a_row_longer_than_a_page_may_be_parted():
    long = Table(("甲",), ((LONG * 30,),))
    (found,) = word(to_docx(bare(sections=(Section("表", tables=(long,)),)))).tables
    row = found.rows[1]._tr
    assert row.trPr is None or row.trPr.find(qn("w:cantSplit")) is None


def test_figures_carry_words_for_who_cannot_see_them():
    data = to_docx(bare(sections=(Section("图", figures=(figure(),)),)))
    assert 'descr="从报告到恢复"' in member(data, "word/document.xml")
    assert "图1　时间线" in word_text(data)


def test_a_rare_character_stays_itself():
    assert "𠮷田 😀" in word_text(to_docx(bare(opening="患者𠮷田 😀")))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.text(st.characters(codec=None), max_size=200))
def test_no_text_breaks_the_file(short, long):
    made = document(
        title=short,
        organisation=long,
        facts=((short, long),),
        sections=(Section(short, long, tables=(Table((short,), ((long,),), caption=short),)),),
        annexes=(Section(short, plain(long)),),
        header=short,
        footer=long,
    )
    file = word(to_docx(made))
    assert file.tables
