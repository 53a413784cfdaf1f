"""Receipts as files: looked at by content, summed in the journal, given out as downloads only."""

import hashlib
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from inventory import workflow
from inventory.models import Receipt, ReceiptFile
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from tests import make
from tests.inventory import keeping

pytestmark = pytest.mark.django_db

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + bytes(32)


def on_disk() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def photo(content: bytes = PNG, name: str = "发票.png"):
    return make.upload(content, name)


def receipt(payment, number: str = "A1", amount: int = 100, **facts) -> Receipt:
    facts = {"by": keeping.keeper(), "what": "饮用水", "amount": Decimal(amount)} | facts
    return workflow.add_receipt(payment.pk, number=number, **facts)


@pytest.fixture
def advance():
    return keeping.payment(800, kind="advance")


def test_a_receipt_comes_with_its_photo_and_the_journal_has_its_sum(advance):
    made = receipt(advance, file=photo(name="../../发票.png"))
    file = made.files.get()
    assert (file.name, file.kind, file.size_bytes) == ("发票.png", "image/png", len(PNG))
    assert (Path(settings.MEDIA_ROOT) / file.path).read_bytes() == PNG
    told = Entry.objects.of(advance.fund.stream).get(event="fund.receipt_file")
    assert told.facts["sha256"] == file.sha256 == hashlib.sha256(PNG).hexdigest()
    assert told.facts["number"] == "A1"


def test_sent_twice_it_is_one_receipt_with_one_file(advance):
    receipt(advance, file=photo())
    before = on_disk()
    receipt(advance, file=photo())
    workflow.attach_receipt(
        advance.pk, by=keeping.keeper(), receipt=Receipt.objects.get().pk, file=photo()
    )
    assert Receipt.objects.count() == ReceiptFile.objects.count() == 1
    assert on_disk() == before


def test_one_file_is_not_the_receipt_of_two_payments(advance):
    receipt(advance, file=photo())
    other = keeping.payment(500, kind="advance")
    before = on_disk()
    with pytest.raises(Incomplete, match="不能用两次"):
        receipt(other, number="B9", file=photo(name="another.png"))
    assert on_disk() == before
    assert not other.receipts.exists(), "the receipt goes with its file"
    assert receipt(advance, number="A2", file=photo()).files.exists(), "a page with two of them"


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"by": "it"}, NotAllowed),
        ({"by": "leader"}, NotAllowed),
        ({"by": "auditor"}, NotAllowed),
        ({"file": b""}, Incomplete),
        ({"file": b"<html><script>"}, Incomplete),
        ({"file": b"MZ\x90\0" + bytes(64)}, Incomplete),
        ({"amount": 900}, Incomplete),
    ],
)
def test_a_refusal_leaves_no_file_no_receipt_and_no_word(advance, facts, refusal):
    facts = dict(facts)
    if "by" in facts:
        facts["by"] = make.person(facts["by"])
    facts["file"] = photo(facts.get("file", PNG))
    before, entries = on_disk(), Entry.objects.count()
    with pytest.raises(refusal):
        receipt(advance, **{"amount": Decimal(facts.pop("amount", 100))} | facts)
    assert on_disk() == before
    assert Entry.objects.count() == entries
    assert not Receipt.objects.exists()


def test_a_file_may_come_after_the_money_was_settled_but_not_where_none_was_paid():
    by = keeping.keeper()
    advance = keeping.payment(300, kind="advance")
    made = receipt(advance, amount=300)
    workflow.settle(advance.pk, by=by)
    assert workflow.attach_receipt(advance.pk, by=by, receipt=made.pk, file=photo()).pk
    asked = keeping.payment(2000, receipt="C1")
    workflow.refuse_payment(asked.pk, by=make.person("leader"), reason="库里还有")
    with pytest.raises(Conflict, match="没有批准"):
        workflow.attach_receipt(
            asked.pk, by=by, receipt=asked.receipts.get().pk, file=photo(PNG + b"1")
        )


def test_it_is_given_out_as_a_download_to_who_may_see_it(client, advance):
    file = receipt(advance, file=photo()).files.get()
    url = reverse("inventory:receipt_file", args=[advance.pk, file.pk])
    for who in ("logistics", "leader", "auditor"):
        client.force_login(make.person(who))
        answer = client.get(url)
        assert b"".join(answer.streaming_content) == PNG
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert url in client.get(advance.get_absolute_url()).content.decode()
    for who in ("it", "cs", "admin", "department"):
        client.force_login(make.person(who))
        assert client.get(url).status_code == 403
        page = client.get(advance.get_absolute_url()).content.decode()
        assert url not in page
        assert file.name not in page
    other = keeping.payment(10, kind="advance")
    client.force_login(make.person("auditor"))
    assert (
        client.get(reverse("inventory:receipt_file", args=[other.pk, file.pk])).status_code == 404
    )


def test_the_page_takes_a_receipt_with_its_photo_and_another_file_later(client, advance):
    client.force_login(keeping.keeper())
    verb = reverse("inventory:payment_verb", args=[advance.pk, "receipt"])
    said = {"number": "B1", "amount": "120", "what": "盒饭"}
    refused = client.post(verb, said | {"file": photo(b"<html>")})
    assert refused.status_code == 422
    assert "这种文件不收" in refused.content.decode()
    assert "盒饭" in refused.content.decode()
    assert client.post(verb, said | {"file": photo()}).status_code == 302
    made = Receipt.objects.get(payment=advance)
    attach = reverse("inventory:attach_receipt", args=[advance.pk, made.pk])
    assert client.post(attach, {}).status_code == 422
    assert "请选择一个文件" in client.post(attach, {}).content.decode()
    assert client.post(attach, {"file": photo(b"%PDF-1.7\n%x", "b.pdf")}).status_code == 302
    assert [file.kind for file in made.files.all()] == ["image/png", "application/pdf"]
    assert made.files.last().sha256 in client.get(advance.get_absolute_url()).content.decode()
    other = keeping.payment(10, kind="advance")
    wrong = reverse("inventory:attach_receipt", args=[other.pk, made.pk])
    assert client.post(wrong, {"file": photo()}).status_code == 404
