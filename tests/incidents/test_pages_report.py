"""Reporting a fault over HTTP."""

import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents import workflow
from incidents.models import Incident, Report
from tests import make

pytestmark = pytest.mark.django_db
URL = "/report/"


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make.person("cs"))
    return client


def said(**more):
    return {
        "services": [make.service("挂号").pk],
        "location": "一层 3 号窗口",
        "seen": "一直转圈",
        "waiting": "20",
        "client_uuid": str(uuid.uuid4()),
    } | more


def test_a_report_becomes_an_incident_and_says_what_happens_next(client):
    answer = client.post(URL, said(), follow=True)
    incident = Incident.objects.get()
    assert (incident.seen, incident.waiting, incident.reporter.username) == ("一直转圈", 20, "kefu")
    assert settings.DUTY_PHONE in answer.text
    assert "确认故障" in answer.text
    assert incident.number in answer.text


def test_a_double_click_makes_one_incident(client):
    twice = said()
    first = client.post(URL, twice)
    second = client.post(URL, twice)
    assert first["Location"] == second["Location"]
    assert Incident.objects.count() == 1


def test_without_a_sentence_it_is_refused_and_what_was_typed_stays(client):
    answer = client.post(URL, said(seen="", location="很特别的地点"))
    assert answer.status_code == 422
    assert "很特别的地点" in answer.text
    assert "请写一句看到了什么" in answer.text
    assert not Incident.objects.exists()


@pytest.mark.parametrize("waiting", ["-1", "很多"])
def test_a_number_that_is_none_is_refused_at_its_field(client, waiting):
    answer = client.post(URL, said(waiting=waiting))
    assert answer.status_code == 422
    assert "一直转圈" in answer.text


def test_the_same_fault_is_suggested_and_joined_instead_of_reported_again(client):
    incident = make.report()
    shown = client.get(
        reverse("incidents:lookalikes"), {"services": [make.service("挂号").pk]}
    ).text
    assert incident.title in shown
    answer = client.post(URL, said(join=str(incident.pk)))
    assert answer["Location"] == reverse("incidents:received", args=[incident.pk])
    assert Report.objects.get().seen == "一直转圈"
    assert Incident.objects.count() == 1


def test_what_is_restored_or_elsewhere_is_not_suggested(client):
    make.report(services=[make.service("查询")], department=None)
    make.incident("cleaning")
    shown = client.get(reverse("incidents:lookalikes"), {"services": [make.service("挂号").pk]})
    assert "就是这个" not in shown.text


def test_joining_what_has_been_restored_meanwhile_keeps_what_was_typed(client):
    incident = make.incident("cleaning")
    answer = client.post(URL, said(join=str(incident.pk), seen="我这里还是不行"))
    assert answer.status_code == 409
    assert "我这里还是不行" in answer.text
    assert not Report.objects.exists()


def test_an_auditor_may_not_report():
    client = Client()
    client.force_login(make.person("auditor"))
    assert client.get(URL).status_code == 403
    assert client.post(URL, said()).status_code == 403


def test_own_reports_tell_the_answer_in_plain_words(client):
    mine, other = make.report(), make.report(by=make.person("cs2"))
    workflow.dismiss(mine.pk, by=make.person("it"), reason="显示器没插电")
    merged = make.report(location="二层")
    workflow.merge(merged.pk, by=make.person("it"), into=other.pk)
    text = client.get(reverse("incidents:my_reports")).text
    assert "显示器没插电" in text
    assert other.number in text


def test_who_reported_is_told_to_ring_when_nobody_has_acknowledged_in_time(client):
    incident = make.report()
    client.force_login(make.person("cs"))
    url = reverse("incidents:received", args=[incident.pk])
    assert "还没有人确认收到" not in client.get(url).content.decode()
    Incident.objects.filter(pk=incident.pk).update(
        reported_at=timezone.now() - timedelta(minutes=45)
    )
    assert "请现在就打下面的值班电话" in client.get(url).content.decode()
    workflow.acknowledge(incident.pk, by=make.person("it"))
    assert "还没有人确认收到" not in client.get(url).content.decode()


def test_the_code_of_a_downtime_kit_opens_the_form_for_its_department(client):
    client.force_login(make.person("cs"))
    department = make.department("急诊科")
    page = client.get(reverse("incidents:report"), {"department": department.pk})
    assert page.context["form"].initial["department"] == department.pk
    for nonsense in ("x", "0", "99999999999999999999"):
        page = client.get(reverse("incidents:report"), {"department": nonsense})
        assert page.status_code == 200
        assert page.context["form"].initial["department"] == make.person("cs").department_id
