"""Where drills stand among what is real, and the one button that stops them all."""

import pytest
from django.test import Client
from django.urls import reverse

from incidents import workflow
from incidents.models import DrillPause, Incident
from tests import make

pytestmark = pytest.mark.django_db
ALL = "incidents:all_drills"


def client_of(who: str) -> Client:
    client = Client()
    client.force_login(make.person(who))
    return client


def get(who: str, url: str) -> str:
    return client_of(who).get(url).content.decode()


def test_the_dashboards_real_lists_name_no_drill_and_a_part_of_its_own_does():
    drill, real = make.report(is_drill=True), make.report()
    ended = make.report(is_drill=True)
    workflow.end_drill(ended.pk, by=make.person("admin"), reason="到此为止")
    html = get("it", reverse("incidents:dashboard"))
    assert real.number in html
    assert drill.number not in html
    assert ended.number not in html
    part = get("it", reverse("incidents:drills_section"))
    assert drill.number in part
    assert real.number not in part
    assert ended.number in get("it", reverse("incidents:drills"))


def test_a_new_report_is_not_taken_for_a_drill_that_looks_alike():
    drill = make.report(is_drill=True)
    services = [str(service.pk) for service in drill.services.all()]
    query = "&".join(f"services={pk}" for pk in services)
    assert drill.number not in get("cs", f"{reverse('incidents:lookalikes')}?{query}")


def test_one_press_on_the_band_lets_all_drills_stand():
    drill, other = make.report(is_drill=True), make.report(is_drill=True)
    html = get("leader", drill.get_absolute_url())
    assert f'action="{reverse(ALL, args=["pause"])}"' in html
    assert f'action="{reverse(ALL, args=["pause"])}"' not in get("it", drill.get_absolute_url())
    client = client_of("leader")
    assert client.post(reverse(ALL, args=["pause"])).status_code == 302
    assert DrillPause.objects.filter(incident__in=[drill, other], until=None).count() == 2
    assert "出现真实故障" in get("it", drill.get_absolute_url())
    assert client.post(reverse(ALL, args=["resume"])).status_code == 302
    assert not DrillPause.objects.filter(until=None).exists()


def test_without_a_reason_all_go_on_and_what_happened_is_said():
    drill = make.report(is_drill=True)
    answer = client_of("leader").post(reverse(ALL, args=["end"]), {"reason": " "})
    assert answer.status_code == 422
    assert "请写明原因" in answer.content.decode()
    assert Incident.objects.get(pk=drill.pk).is_open


def test_a_grave_fault_offers_to_stop_the_drills_to_who_may():
    band = reverse("incidents:drills_band")
    grave, light = make.confirmed(level=2), make.confirmed(level=3)
    assert band in get("leader", grave.get_absolute_url())
    assert band not in get("leader", light.get_absolute_url())
    assert "band" not in get("leader", band)
    make.report(is_drill=True)
    assert "暂停所有演练" in get("leader", band)
    assert "band" not in get("it", band)


def test_one_drill_is_controlled_by_who_began_it_on_a_page_of_its_own():
    drill, client = make.report(is_drill=True), client_of("cs")
    url = reverse("incidents:drill", args=[drill.pk])
    assert client.post(url, {"verb": "pause", "reason": ""}).status_code == 422
    assert client.post(url, {"verb": "pause", "reason": "午休"}).status_code == 302
    assert "午休" in client.get(url).content.decode()
    assert client.post(url, {"verb": "resume"}).status_code == 302
    stale = {"verb": "end", "reason": "完", "version": "99"}
    refused = client.post(url, stale)
    assert refused.status_code == 409
    assert "完" in refused.content.decode()
    assert client.post(url, stale | {"version": "1"}).status_code == 302
    assert Incident.objects.get(pk=drill.pk).state == "stopped"
    assert client.get(reverse("incidents:drill", args=[make.report().pk])).status_code == 404


def test_the_part_for_drills_asks_the_same_whatever_their_number(django_assert_num_queries):
    client, url = client_of("leader"), reverse("incidents:drills_section")
    make.report(is_drill=True)
    client.get(url)
    with django_assert_num_queries(10):
        client.get(url)
    for _more in range(4):
        make.report(is_drill=True)
    with django_assert_num_queries(10):
        client.get(url)
