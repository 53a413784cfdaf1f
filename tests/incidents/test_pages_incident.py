"""The incident page over HTTP: states, buttons from the machine, a fixed number of queries."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from incidents import workflow
from incidents.models import Check, Incident
from incidents.views.incident import PARTS
from tests import make

pytestmark = pytest.mark.django_db

STATES = [
    "reported",
    "confirmed",
    "commanded",
    "repairing",
    "restoring",
    "cleaning",
    "reviewing",
]


def signed_in(who: str) -> Client:
    client = Client()
    client.force_login(make.person(who))
    return client


@pytest.mark.parametrize("state", STATES)
def test_every_state_and_every_part_draws(state):
    incident = make.incident(state)
    client = signed_in("it")
    page = client.get(incident.get_absolute_url())
    assert page.status_code == 200
    assert incident.title in page.text
    for part in PARTS:
        answer = client.get(reverse("incidents:part", args=[incident.pk, part]))
        assert answer.status_code == 200
        assert f'id="part-{part}"' in answer.text


def test_buttons_are_those_that_the_machine_offers_this_person():
    incident = make.incident("confirmed")
    address = reverse("incidents:command", args=[incident.pk])
    assert address in signed_in("leader").get(incident.get_absolute_url()).text
    assert address not in signed_in("it").get(incident.get_absolute_url()).text
    assert address not in signed_in("auditor").get(incident.get_absolute_url()).text


def test_a_dismissed_incident_says_why_and_offers_nothing():
    incident = make.report()
    workflow.dismiss(incident.pk, by=make.person("it"), reason="显示器没插电")
    text = signed_in("it").get(incident.get_absolute_url()).text
    assert "显示器没插电" in text
    assert reverse("incidents:verb", args=[incident.pk, "confirm"]) not in text


def test_the_page_asks_the_same_queries_however_much_has_happened(django_assert_num_queries):
    incident = make.incident("repairing")
    client = signed_in("it")
    url = incident.get_absolute_url()
    # One of each first: of what is not there, nobody's names are asked.
    workflow.add_report(incident.pk, by=make.person("cs2"), seen="也不行")
    first, *others = Check.objects.filter(incident=incident)[:4]
    workflow.decide_check(first.pk, by=make.person("it"), result="done")
    client.get(url)
    count = _queries(client, url)
    for number in range(5):
        workflow.add_report(incident.pk, by=make.person("cs2"), seen=f"也不行 {number}")
    workflow.command(
        incident.pk, by=make.person("leader"), orders=make.orders("一", "二", "三", to="急诊科")
    )
    for check in others:
        workflow.decide_check(check.pk, by=make.person("it"), result="done")
    with django_assert_num_queries(count):
        client.get(url)
    assert count <= 24


def _queries(client: Client, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


def test_the_whole_journal_can_be_read():
    incident = make.incident("commanded")
    text = signed_in("auditor").get(reverse("incidents:timeline", args=[incident.pk])).text
    assert "报告故障" in text
    assert "启用手工挂号" in text


def test_a_relapse_after_closing_is_reported_with_the_old_facts():
    incident = make.incident("cleaning")
    link = f"{reverse('incidents:report')}?relapse_of={incident.pk}"
    client = signed_in("cs")
    assert link in client.get(incident.get_absolute_url()).text
    form = client.get(link)
    assert incident.location in form.text
    assert incident.number in form.text
    client.post(
        reverse("incidents:report"),
        {"seen": "又转圈了", "location": "3 号窗口", "relapse_of": incident.pk},
    )
    assert Incident.objects.get(relapse_of=incident).seen == "又转圈了"


def test_a_check_is_decided_by_its_own_form_without_javascript():
    """The item is drawn once for everybody; the form's token is each person's own."""
    incident = make.incident("repairing")
    person = make.person("it")
    for _ in range(2):
        client = Client(enforce_csrf_checks=True)
        client.force_login(person)
        text = client.get(incident.get_absolute_url()).text
        check = Check.objects.filter(incident=incident, result="pending").first()
        address = reverse("incidents:decide_check", args=[incident.pk, check.pk])
        form = text.split(f'action="{address}"')[1].split("</form>")[0]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1]
        given = {"csrfmiddlewaretoken": token, "result": "done", "version": "pending"}
        assert client.post(address, given).status_code == 302
        check.refresh_from_db()
        assert check.result == "done"
