"""Numbered forms: into the kit, out of it, and given out for an incident."""

import threading
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from incidents import workflow
from incidents.models import Batch, Slip
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from tests import make

pytestmark = pytest.mark.django_db


def batch(by=None, **facts):
    facts = {
        "department": make.department("门诊收费处"),
        "kind": "手写收据",
        "prefix": "SF-",
        "first": 1,
        "last": 60,
        "with_cash": True,
    } | facts
    return workflow.register(by=by, **facts)


def test_the_product_itself_administrators_and_the_head_register():
    make.hospital()
    for number, by in enumerate((None, make.person("admin"), make.person("department"))):
        made = batch(by, first=1 + 100 * number, last=60 + 100 * number)
        assert (made.state, made.count, made.registered_by) == ("registered", 60, by)


@pytest.mark.parametrize("who", ["cs", "it", "auditor", "jizhen"])
def test_nobody_else_registers(who):
    with pytest.raises(NotAllowed):
        batch(make.person(who))
    assert not Batch.objects.exists()


def test_numbers_given_before_are_refused_by_name():
    make.hospital()
    batch(last=60)
    with pytest.raises(
        Incomplete, match="51 到 60 号已在门诊收费处的「手写收据 SF-0001–SF-0060」里"
    ):
        batch(first=51, last=70)
    assert Batch.objects.count() == 1
    assert batch(first=61, last=70).range_words == "SF-0061–SF-0070"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": " "}, "kind"),
        ({"prefix": "收"}, "prefix"),
        ({"first": 0}, "first"),
        ({"first": 5, "last": 4}, "last"),
        ({"last": 99_999}, "last"),
    ],
)
def test_a_range_that_is_none_is_refused_at_its_field(facts, field):
    make.hospital()
    with pytest.raises(Incomplete) as refused:
        batch(**facts)
    assert field in refused.value.fields
    assert not Batch.objects.exists()


def test_reserving_gives_the_next_numbers_also_behind_retired_ones():
    make.hospital()
    facts = {"department": make.department(), "kind": "手工挂号单", "prefix": "GH"}
    first = workflow.reserve(by=None, count=50, **facts)
    workflow.retire(first.pk, by=None, reason="换新版")
    second = workflow.reserve(by=None, count=50, **facts)
    assert (first.first, first.last, second.first, second.last) == (1, 50, 51, 100)
    assert Entry.objects.of(first.stream).count() == 2


def test_the_same_form_sent_twice_registers_once():
    make.hospital()
    mark = uuid.uuid4()
    assert batch(client_uuid=mark) == batch(client_uuid=mark)
    assert Batch.objects.count() == 1


def test_the_departments_own_people_open_it_for_an_incident():
    incident = make.incident("commanded")
    made = batch()
    with pytest.raises(NotAllowed):
        workflow.open_batch(made.pk, by=make.person("jizhen"), incident=incident)
    assert not Slip.objects.exists()
    opened = workflow.open_batch(made.pk, by=make.person("chuangkou"), incident=incident)
    again = workflow.open_batch(made.pk, by=make.person("department"), incident=incident)
    assert (opened.state, again.version) == ("open", opened.version)
    assert made.slips.filter(fate="unused").count() == 60
    assert Entry.objects.of(incident.stream).filter(event="paper.open").count() == 1


def test_it_is_not_opened_before_the_fault_is_confirmed_or_a_second_time():
    made = batch(by=make.person("admin"))
    with pytest.raises(Conflict, match="不能启用表单"):
        workflow.open_batch(made.pk, by=make.person("chuangkou"), incident=make.report())
    one, other = make.incident("confirmed"), make.incident("confirmed")
    workflow.open_batch(made.pk, by=make.person("chuangkou"), incident=one)
    with pytest.raises(Conflict):
        workflow.open_batch(made.pk, by=make.person("chuangkou"), incident=other)
    with pytest.raises(Conflict):
        workflow.retire(made.pk, by=make.person("admin"), reason="x")


def test_the_database_refuses_what_no_verb_writes():
    made = batch(by=make.person("admin"))
    wrong = ({"last": 0}, {"opened_at": made.registered_at}, {"state": "closed"}, {"state": "x"})
    for facts in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Batch.objects.filter(pk=made.pk).update(**facts)


@pytest.mark.django_db(transaction=True)
def test_two_who_reserve_at_once_get_different_numbers():
    make.hospital()
    department = make.department()
    given, gate = [], threading.Barrier(4)

    def reserve():
        gate.wait()
        made = workflow.reserve(by=None, department=department, kind="收据", prefix="R", count=10)
        given.append((made.first, made.last))
        connection.close()

    threads = [threading.Thread(target=reserve) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == [(1, 10), (11, 20), (21, 30), (31, 40)]
