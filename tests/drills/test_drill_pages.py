"""Pages of a drill: who sees what, and forms that lose nothing."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import incidents.workflow
from drills import workflow
from drills.models import Drill, Inject
from journal.recording import record
from tests import make
from tests.drills.practising import drill, roles, started

pytestmark = pytest.mark.django_db


def client_of(who):
    client = Client()
    client.force_login(make.person(who))
    return client


def test_who_plays_sees_what_they_were_told_and_nothing_that_comes():
    made = started()
    inject = made.injects.filter(state="waiting", role="信息技术人员").first()
    page = client_of("it").get(made.get_absolute_url()).content.decode()
    assert inject.text not in page
    assert "应做的和实际做的" not in page
    workflow.give_inject(inject.pk, by=make.person("leader"))
    page = client_of("it").get(made.get_absolute_url()).content.decode()
    assert f"现在：{inject.text}" in page
    assert "请按真的做，患者看不到" in page
    assert "<title>【演练】" in re.sub(r"\s+", " ", page).replace("<title> ", "<title>")


def test_somebody_who_has_no_part_in_it_is_refused():
    made = started()
    assert client_of("stranger").get(made.get_absolute_url()).status_code == 403
    assert client_of("stranger").get(reverse("drills:drill", args=[10**6])).status_code == 403


def test_the_controllers_page_costs_the_same_however_long_the_scenario(
    django_assert_max_num_queries,
):
    made, client = started(), client_of("leader")
    # Acts that were done cost no more than those that wait.
    incidents.workflow.acknowledge(made.main.pk, by=make.person("it"))
    for act in made.expected.exclude(event="incident.acknowledge")[:6]:
        record(made.main.stream, act.event, by=None, facts={"item": act.detail})
    workflow.pause_drill(made.pk, by=make.person("leader"), reason="停")
    workflow.resume_drill(made.pk, by=make.person("leader"))
    client.get(made.get_absolute_url())
    with django_assert_max_num_queries(24):
        page = client.get(reverse("drills:live", args=[made.pk])).content.decode()
    assert page.count("drill-inject--") == made.injects.count()


def test_a_drill_is_prepared_cast_and_started_with_forms_alone():
    client = client_of("leader")
    form = {
        "name": "收费中断",
        "kind": "functional",
        "scenario": "registration-hall-outage",
        "speed": 30,
        "controllers": [make.person("leader").pk],
        "evaluators": [make.person("yuanban").pk],
    }
    refused = client.post(reverse("drills:create"), form)
    assert refused.status_code == 422
    assert "收费中断" in refused.content.decode()
    made_at = client.post(reverse("drills:create"), form | {"speed": 12})
    made = Drill.objects.get()
    assert made_at.headers["Location"] == reverse("drills:cast", args=[made.pk])
    number = roles(made).index("信息技术人员")
    players = {f"role_{number}": make.person("it").pk, "version": made.version}
    assert client.post(reverse("drills:cast", args=[made.pk]), players).status_code == 302
    stale = client.post(reverse("drills:cast", args=[made.pk]), players)
    assert stale.status_code == 409
    made.refresh_from_db()
    start = reverse("drills:verb", args=[made.pk, "start"])
    assert "陈工" in client.get(start).content.decode()
    assert client.post(start, {"version": made.version}).status_code == 302
    assert Drill.objects.get().state == "running"


def test_an_inject_is_given_from_the_page_and_the_second_click_is_told():
    made = started()
    inject = made.injects.filter(state="waiting").first()
    url = reverse("drills:inject_verb", args=[inject.pk, "give"])
    client = client_of("leader")
    assert client.post(url, headers={"HX-Request": "true"}).status_code == 200
    again = client.post(url, headers={"HX-Request": "true"})
    assert again.status_code == 409
    assert "已给出" in again.content.decode()
    assert Inject.objects.get(pk=inject.pk).state == "given"


def test_the_list_shows_each_their_own():
    mine, _other = drill(), drill(players={})
    page = client_of("it").get(reverse("drills:drills")).content.decode()
    assert page.count("收费中断") == 1
    assert mine.get_absolute_url() in page


def test_the_list_of_the_api_costs_the_same_however_many_drills():
    client, url = client_of("department"), reverse("api:drill-list")

    def queries():
        client.get(url)
        with CaptureQueriesContext(connection) as told:
            assert client.get(url).status_code == 200
        return len(told)

    for seat in ("controllers", "evaluators"):
        drill(**{seat: [make.person("department")]})
    few = queries()
    for _each in range(3):
        drill(controllers=[make.person("department")])
    assert queries() == few


def test_whoever_plays_does_not_read_the_script_in_the_library():
    made = drill()
    planner = make.person("logistics")
    slug, role = made.scenario, made.seats.filter(part="player").first().role
    urls = [
        reverse("drills:scenario", args=[slug]),
        reverse("drills:scenario_file", args=[slug]),
        reverse("api:scenario-detail", args=[slug]),
    ]
    client = client_of("logistics")
    listed = reverse("drills:scenarios")

    def reads():
        (status,) = {client.get(url).status_code for url in urls}
        slugs = {each["slug"] for each in client.get(reverse("api:scenario-list")).json()}
        assert (slug in slugs) == (status == 200)
        assert (urls[0] in client.get(listed).content.decode()) == (status == 200)
        return status

    workflow.cast(made.pk, by=make.person("leader"), players={role: planner})
    assert reads() == 403
    assert client.get(reverse("drills:scenario", args=["core-switch-failure"])).status_code == 200
    workflow.name_evaluators(made.pk, by=make.person("leader"), evaluators=[planner])
    assert reads() == 200
    workflow.name_evaluators(made.pk, by=make.person("leader"), evaluators=[make.person("yuanban")])
    assert reads() == 403
    workflow.start_drill(made.pk, by=make.person("leader"))
    assert reads() == 403
    workflow.end_drill(made.pk, by=make.person("leader"), reason="演完了")
    assert reads() == 200


def test_the_api_tells_the_script_to_controllers_only():
    made = started()
    told = client_of("leader").get(reverse("api:drill-script", args=[made.pk])).json()
    assert len(told["injects"]) == made.injects.count()
    assert client_of("it").get(reverse("api:drill-script", args=[made.pk])).status_code == 403
    shown = client_of("it").get(reverse("api:drill-detail", args=[made.pk])).json()
    assert shown["is_drill"] is True
    assert shown["name"].startswith("【演练】")
