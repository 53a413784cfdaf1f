"""What has ended is found by any part of what was said, and by an index."""

import pytest
from django.db import connection
from django.db.models import F

from incidents import listing, workflow
from incidents.models import Incident
from incidents.models.state import ENDED
from incidents.searching import with_words
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended():
    incident = make.report(seen="挂号界面一直转圈，HIS 报 ORA-01555", location="门诊楼一层A区")
    other = make.report(seen="打印机卡纸", location="急诊楼")
    for each in (incident, other):
        workflow.dismiss(each.pk, by=make.person("it"), reason="没有故障")
    return incident


def _found(words):
    rows, _older = listing.ended_page({"q": words}, None)
    return [row.pk for row in rows]


@pytest.mark.parametrize(
    "words",
    ["界面一直转圈", "转圈", "圈", "一层a区", "ora-01555", "ORA-0", "his 报", "，"],
)
def test_any_part_of_what_was_said_finds_it(ended, words):
    assert _found(words) == [ended.pk]


def test_words_that_stand_in_another_order_do_not(ended):
    assert _found("圈转") == []
    assert _found("门诊楼挂号") == []
    assert _found("%") == []


def test_its_number_finds_it_too(ended):
    assert _found(ended.number) == [ended.pk]


def test_open_ones_are_found_beside_those_that_have_ended(ended):
    open_one = make.report(seen="自助机转圈")
    found = with_words(Incident.objects.all(), "转圈")
    assert {row.pk for row in found} == {ended.pk, open_one.pk}
    assert [row.pk for row in listing.open_rows({"q": "自助机"})] == [open_one.pk]


def test_the_index_of_the_words_is_taken(ended):
    asked = with_words(Incident.objects.filter(state__in=ENDED), "转圈")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = asked.order_by((F("pk") + 0).desc())[:21].explain()
    assert "incident_said" in plan
    assert "incidents_incident_pkey" not in plan
