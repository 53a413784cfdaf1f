"""The numbers that people say on the phone: no gap, whatever is sent twice or at once."""

import uuid
from datetime import UTC, datetime

import pytest

from incidents import workflow
from incidents.models import Incident
from incidents.numbering import add_numbered, numbered
from journal.refusals import Conflict, Refusal
from tests import make
from tests.racing import at_once


def numbers():
    return sorted(Incident.objects.values_list("serial", flat=True))


@pytest.mark.django_db
def test_what_was_sent_twice_or_refused_leaves_no_gap():
    mark = uuid.uuid4()
    make.report(client_uuid=mark)
    make.report(client_uuid=mark)
    with pytest.raises(Conflict):
        make.report(client_uuid=mark, by=make.person("it"))
    with pytest.raises(Refusal):
        make.report(seen=" ")
    made = make.report()
    assert numbers() == [1, 2]
    assert made.number == f"{made.year}-0002"


@pytest.mark.django_db(transaction=True)
def test_simultaneous_reports_have_each_number_once():
    person, service = make.person("cs"), make.service()
    marks = [uuid.uuid4() for _ in range(12)]

    def report(mark):
        return workflow.report(by=person, seen="打不开", services=[service], client_uuid=mark)

    said = at_once(*[lambda mark=mark: report(mark) for mark in marks * 2])
    assert not any(isinstance(each, Refusal) for each in said)
    assert numbers() == list(range(1, 13))


@pytest.mark.django_db
def test_the_year_is_the_hospitals_and_each_begins_with_one():
    before_midnight = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    after_midnight = datetime(2026, 12, 31, 16, 1, tzinfo=UTC)
    made = [
        Incident(pk=pk, plan=make.plan(), reporter=make.person("cs"), reported_at=at, seen="不行")
        for pk, at in enumerate((before_midnight, before_midnight, after_midnight), 1)
    ]
    for incident in made:
        add_numbered(incident)
    assert [(each.year, each.serial) for each in made] == [(2026, 1), (2026, 2), (2027, 1)]
    assert Incident.objects.count() == 3


@pytest.mark.django_db
def test_an_incident_is_found_by_its_number_with_or_without_the_year():
    made = make.report()
    other = make.report()
    for words in (made.number, " 1 ", "0001"):
        assert list(Incident.objects.filter(numbered(words))) == [made]
    assert not Incident.objects.filter(numbered("1999-0001")).exists()
    assert list(Incident.objects.filter(numbered("2"))) == [other]
    assert numbered("三号窗口") is None
