"""Rows read by key with SQL of our own are the rows that a query set would give."""

import pytest
from django.db import connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from incidents.models import Incident
from journal import rows
from journal.models import Entry
from plans.models import Grade
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


def test_a_model_that_converts_what_it_reads_is_refused():
    with pytest.raises(TypeError):
        rows.built(Entry, [])
