"""What a kit says on paper: every part is there, fits, and is the same for the same data."""

import datetime
from dataclasses import replace

import pypdfium2 as pdfium
import pytest

from ops.kits import composing, drawing, hospital
from ops.kits.paper_forms import LINES, forms
from plans import content
from tests import make
from tests.plans.documents.reading import Pdf

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 11, 25)


def imprint(composed: composing.Composed) -> drawing.Imprint:
    numbers, first = {}, 1
    for form in composed.forms:
        numbers[form.kind] = [f"K03-{number:04d}" for number in range(first, first + form.count)]
        first += form.count
    return drawing.Imprint(1, DAY, DAY + datetime.timedelta(days=90), numbers)


def kit(name: str, sheets: int = 2) -> tuple[composing.Composed, bytes]:
    composed = composing.compose(hospital.read(DAY), make.department(name), sheets)
    return composed, drawing.to_pdf(composed, imprint(composed))


def texts(data: bytes) -> list[str]:
    """Each page's text without blanks."""
    pages = pdfium.PdfDocument(data)
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in pages]


def assert_nothing_sticks_out(data: bytes) -> None:
    """Every letter lies inside the margins of its page, and pages are A4."""
    for page in pdfium.PdfDocument(data):
        width, height = page.get_size()
        assert sorted((round(width), round(height))) == [595, 842]
        words = page.get_textpage()
        for at in range(words.count_chars()):
            left, bottom, right, top = words.get_charbox(at)
            assert left >= 25, words.get_text_range(at, 20)
            assert right <= width - 25, words.get_text_range(at, 20)
            assert bottom >= 15, words.get_text_range(at, 20)
            assert top <= height - 15, words.get_text_range(at, 20)


def test_a_kit_has_every_part_and_says_on_each_sheet_what_it_is():
    _composed, data = kit("门诊收费处")
    pages = texts(data)
    whole = "".join(pages)
    for words in (
        *(
            "停机应急包",
            "手工模式检查单",
            "岗位卡：科室负责人",
            "岗位卡：一线人员",
            "呼叫表",
            "话术",
        ),
        *("业务卡", "挂号登记", "收费登记", "活动日志", "预案相关条款", "扫码报障", "服务状态"),
        *("有效期至", "内线打不通时", "本张现金合计", "K03-0001", "Ⅰ级", "韩组长", "6114"),
    ):
        assert words in whole, words
    for number, page in enumerate(pages, start=1):
        assert "门诊收费处停机应急包第1版2026-11-25预案第1版" in page
        assert f"第{number}页，共{len(pages)}页" in page
    assert_nothing_sticks_out(data)
    # Whatever a printer has installed: each letter is drawn with a font that the file carries.
    assert Pdf(data).fonts == Pdf(data).used_fonts == {"NotoSansSC-Regular", "NotoSerifSC-Regular"}


def test_the_same_data_gives_the_same_bytes():
    first, data = kit("门诊收费处")
    second, again = kit("门诊收费处")
    assert first.fingerprint == second.fingerprint
    assert data == again


def test_outside_numbers_of_other_departments_staff_stay_out():
    _composed, data = kit("门诊导诊台")
    whole = "".join(texts(data))
    # The guide's own; the head of the leading group; not the registrar of the emergency room.
    assert "6115" in whole
    assert "6111" in whole
    assert "6104" not in whole


def test_each_department_gets_the_forms_of_its_services():
    told = hospital.read(DAY)
    found = {
        name: [form.title for form in forms(told, make.department(name), 4)]
        for name in ("门诊收费处", "客户服务部", "住院收费处", "信息技术部", "保卫科")
    }
    assert found == {
        "门诊收费处": ["挂号登记", "收费登记"],
        "客户服务部": ["预约登记", "查询登记", "热线登记"],
        "住院收费处": ["住院登记"],
        "信息技术部": ["报障电话登记"],
        "保卫科": ["事项登记"],
    }
    assert forms(told, make.department("门诊收费处"), 4)[0].count == 4 * LINES


def test_a_department_without_services_reads_why_there_are_no_cards():
    _composed, data = kit("保卫科")
    assert "本科室不直接办理患者业务，没有业务卡" in "".join(texts(data))


def test_who_repairs_has_the_checklists_and_the_grading_on_paper():
    _composed, data = kit("信息技术部")
    whole = "".join(texts(data))
    for words in (
        "定级问题",
        "排查与恢复检查单",
        "恢复验证",
        "报障电话登记",
        "岗位卡：信息技术值班",
    ):
        assert words in whole, words
    _composed, data = kit("门诊导诊台")
    assert "排查与恢复检查单" not in "".join(texts(data))


def test_long_names_long_lists_and_odd_signs_stay_on_the_sheet():
    told = hospital.read(DAY)
    department = make.department("门诊收费处")
    department.name = "门诊楼东区一层及二层综合收费结算与医保咨询服务处（含自助机管理组）"
    for person in told.people.values():
        person.name = "欧阳慕容·阿卜杜热合曼"
        person.duty = "门诊收费处 A" + "x" * 40 + " 号窗口负责人"
        told.numbers[person.pk] = ["0123-45678901转8888（08:00–18:00）", "138" + "0" * 30]
    value = content.read(told.plan)
    for card in value["service_cards"]:
        if card["department"] == "门诊收费处":
            card["department"] = department.name
            card["manual"] = "\n".join(f"{n}. 第 {n} 步：{'手工办理' * 12}" for n in range(1, 13))
            card["risk"] = "\U0001f600 " + "风险" * 150
    composed = composing.compose(replace(told, value=value), department, 1)
    data = drawing.to_pdf(composed, imprint(composed))
    assert_nothing_sticks_out(data)
    assert "12.第12步" in "".join(texts(data))
    assert "1F600" in "".join(texts(data))


def test_without_an_address_there_is_a_line_to_write_it_on(settings):
    settings.SITE_URL = ""
    _composed, data = kit("财务部")
    assert "系统网址还没有设置" in texts(data)[0]
