"""Places of screens and signs: who keeps them, what is refused, and what the journal is told."""

import pytest
from django.test import Client

from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices import workflow
from notices.models import Place
from teams.models import Person
from tests import make

pytestmark = pytest.mark.django_db


def said(**facts):
    return {
        "name": "门诊三层候诊区",
        "has_screen": "on",
        "languages": ["zh"],
        "position": "50",
        "slug": "wait-3",
    } | facts


@pytest.mark.parametrize(
    ("who", "may"),
    [("admin", True), ("kefuzhuren", True), ("cs", False), ("leader", False), ("auditor", False)],
)
def test_administrators_and_the_heads_of_customer_service_keep_places(who, may):
    place = make.place()
    before = Entry.objects.count()
    acts = (
        lambda by: workflow.add_place(by=by, name="东楼", has_sign=True),
        lambda by: workflow.change_place(place.pk, by=by, floor="二层"),
        lambda by: workflow.retire_place(place.pk, by=by),
        lambda by: workflow.reopen_place(place.pk, by=by),
    )
    for act in acts:
        if may:
            act(make.person(who))
        else:
            with pytest.raises(NotAllowed):
                act(make.person(who))
    assert Entry.objects.count() == before + (4 if may else 0)


def test_an_auditor_who_is_an_administrator_as_well_changes_nothing():
    both = Person.objects.create(username="both", name="两职", roles=["admin", "auditor"])
    with pytest.raises(NotAllowed):
        workflow.add_place(by=both, name="东楼", has_sign=True)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "门诊一层大厅"}, "name"),
        ({"slug": "hall-1"}, "slug"),
        ({"slug": "大厅"}, "slug"),
        ({"slug": "Hall"}, "slug"),
        ({"slug": "a--b"}, "slug"),
        ({"languages": []}, "languages"),
        ({"languages": ["fr"]}, "languages"),
        ({"has_screen": False}, "has_screen"),
    ],
)
def test_what_makes_no_place_is_refused_at_its_field(facts, field):
    administrator = make.person("admin")
    before = Place.objects.count()
    with pytest.raises(Incomplete) as refusal:
        workflow.add_place(by=administrator, **({"name": "东楼", "has_screen": True} | facts))
    assert field in refusal.value.fields
    assert Place.objects.count() == before


def test_a_place_without_an_address_gets_a_number():
    administrator = make.person("admin")
    first = workflow.add_place(by=administrator, name="东楼", has_sign=True)
    second = workflow.add_place(by=administrator, name="西楼", has_sign=True)
    assert (first.slug, second.slug) == ("p1", "p2")
    assert first.languages == ["zh"]


def test_chinese_stands_first_whatever_was_chosen_first():
    made = make.place(languages=["en", "zh"])
    assert made.languages == ["zh", "en"]


def test_the_journal_says_what_changed_in_words():
    place = make.place()
    workflow.change_place(
        place.pk, by=make.person("admin"), floor="二层", services=[make.service("缴费")]
    )
    told = Entry.objects.filter(event="place.change").get().facts["changes"]
    assert told == ["楼层：– → 二层", "这里办的业务：– → 缴费"]


def test_a_change_of_an_older_version_is_refused_and_nothing_is_lost():
    place = make.place()
    workflow.change_place(place.pk, by=make.person("admin"), floor="二层")
    with pytest.raises(Conflict):
        workflow.change_place(place.pk, by=make.person("admin"), version=1, floor="三层")
    client = Client()
    client.force_login(make.person("admin"))
    answer = client.post(
        f"/places/{place.pk}/", said(version="1", name="测试大厅", slug=place.slug, floor="三层")
    )
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "二层" in shown
    assert "三层" in shown
    assert 'value="2"' in shown


def test_a_place_is_added_changed_retired_and_reopened_on_its_pages():
    client = Client()
    client.force_login(make.person("kefuzhuren"))
    assert client.get("/places/new/").status_code == 200
    refused = client.post("/places/new/", said(name=""))
    assert refused.status_code == 422
    assert "请填写地点的名称" in refused.content.decode()
    assert client.post("/places/new/", said()).status_code == 302
    assert client.post("/places/new/", said()).status_code == 422
    place = Place.objects.get(slug="wait-3")
    shown = client.get(f"/places/{place.pk}/")
    assert "修改地点" in shown.content.decode()
    changed = said(version=str(place.version), building="门诊楼", services=[make.service().pk])
    assert client.post(f"/places/{place.pk}/", changed).status_code == 302
    place.refresh_from_db()
    assert (place.building, [each.name for each in place.services.all()]) == ("门诊楼", ["挂号"])
    assert client.post(f"/places/{place.pk}/retire/").status_code == 302
    assert "已停用" in client.get("/places/").content.decode()
    assert client.post(f"/places/{place.pk}/reopen/").status_code == 302
    assert client.post(f"/places/{place.pk}/burn/").status_code == 404
    assert client.get("/places/99999/").status_code == 404


def test_who_only_looks_sees_no_form():
    client = Client()
    client.force_login(make.person("cs"))
    shown = client.get(f"/places/{make.place().pk}/").content.decode()
    assert "修改地点" not in shown
    assert "添加地点" not in client.get("/places/").content.decode()


def test_the_list_costs_the_same_queries_whatever_its_length(django_assert_num_queries):
    client = Client()
    client.force_login(make.person("admin"))
    client.get("/places/")
    for number in range(8):
        make.place(f"大厅 {number}", services=[make.service()])
    with django_assert_num_queries(5):
        client.get("/places/")


def test_the_api_does_the_same():
    client = Client()
    client.force_login(make.person("admin"))
    made = client.post(
        "/api/places/",
        {"name": "东楼", "has_screen": True, "services": [make.service().pk]},
        content_type="application/json",
    )
    assert made.status_code == 201
    key = made.json()["id"]
    assert made.json()["services"][0]["name"] == "挂号"
    for verb, body in (("change", {"floor": "二层"}), ("retire", {}), ("reopen", {})):
        answer = client.post(f"/api/places/{key}/{verb}/", body, content_type="application/json")
        assert answer.status_code == 200, answer.content
    assert client.get(f"/api/places/{key}/").json()["floor"] == "二层"
    stale = client.post(
        f"/api/places/{key}/change/", {"version": 1}, content_type="application/json"
    )
    assert stale.status_code == 409
    refused = client.post(
        f"/api/places/{key}/change/", {"languages": []}, content_type="application/json"
    )
    assert refused.status_code == 422
