"""Whose clock it is stands by name where somebody of them is on duty."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents import listing, workflow
from incidents.models import Deadline
from journal.models import Entry
from teams.models import Department
from teams.selectors import FirstOnDuty
from tests import make
from tests.teams import making
from tests.teams.making import layer

pytestmark = pytest.mark.django_db


def on_duty(who: str, group: str, name: str, **facts) -> None:
    """This person serves round the clock in a new roster of the group."""
    making.roster(layer(make.person(who).pk), name=name, group=group, **facts)


def test_the_dashboard_and_the_incident_name_who_is_on_duty():
    on_duty("it", "fault", "信息一线")
    incident = make.report()
    name = make.person("it").name
    assert f"信息技术部值班 {name}" in [row.holder for row in listing.due_now()]
    assert listing.open_rows({})[0].holder == f"信息技术部值班 {name}"
    client = Client()
    client.force_login(make.person("cs"))
    for address in (reverse("incidents:dashboard"), incident.get_absolute_url()):
        assert f"信息技术部值班 {name}" in client.get(address).text


def test_each_clock_names_its_own_people():
    on_duty("it", "fault", "信息一线")
    on_duty("leader", "leading", "行政总值班")
    make.incident("commanded")
    holders = {row.kind: row.holder for row in listing.due_now()}
    assert holders["restore"].endswith(make.person("it").name)
    assert holders["read_back"] == "门诊收费处"
    make.confirmed()
    holders = {row.kind: row.holder for row in listing.due_now()}
    assert holders["command"].endswith(make.person("leader").name)
    alone = make.confirmed(convene=False, level=1)
    row = next(row for row in listing.due_now() if (row.pk, row.kind) == (alone.pk, "command"))
    assert row.holder.endswith(make.person("it").name)


def test_a_department_is_named_by_those_of_it_who_are_on_duty():
    make.hospital()
    on_duty("department", "logistics", "收费处值班")
    first = FirstOnDuty(timezone.now())
    place = Department.objects.get(pk=make.person("department").department_id)
    assert first.called(place.name) == make.person("department").name
    assert first.called("没有这个科室") == ""


def test_without_anybody_on_duty_the_role_alone_stands():
    make.report()
    assert listing.due_now()[0].holder == "信息技术部值班"


def test_a_clock_that_ran_out_tells_who_was_on_duty_then():
    on_duty("it", "fault", "信息一线")
    incident = make.report()
    Deadline.objects.filter(incident=incident).update(due_at=timezone.now())
    workflow.climb()
    entry = Entry.objects.of(incident.stream).filter(event="deadline.pass").first()
    assert entry.facts["holder"] == f"信息技术部值班 {make.person('it').name}"


def test_names_cost_one_query_whatever_the_number_of_clocks(django_assert_num_queries):
    on_duty("it", "fault", "信息一线")
    make.report()
    with django_assert_num_queries(2):
        listing.due_now()
    for _more in range(3):
        make.report()
    with django_assert_num_queries(2):
        listing.due_now()
