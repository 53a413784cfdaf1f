"""Rows read by key with SQL of our own are the rows that a query set would give."""

import pytest
from django.db import connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from incidents.models import Incident, Report
from journal import rows
from journal.models import Entry
from plans.models import Grade
from teams.models import Department
from tests import make

pytestmark = pytest.mark.django_db


def test_a_row_is_what_a_query_set_gives():
    incident = make.confirmed()
    read = rows.one(Incident, pk=incident.pk)
    assert read == incident
    assert model_to_dict(read) == model_to_dict(Incident.objects.get(pk=incident.pk))
    assert rows.one(Grade, plan=incident.plan_id, level=2) == incident.grade


def test_nothing_equal_is_none():
    assert rows.one(Incident, pk=0) is None


def test_only_what_changed_since_the_lock_is_written():
    incident = make.confirmed()
    with transaction.atomic():
        read = rows.one(Incident, pk=incident.pk, lock=True)
        read.title = "门诊收费处断网"
        with CaptureQueriesContext(connection) as asked:
            rows.save(read)
            rows.save(read)
    assert len(asked) == 1
    assert '"seen"' not in asked[0]["sql"]
    incident.refresh_from_db()
    assert incident.title == "门诊收费处断网"


def test_a_foreign_key_is_read_once():
    incident = rows.one(Incident, pk=make.confirmed().pk)
    with CaptureQueriesContext(connection) as asked:
        assert rows.named(incident, "grade").level == incident.grade.level
        assert rows.named(incident, "merged_into") is None
    assert len(asked) == 1


def test_json_is_given_as_python_has_it():
    incident = make.confirmed()
    (first, *_) = rows.where(Entry, "stream = %s ORDER BY seq", incident.stream)
    assert first == Entry.objects.of(incident.stream)[0]
    assert first.facts["seen"] == incident.seen


def test_rows_of_a_query_set_are_found_by_their_keys_in_its_order():
    make.hospital()
    inside = Department.objects.filter(is_active=True)
    wanted = list(inside[1:4])
    closed = wanted.pop()
    Department.objects.filter(pk=closed.pk).update(is_active=False)
    keys = [row.pk for row in (closed, *reversed(wanted))]
    assert rows.among(inside, keys) == wanted
    assert rows.among(inside, [closed.pk]) == []


def test_new_rows_are_inserted_at_once_and_know_their_keys():
    incident = make.report()
    at = incident.reported_at
    new = [
        Report(incident=incident, reporter=incident.reporter, at=at, seen=seen)
        for seen in ("不行", "也不行")
    ]
    with CaptureQueriesContext(connection) as asked:
        rows.add(*new)
    assert len(asked) == 1
    assert [Report.objects.get(pk=row.pk).seen for row in new] == ["不行", "也不行"]
    with pytest.raises(TypeError):
        rows.add(Entry(stream="test:1"))


def test_rows_are_named_by_one_query_for_each_model():
    made = [make.confirmed() for _ in range(2)]
    found = rows.where(Incident, "id = ANY(%s) ORDER BY id", [each.pk for each in made])
    with CaptureQueriesContext(connection) as asked:
        rows.name(found, "reporter", "acknowledged_by", "lead", "grade")
        assert [row.reporter.pk for row in found] == [each.reporter_id for each in made]
        assert [row.grade.pk for row in found] == [each.grade_id for each in made]
        assert {row.lead for row in found} == {None}
    assert len(asked) == 2
    rows.name([], "reporter")
