"""Pages of supplies: what people see, and what is refused in words."""

import pytest
from django.urls import reverse

from inventory import workflow
from inventory.models import Item, Loan, Place
from inventory.stock import stock_of
from tests import make
from tests.inventory import keeping

pytestmark = pytest.mark.django_db


@pytest.fixture
def houqin(client):
    client.force_login(keeping.keeper())
    return client


def test_the_list_asks_the_same_whatever_its_length(houqin, django_assert_num_queries):
    keeping.item(3)
    url = reverse("inventory:items")
    houqin.get(url)
    with django_assert_num_queries(9):
        houqin.get(url)
    for _ in range(5):
        keeping.lend(keeping.item(3))
    with django_assert_num_queries(9):
        assert houqin.get(url).status_code == 200


def test_the_list_says_what_is_low_and_what_must_be_inspected(houqin):
    keeping.item(1, name="应急发电机", minimum=2, inspection_days=30)
    page = houqin.get(reverse("inventory:items"), {"q": "应急发电机"}).content.decode()
    assert "低于最低库存" in page
    assert "该检查了" in page
    assert (
        "没有符合条件的物资"
        in houqin.get(reverse("inventory:items"), {"q": "没有这个"}).content.decode()
    )


def test_an_item_is_entered_received_issued_and_returned_on_pages(houqin):
    place = keeping.place("配电间")
    said = {"name": "接线板", "unit": "个", "category": "technical", "minimum": "0"}
    assert houqin.post(reverse("inventory:new_item"), said | {"name": ""}).status_code == 422
    assert houqin.post(reverse("inventory:new_item"), said).status_code == 302
    made = Item.objects.get(name="接线板")
    answer = houqin.post(
        reverse("inventory:deed", args=[made.pk, "receive"]), {"quantity": 4, "place": place.pk}
    )
    assert answer.status_code == 302
    lend = reverse("inventory:deed", args=[made.pk, "lend"])
    refused = houqin.post(lend, {"quantity": 9, "taker": "金师傅", "purpose": "巡检"})
    assert refused.status_code == 409
    assert "只剩 4 个可领" in refused.content.decode()
    assert "金师傅" in refused.content.decode()
    houqin.post(lend, {"quantity": 3, "taker": "金师傅", "purpose": "巡检"})
    loan = Loan.objects.get(item=made)
    back = reverse("inventory:give_back", args=[loan.pk])
    assert "金师傅" in houqin.get(back).content.decode()
    refused = houqin.post(back, {"version": 1, "returned": 2, "lost": 1})
    assert refused.status_code == 422
    assert "损坏或丢失要写明原因" in refused.content.decode()
    said = {"version": 1, "returned": 2, "lost": 1, "reason": "遗落", "name": "金师傅"}
    assert houqin.post(back, said).status_code == 302
    assert stock_of([made])[made.pk].total == 3
    assert "没有借出的物资" in houqin.get(reverse("inventory:loans")).content.decode()


def test_a_stale_form_of_an_item_shows_what_changed_and_keeps_what_was_typed(houqin):
    made = keeping.item(name="旧名")
    workflow.change_item(made.pk, by=keeping.keeper(), name="新名")
    said = {
        "version": 1,
        "name": "我的名",
        "unit": "个",
        "category": "technical",
        "minimum": 0,
    }
    answer = houqin.post(reverse("inventory:change_item", args=[made.pk]), said)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "新名" in page
    assert "我的名" in page


def test_a_place_with_things_in_it_stays_in_use(houqin):
    made = keeping.item(2)
    answer = houqin.post(reverse("inventory:switch_place", args=[made.place_id]))
    assert answer.status_code == 422
    assert "这里还有物资" in answer.content.decode()
    assert Place.objects.get(pk=made.place_id).is_active


def test_who_only_looks_sees_no_buttons(client):
    made = keeping.item(2)
    for who in ("auditor", "admin", "leader"):
        client.force_login(make.person(who))
        page = client.get(made.get_absolute_url()).content.decode()
        assert reverse("inventory:deed", args=[made.pk, "lend"]) not in page
        assert "现在可领" in page


def test_the_demo_hospital_has_what_its_plan_demands(houqin):
    from plans.models import RequiredSupply

    wanted = {row.item for row in RequiredSupply.objects.exclude(unit="元")}
    assert wanted <= set(Item.objects.values_list("name", flat=True))
