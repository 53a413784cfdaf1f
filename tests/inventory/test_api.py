"""The fund, counts, inspections and suppliers over the API: the same verbs as the pages."""

import pytest

from inventory.models import Item, Receipt
from inventory.stock import stock_of
from tests import make
from tests.api.conftest import api  # noqa: F401
from tests.inventory import keeping

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n%receipt"


@pytest.fixture
def houqin(api):  # noqa: F811
    return api("logistics")


def test_an_advance_is_paid_receipted_and_settled(api, houqin):  # noqa: F811
    made = houqin.post("/api/funds/", {"name": "周转金", "two_person_above": "500"})
    assert made.status_code == 201
    url = f"/api/funds/{made.json()['id']}/"
    assert houqin.post(f"{url}deposit/", {"amount": "3000", "reason": "拨款"}).status_code == 200
    said = {"kind": "advance", "amount": "800", "payee": "金师傅", "purpose": "买水"}
    asked = houqin.post(f"{url}pay/", said).json()
    assert (asked["state"], asked["receipts"]) == ("asked", [])
    pay = f"/api/payments/{asked['id']}/"
    assert houqin.post(f"{pay}approve/").status_code == 403
    assert api("leader").post(f"{pay}approve/", {"version": 9}).status_code == 409
    assert api("leader").post(f"{pay}approve/").json()["state"] == "paid"
    receipt = {"number": "A1", "amount": "780.50", "what": "水"}
    too_much = houqin.post(f"{pay}add_receipt/", receipt | {"amount": "900"})
    assert too_much.status_code == 422
    filed = houqin.post(
        f"{pay}add_receipt/", receipt | {"file": make.upload(PDF, "a.pdf")}, format="multipart"
    )
    (row,) = filed.json()["receipts"]
    (file,) = row["files"]
    assert (file["kind"], file["size_bytes"]) == ("application/pdf", len(PDF))
    assert houqin.post(f"{pay}settle/").json()["spent"] == "780.50"
    assert houqin.get(url).json()["balance"] == "2219.50"
    kinds = [each["kind"] for each in houqin.get(f"{url}entries/").json()["results"]]
    assert kinds == ["back", "advance", "deposit"]
    (only,) = houqin.get("/api/payments/", {"state": "settled"}).json()["results"]
    assert only["id"] == asked["id"]


def test_a_receipts_file_is_handed_in_and_given_out_to_who_may_see_it(api, houqin):  # noqa: F811
    keys = keeping.receipt_keys()
    pay = f"/api/payments/{keys['payment_with_receipt']}/"
    said = {"receipt": keys["paid_receipt"], "file": make.upload(PDF, "b.pdf")}
    assert api("it").post(f"{pay}attach/", said, format="multipart").status_code == 403
    said["file"].seek(0)
    done = houqin.post(f"{pay}attach/", said, format="multipart")
    assert [file["name"] for file in done.json()["receipts"][0]["files"]] == ["a.pdf", "b.pdf"]
    file = Receipt.objects.get().files.last()
    answer = api("auditor").get(f"{pay}files/{file.pk}/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert api("it").get(f"{pay}files/{file.pk}/").status_code == 403
    assert api("it").get(pay).json()["receipts"][0]["files"] == []
    assert houqin.get(f"{pay}files/999999/").status_code == 404
    other = {"receipt": 999999, "file": make.upload(PDF + b"2", "c.pdf")}
    assert houqin.post(f"{pay}attach/", other, format="multipart").status_code == 400


def test_a_count_is_entered_signed_by_two_and_corrects_the_stock(api, houqin):  # noqa: F811
    made = keeping.item(5)
    begun = houqin.post("/api/counts/", {"place": made.place_id})
    assert begun.status_code == 201
    url, line = f"/api/counts/{begun.json()['id']}/", begun.json()["lines"][0]
    assert (line["item"], line["expected"], line["counted"]) == (made.pk, 5, None)
    assert houqin.post(f"{url}sign/").status_code == 422
    lines = [{"line": line["id"], "counted": 4, "explanation": "少一个"}]
    assert houqin.post(f"{url}enter/", {"lines": lines}).json()["lines"][0]["difference"] == -1
    assert houqin.post(f"{url}sign/").json()["state"] == "signed"
    assert houqin.post(f"{url}countersign/").status_code == 403
    assert stock_of([made])[made.pk].total == 5
    assert api("leader").post(f"{url}countersign/").status_code == 403
    assert api("cangku").post(f"{url}countersign/").json()["state"] == "posted"
    assert stock_of([made])[made.pk].total == 4


def test_an_inspection_goes_through_every_point(houqin):
    made = keeping.item(2, inspection_days=30, checklist="能开机\n能通话")
    url = f"/api/supplies/{made.pk}/inspect/"
    assert houqin.post(url, {"passed": True}).status_code == 422
    half = {"results": [{"point": "能开机", "ok": True}]}
    assert houqin.post(url, half).status_code == 422
    whole = {"results": [*half["results"], {"point": "能通话", "ok": False, "said": "无声"}]}
    done = houqin.post(url, whole).json()
    assert (done["passed"], done["remark"]) == (False, "能通话：无声")
    assert Item.objects.get(pk=made.pk).status == "out_of_service"
    (row,) = houqin.get("/api/inspections/", {"item": made.pk}).json()["results"]
    assert [each["ok"] for each in row["results"]] == [True, False]


def test_a_supplier_is_entered_and_changed(api, houqin):  # noqa: F811
    said = {"name": "光纤公司", "kind": "service", "hotline": "7777", "answers_for": "光纤\n骨干网"}
    made = houqin.post("/api/suppliers/", said)
    assert (made.status_code, made.json()["words"]) == (201, ["光纤", "骨干网"])
    url = f"/api/suppliers/{made.json()['id']}/"
    assert api("it").post(f"{url}change/", {"hotline": "1"}).status_code == 403
    changed = houqin.post(f"{url}change/", {"hotline": "7778", "version": 1}).json()
    assert (changed["hotline"], changed["version"]) == ("7778", 2)
    assert houqin.post(f"{url}change/", {"hotline": "1", "version": 1}).status_code == 409
    wrong = {"contract_from": "2026-05-01", "contract_to": "2026-04-01"}
    assert houqin.post(f"{url}change/", wrong).status_code == 422
