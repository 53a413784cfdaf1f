"""The PDF: laid out as GB/T 9704-2012 has it, the same bytes for the same words, safe for any."""

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.documents import DRILL, Document, Section, Table, plain, to_pdf, to_pictures
from plans.documents.pdf import pages_of_headings
from tests.plans.documents.making import LONG, bare, document, figure, table
from tests.plans.documents.reading import Pdf, Run

MM = 72 / 25.4
# A closing sign at the end of a line may stick out by the blank half of itself.
LEFT, RIGHT = 28 * MM, (28 + 156) * MM + 8.5
LOWER = 35 * MM


def read(made: Document) -> Pdf:
    return Pdf(to_pdf(made))


def body_of(page: list[Run]) -> list[Run]:
    """The runs of the text block, without header and footer."""
    return [run for run in page if LOWER - 1 < run.up < (297 - 37) * MM]


def assert_within_margins(pdf: Pdf) -> None:
    for page in pdf.pages:
        for run in page:
            assert run.left >= LEFT - 0.5, run
            assert run.right <= RIGHT, run
            assert 20 * MM < run.up < (297 - 20) * MM, run


def test_the_same_content_gives_the_same_bytes():
    first = to_pdf(document())
    time.sleep(1.1)
    assert to_pdf(document()) == first
    assert to_pdf(replace(document(), title="另一个")) != first


def test_the_text_block_holds_22_lines_of_28_signs():
    pdf = read(bare(title="题", organisation="", dated=None, sections=(), opening="字" * 28 * 60))
    page = body_of(pdf.pages[1])
    lines = {round(run.up, 1) for run in page}
    assert len(lines) == 22
    assert {len(run.text) for run in page} == {28}
    assert {run.size for run in page} == {16.0}
    assert min(run.left for run in page) == pytest.approx(28 * MM, abs=0.1)
    assert max(lines) - min(lines) == pytest.approx(21 * 225 / 22 * MM, abs=0.5)


def test_title_22_point_headings_black_text_song():
    page = read(bare()).pages[0]
    by_text = {run.text: run for run in page}
    assert by_text["测试用应急预案"].size == 22
    assert by_text["一、总则"].font.startswith("NotoSans")
    assert by_text["（一）目的"].font.startswith("NotoSerif")
    assert {run.size for run in page if "系统出现" in run.text} == {16}


def test_fonts_are_embedded():
    pdf = read(document())
    assert pdf.fonts == pdf.used_fonts == {"NotoSerifSC-Regular", "NotoSansSC-Regular"}


def test_cover_record_contents_text_annexes_in_this_order():
    pdf = read(document())
    begins = ["某医院", "版本记录", "目　　录", "一、总则", "附件1", "附件2"]
    firsts = [body_of(page)[0].text if body_of(page) else "" for page in pdf.pages]
    at = [next(n for n, text in enumerate(firsts) if text.startswith(begin)) for begin in begins]
    assert at == sorted(at)
    assert at[0] == 0
    for said in ("第2版", "信息技术部", "2026年3月1日"):
        assert said in pdf.texts[0]
    for said in ("改了时限", "院长甲", "副组长"):
        assert said in pdf.texts[1]


def test_contents_name_the_page_that_a_heading_is_on():
    made = document()
    pdf = read(made)
    contents = next(text for text in pdf.texts if "目　　录" in text)
    pages = pages_of_headings(made)
    titles = ["一、总则", "（一）目的", "（二）适用范围", "二、时限", "附件1", "附件2"]
    assert len(pages) == len(titles)
    for title, page in zip(titles, pages, strict=True):
        (found,) = [text for text in pdf.texts if title in text and f"— {page} —" in text]
        assert found != contents
        assert title in contents


def test_pages_are_numbered_between_dashes_on_the_outer_side():
    pdf = read(bare(sections=(Section("长", LONG * 12),)))
    assert len(pdf.pages) >= 3
    for number, page in enumerate(pdf.pages, start=1):
        (run,) = [run for run in page if "—" in run.text]
        assert run.text == f"— {number} —"
        assert run.size == 14
        assert (run.left > 105 * MM) is (number % 2 == 1)


def test_the_drill_mark_is_on_every_page():
    pdf = read(document(mark=DRILL, sections=(Section("长", LONG * 12),)))
    assert len(pdf.pages) >= 5
    assert all(text.startswith(DRILL) for text in pdf.texts)
    assert f"{DRILL}测试用应急预案" in pdf.texts[0]


def test_without_a_cover_organisation_date_and_signatures_stand_below_the_text():
    text = read(bare(signatures=document().signatures, closing="特此报告。")).text
    places = [
        text.index(said)
        for said in ("测试用", "总则", "特此报告", "某医院", "2026年3月1日", "院长甲")
    ]
    assert places == sorted(places)


def test_signatures_are_never_alone_on_a_page():
    """GB/T 9704-2012, 7.3.5: a page of the seal has text on it as well."""
    for lines in range(8, 23):
        made = bare(
            opening="\n\n".join("行" for _ in range(lines)),
            sections=(),
            closing="特此报告。",
            attachments=("值班表", "通讯录"),
            signatures=document().signatures,
        )
        *_before, last = read(made).texts
        assert all(said in last for said in ("特此报告", "通讯录", "某医院", "院长甲", "副组长"))


def test_a_figure_and_its_caption_are_on_one_page():
    for lines in range(10, 22):
        opening = "\n\n".join("行" for _ in range(lines))
        pages = read(bare(opening=opening, sections=(Section("图", figures=(figure(),)),))).pages
        (page,) = [page for page in pages if any("图1" in run.text for run in page)]
        caption = next(run for run in page if "图1" in run.text)
        # The picture above it takes its 44 points on this very page.
        assert caption.up < (297 - 37) * MM - 44


def test_the_end_of_a_title_stays_whole():
    title = "关于“门诊楼一层收费处自助机和窗口挂号、缴费故障”应急处理的评估报告"
    lines: dict[float, str] = {}
    for run in read(bare(title=title)).pages[0]:
        if run.size == 22:
            lines[run.up] = lines.get(run.up, "") + run.text
    assert list(lines.values())[-1].endswith("应急处理的评估报告")


def test_a_heading_never_ends_a_page():
    for lines in range(14, 24):
        made = bare(
            title="题",
            organisation="",
            dated=None,
            opening="\n\n".join("行" for _ in range(lines)),
            sections=(Section("不在页尾", LONG, tables=(table(2),)),),
        )
        for page in read(made).pages:
            assert not body_of(page)[-1].text.startswith("一、")


def test_the_head_of_a_table_is_repeated_and_its_caption_stays_with_it():
    pdf = read(bare(sections=(Section("长", LONG * 5, tables=(table(40),)),)))
    with_rows = [text for text in pdf.texts if "分钟" in text]
    assert len(with_rows) >= 2
    assert all("序号事项时限" in text for text in with_rows)
    (captioned,) = [text for text in pdf.texts if "表1　时限" in text]
    assert "第1项" in captioned


def test_tables_stay_within_the_margins():
    cells = ("一个很长的单元格" * 20, "W" * 90, "，" * 90, "短")
    wide = Table(("甲" * 20, "乙", "丙", "丁"), (cells,) * 5, caption="宽" * 60)
    narrow = Table(tuple("甲乙丙丁戊己庚辛壬癸"), (("2026-11-25T10:00",) * 10,) * 3)
    assert_within_margins(read(bare(sections=(Section("表", tables=(wide, narrow)),))))


def test_a_row_longer_than_a_page_goes_on_on_the_next():
    long = Table(("甲", "乙"), (("序", LONG * 30),))
    pdf = read(bare(sections=(Section("表", tables=(long,)),)))
    assert pdf.text.count("不得自行更改记录") == 30 * 4
    assert_within_margins(pdf)


def test_text_is_never_code():
    nasty = '#import "x": * #panic("!") $1/0$ `raw` \\ <label> @ref #{sys.inputs} ]) // */ {{x}}'
    made = document(
        title=nasty,
        subtitle=nasty,
        number=nasty,
        organisation=nasty,
        sections=(Section(nasty, plain(nasty), tables=(Table((nasty,), ((nasty,),), nasty),)),),
        facts=((nasty, nasty),),
        header=nasty,
        footer=nasty,
        attachments=(nasty,),
        fine_print=(nasty,),
    )
    pdf = read(made)
    squeezed = "".join(pdf.text.split())
    assert squeezed.count('#panic("!")') >= 10
    assert_within_margins(pdf)


def test_what_no_font_can_draw_is_shown_as_its_code():
    text = read(bare(opening="患者𠮷田 😀")).text
    assert "20BB7" in text
    assert "1F600" in text
    assert "\ufffd" not in text


def test_figures_are_drawn_with_their_caption():
    made = bare(sections=(Section("图", figures=(figure(),)),))
    assert "图1　时间线" in read(made).text
    assert len(to_pdf(made)) > len(to_pdf(bare(sections=(Section("图"),))))


def test_an_empty_document_is_a_page():
    assert len(read(Document("", has_cover=False, has_contents=False)).pages) == 1


def test_pages_can_be_looked_at():
    made = document()
    pictures = to_pictures(made, dots=30)
    assert len(pictures) == len(read(made).pages)
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(max_size=80), min_size=4, max_size=4),
    st.text(st.characters(codec=None), max_size=300),
)
def test_no_text_breaks_the_layout(short, long):
    title, name, cell, value = short
    made = document(
        title=title,
        facts=((name, value),),
        sections=(
            Section(name, long, tables=(Table((name, value), ((cell, long),), caption=title),)),
        ),
        annexes=(Section(title, plain(long)),),
        header=name,
        footer=value,
    )
    assert_within_margins(read(made))
