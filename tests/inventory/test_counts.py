"""Counting a place: explained differences become moves when a second person has signed."""

import pytest
from django.urls import reverse

from inventory import workflow
from inventory.models import Count, Move
from inventory.stock import stock_of
from journal.refusals import Conflict, Incomplete, NotAllowed
from tests import make
from tests.inventory import keeping

pytestmark = pytest.mark.django_db


def total(item):
    return stock_of([item])[item.pk].total


def counted(item, number, why=""):
    """A count of the item's place, entered by logistics' head."""
    count = workflow.start_count(item.place_id, by=keeping.keeper())
    line = count.lines.get(item=item)
    return workflow.enter_counts(count.pk, by=keeping.keeper(), numbers={line.pk: (number, why)})


def test_a_difference_is_explained_signed_by_two_and_becomes_a_move():
    item = keeping.item(10)
    count = counted(item, 8)
    with pytest.raises(Incomplete, match="差异要写明原因"):
        workflow.sign_count(count.pk, by=keeping.keeper())
    counted(item, 8, "两个借出未登记")
    workflow.sign_count(count.pk, by=keeping.keeper())
    assert total(item) == 10
    with pytest.raises(NotAllowed):
        workflow.countersign_count(count.pk, by=keeping.keeper())
    workflow.countersign_count(count.pk, by=make.person("cangku"))
    assert total(item) == 8
    move = Move.objects.filter(item=item).first()
    assert (move.kind, move.change, move.reason) == ("counted", -2, "两个借出未登记")


def test_what_moved_after_it_was_counted_counts_as_well():
    item = keeping.item(10)
    count = counted(item, 11, "多出一个")
    keeping.lend(item, 4)
    workflow.sign_count(count.pk, by=keeping.keeper())
    workflow.countersign_count(count.pk, by=make.person("cangku"))
    assert total(item) == 7


def test_a_correction_never_makes_less_than_nothing():
    item = keeping.item(5)
    count = counted(item, 2, "少三个")
    keeping.lend(item, 4)
    workflow.sign_count(count.pk, by=keeping.keeper())
    with pytest.raises(Conflict, match="重新点"):
        workflow.countersign_count(count.pk, by=make.person("cangku"))
    assert Count.objects.get(pk=count.pk).state == "signed"
    workflow.cancel_count(count.pk, by=keeping.keeper())
    assert total(item) == 1


def test_only_logistics_counts():
    item = keeping.item(1)
    for who in ("it", "admin", "auditor"):
        with pytest.raises(NotAllowed):
            workflow.start_count(item.place_id, by=make.person(who))


def test_a_place_is_counted_on_its_pages(client):
    item = keeping.item(3)
    client.force_login(keeping.keeper())
    answer = client.post(reverse("inventory:start_count"), {"place": item.place_id})
    count = Count.objects.get(place=item.place)
    assert answer.headers["Location"] == count.get_absolute_url()
    line = count.lines.get()
    said = {"version": "1", f"counted_{line.pk}": "2", "sign": "1"}
    refused = client.post(count.get_absolute_url(), said)
    assert refused.status_code == 422
    assert "请写明差异的原因" in refused.content.decode()
    said |= {"version": "2", f"why_{line.pk}": "破损"}
    assert client.post(count.get_absolute_url(), said).status_code == 302
    assert (
        "盘点表" in client.get(reverse("inventory:count_sheet", args=[count.pk])).content.decode()
    )
    client.force_login(make.person("cangku"))
    verb = reverse("inventory:count_verb", args=[count.pk, "countersign"])
    count.refresh_from_db()
    assert client.post(verb, {"version": count.version}).status_code == 302
    assert total(item) == 2


def test_a_label_leads_to_the_page_of_its_item(client):
    item = keeping.item(1)
    client.force_login(keeping.keeper())
    page = client.get(reverse("inventory:labels"), {"item": item.pk}).content.decode()
    assert "<svg" in page
    assert str(item) in page
    assert "style=" not in page.split("<svg", 1)[1].split("</svg>", 1)[0]
