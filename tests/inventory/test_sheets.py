"""Supplies out and in as a workbook: seen before it holds, words never taken for formulas."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from inventory import workflow
from inventory.models import Item, SupplyImport
from inventory.stock import stock_of
from tests import make
from tests.inventory import keeping

pytestmark = pytest.mark.django_db
HEADINGS = ["名称", "规格型号", "单位", "类别", "最低库存", "平时放在", "库存"]


def book(*rows, headings=HEADINGS):
    made = Workbook()
    made.active.append(headings)
    for row in rows:
        made.active.append(row)
    stored = io.BytesIO()
    made.save(stored)
    return SimpleUploadedFile("物资.xlsx", stored.getvalue())


@pytest.fixture
def houqin(client):
    client.force_login(keeping.keeper())
    return client


def test_what_begins_like_a_formula_is_words(houqin):
    keeping.item(2, name="=HYPERLINK(1)")
    answer = houqin.get(reverse("inventory:export"))
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = [row[0] for row in sheet.iter_rows(min_row=2) if row[0].value == "=HYPERLINK(1)"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_a_sheet_is_seen_then_accepted(houqin):
    known = keeping.item(5, name="测温枪", minimum=1)
    file = book(
        ["测温枪", None, "个", "技术工具", 9, known.place.name, 99],
        ["担架", None, "副", "后勤物资", 2, known.place.name, 4],
    )
    answer = houqin.post(reverse("inventory:import"), {"file": file})
    kept = SupplyImport.objects.get()
    url = reverse("inventory:import_preview", args=[kept.pk])
    assert answer.headers["Location"] == url
    page = houqin.get(url).content.decode()
    assert "最低库存：1 → 9" in page
    assert "担架" in page
    assert not Item.objects.filter(name="担架").exists()
    assert houqin.post(url).status_code == 302
    known.refresh_from_db()
    assert known.minimum == 9
    made = Item.objects.get(name="担架")
    stock = stock_of([known, made])
    assert (stock[known.pk].total, stock[made.pk].total) == (5, 4)
    assert houqin.post(url).status_code == 302
    assert Item.objects.filter(name="担架").count() == 1


def test_a_sheet_says_yes_and_no_and_no_day_to_come(houqin):
    known = keeping.item(5, name="测温枪")
    url = reverse("inventory:import")
    row = ["测温枪", None, "个", "技术工具", 0, known.place.name, None, "是"]
    houqin.post(url, {"file": book(row, headings=[*HEADINGS, "用掉不归还"])})
    page = houqin.get(reverse("inventory:import_preview", args=[SupplyImport.objects.get().pk]))
    assert "用掉不归还：否 → 是" in page.content.decode()
    row[-1] = "9999-12-31"
    houqin.post(url, {"file": book(row, headings=[*HEADINGS, "上次检查"])})
    page = houqin.get(reverse("inventory:import_preview", args=[SupplyImport.objects.get().pk]))
    assert "不能晚于今天" in page.content.decode()


def test_a_place_that_went_out_of_use_after_the_upload_empties_nothing(houqin):
    known = keeping.item(name="测温枪")
    file = book(["测温枪", None, "个", "技术工具", 9, known.place.name, None])
    houqin.post(reverse("inventory:import"), {"file": file})
    workflow.change_place(known.place_id, by=keeping.keeper(), name="新库房")
    url = reverse("inventory:import_preview", args=[SupplyImport.objects.get().pk])
    refused = houqin.post(url)
    assert refused.status_code == 409
    assert "停用或改名" in refused.content.decode()
    known.refresh_from_db()
    assert (known.place.name, known.minimum) == ("新库房", 0)


def test_bad_cells_are_named_and_the_good_rows_may_be_taken_alone(houqin):
    file = book(
        ["担架", None, "副", "后勤物资", 2, "没有的库", 4],
        ["毛毯", None, "条", "后勤物资", 2, None, None],
        ["毛毯", None, "条", "后勤物资", 2, None, None],
    )
    houqin.post(reverse("inventory:import"), {"file": file})
    kept = SupplyImport.objects.get()
    url = reverse("inventory:import_preview", args=[kept.pk])
    page = houqin.get(url).content.decode()
    assert "没有这个存放地点" in page
    assert "出现了两次" in page
    assert houqin.post(url).status_code == 422
    houqin.post(url, {"only_good": "1"})
    assert Item.objects.filter(name="毛毯").exists()
    assert not Item.objects.filter(name="担架").exists()


def test_what_is_no_sheet_is_refused_at_its_field(houqin):
    file = SimpleUploadedFile("x.xlsx", b"not a sheet")
    answer = houqin.post(reverse("inventory:import"), {"file": file})
    assert answer.status_code == 422
    assert "这不是 XLSX 表格" in answer.content.decode()


def test_nobody_sees_somebody_elses_upload(houqin, client):
    houqin.post(
        reverse("inventory:import"),
        {"file": book(["毛毯", None, "条", "后勤物资", 2, None, None])},
    )
    kept = SupplyImport.objects.get()
    client.force_login(make.person("cangku"))
    url = reverse("inventory:import_preview", args=[kept.pk])
    assert client.get(url).status_code == 302
    client.post(url)
    assert not Item.objects.filter(name="毛毯").exists()
