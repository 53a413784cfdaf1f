"""What becomes of text on its way to paper: cleaned, read as Markdown, numbered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.documents import Document, Section, Table, plain
from plans.documents.blocks import Grid, Heading, Paragraph, Span
from plans.documents.cleaning import clean, one_line
from plans.documents.flow import flow
from plans.documents.markdown import read
from plans.documents.numbering import chinese, label


def blocks_of(body: str, *sections: Section) -> list:
    return list(flow(Document("题", sections=(Section("节", body, sections=sections),))).text)[1:]


def words(block: Paragraph) -> str:
    return block.label + "".join(span.text for span in block.spans)


def test_control_signs_and_signs_of_direction_are_gone():
    assert clean("a\x00b\x07c\u202ed\u200be\ufefff\tg\x85h\r\ni") == "abcdef g\nh\ni"


def test_half_a_character_does_not_stop_a_document():
    assert clean("甲\ud83d乙\uffff") == "甲\ufffd乙"


def test_rare_characters_and_emoji_are_kept():
    assert clean("𠮷野家 😀") == "𠮷野家 😀"


def test_a_title_is_one_line():
    assert one_line(" 关于\n挂号\t系统 ") == "关于 挂号 系统"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        *[
            (1, "一"),
            (9, "九"),
            (10, "十"),
            (11, "十一"),
            (20, "二十"),
            (35, "三十五"),
            (99, "九十九"),
        ],
        (100, "100"),
    ],
)
def test_chinese_numerals(number, written):
    assert chinese(number) == written


def test_numbers_follow_the_standard():
    assert [label(level, 2) for level in (1, 2, 3, 4)] == ["二、", "（二）", "2. ", "（2）"]


def test_sections_are_numbered_by_their_place():
    made = Document(
        "题",
        sections=(
            Section("甲", sections=(Section("乙", sections=(Section("丙"),)), Section("丁"))),
            Section("戊"),
        ),
    )
    headings = [block.label + block.text for block in flow(made).text]
    assert headings == ["一、甲", "（一）乙", "1. 丙", "（二）丁", "二、戊"]


def test_a_number_that_is_fixed_elsewhere_is_kept():
    made = Document("题", sections=(Section("甲", number=2), Section("乙", number=5)))
    assert [block.label for block in flow(made).text] == ["二、", "五、"]


def test_headings_within_a_text_are_sections_below_it():
    found = blocks_of("# 甲\n\n文\n\n## 乙\n\n# 丙", Section("丁"))
    headings = [block for block in found if isinstance(block, Heading)]
    assert [(h.level, h.label + h.text) for h in headings] == [
        *[(2, "（一）甲"), (3, "1. 乙"), (2, "（二）丙"), (2, "（三）丁")]
    ]


def test_ordered_lists_are_numbered_paragraphs():
    found = read("1. 甲\n2. 乙\n   1. 丙\n\n   续\n5. 丁")
    assert [words(block) for block in found] == ["1. 甲", "2. 乙", "（1）丙", "续", "3. 丁"]
    assert {block.style for block in found} == {"text"}


def test_bullets_hang_behind_their_mark():
    found = read("- 甲\n  - 乙")
    assert [(block.style, block.depth, words(block)) for block in found] == [
        ("item", 0, "— 甲"),
        ("item", 1, "— 乙"),
    ]


def test_lines_of_chinese_join_without_a_space_and_of_latin_with_one():
    (chinese_line,) = read("第一行，\n第二行“好”\n。")
    (latin_line,) = read("first\nsecond")
    assert words(chinese_line) == "第一行，第二行“好”。"
    assert words(latin_line) == "first second"


def test_emphasis_is_kept_and_html_is_text():
    (line,) = read("**重** *轻* <b>甲</b> [网址](javascript:alert(1)) ![图](x.png)")
    assert Span("重", "strong") in line.spans
    assert Span("轻", "soft") in line.spans
    assert words(line) == "重 轻 <b>甲</b> [网址](javascript:alert(1)) 图"


@pytest.mark.parametrize(
    ("typed", "strong"),
    [("**注意：**先断网", "注意："), ("先**“断网”**再报", "“断网”"), ("**先报**，再查", "先报")],
)
def test_emphasis_beside_chinese_punctuation_is_emphasis(typed, strong):
    (line,) = read(typed)
    assert Span(strong, "strong") in line.spans
    assert words(line) == typed.replace("*", "")


def test_a_line_that_ends_with_a_colon_leads():
    assert [block.leads for block in read("职责：\n\n1. 甲")] == [True, False]


def test_a_table_in_the_text_is_numbered_with_the_others():
    found = blocks_of("| 甲 | 乙 |\n|---|:-:|\n| 1 | 2 |")
    (grid,) = [block for block in found if isinstance(block, Grid)]
    assert (grid.columns, grid.rows, grid.align) == (("甲", "乙"), ((("1",), ("2",)),), "lc")


def test_tables_are_counted_through_text_and_annexes():
    one = Table(("列",), (("值",),), caption="甲")
    made = Document(
        "题", sections=(Section("节", tables=(one,)),), annexes=(Section("附", tables=(one,)),)
    )
    found = flow(made)
    captions = [b.caption for b in (*found.text, *found.annexes) if isinstance(b, Grid)]
    assert captions == ["表1　甲", "表2　甲"]


def test_annexes_and_attachments_are_named_below_the_text():
    made = Document("题", annexes=(Section("检查单"),), attachments=("照片",))
    assert [words(block) for block in flow(made).text] == ["附件：1. 检查单", "　　　2. 照片"]


@pytest.mark.parametrize(
    "typed",
    [
        "1. 不是列表",
        "# 不是标题",
        "**星**号_下划线_",
        "<b>&amp;</b>",
        "| a | b |\n|---|---|",
        "    缩进",
    ],
)
def test_typed_text_prints_as_it_was_typed(typed):
    found = read(plain(typed))
    assert [words(block) for block in found] == [line.strip() for line in typed.split("\n")]
    assert all(isinstance(block, Paragraph) and not block.label for block in found)


@given(st.text())
def test_any_typed_text_comes_back_word_for_word(typed):
    found = read(clean(plain(typed)))
    lines = [line.strip() for line in clean(typed).split("\n") if line.strip()]
    assert ["".join(words(block).split()) for block in found] == [
        "".join(line.split()) for line in lines
    ]


def test_a_table_with_a_missing_cell_is_refused():
    with pytest.raises(ValueError, match="every row"):
        Table(("甲", "乙"), (("1",),))
