"""Every verb against every role: who may, and that a refusal leaves nothing behind."""

import hashlib

import pytest
from django.db import transaction

from incidents import workflow
from incidents.models import Deadline, Incident, Order
from journal.models import Entry
from journal.refusals import NotAllowed
from tests import make

pytestmark = pytest.mark.django_db

EVERYBODY = [
    *("cs", "it", "leader", "department", "logistics", "admin", "auditor"),
    *("fault_head", "stranger"),
]


def _order(incident):
    return Order.objects.filter(incident=incident).first()


def _check(incident):
    return incident.checks.filter(round=incident.round).first()


def _open_order(incident, by):
    return workflow.command(incident.pk, by=by, orders=make.orders("再开两个窗口"))


# verb: (state it is tried in, call, who may)
TABLE = {
    "report": (
        "reported",
        lambda i, by: workflow.report(by=by, seen="打不开", services=[make.service()]),
        set(EVERYBODY) - {"auditor"},
    ),
    "add_report": (
        "reported",
        lambda i, by: workflow.add_report(i.pk, by=by, seen="这里也是"),
        set(EVERYBODY) - {"auditor"},
    ),
    "acknowledge": (
        "reported",
        lambda i, by: workflow.acknowledge(i.pk, by=by),
        {"it", "fault_head"},
    ),
    "confirm": (
        "reported",
        lambda i, by: make.confirmed(incident=i, by=by),
        {"it", "fault_head"},
    ),
    "dismiss": (
        "reported",
        lambda i, by: workflow.dismiss(i.pk, by=by, reason="网线松了，已插好"),
        {"it", "fault_head"},
    ),
    "merge": (
        "reported",
        lambda i, by: workflow.merge(i.pk, by=by, into=make.report().pk),
        {"it", "fault_head"},
    ),
    "regrade": (
        "confirmed",
        lambda i, by: workflow.regrade(i.pk, by=by, level=1, convene=True, reason="全院都不行了"),
        {"it", "fault_head"},
    ),
    # Convened: the leading group's head and deputies; the IT director is one of them.
    "command": ("confirmed", _open_order, {"leader", "fault_head"}),
    "command_more": ("repairing", _open_order, {"leader", "fault_head"}),
    "repair": (
        "commanded",
        lambda i, by: workflow.repair(i.pk, by=by, lead=make.person("it")),
        {"it", "fault_head"},
    ),
    "read_back": (
        "commanded",
        lambda i, by: workflow.read_back_order(_order(i).pk, by=by),
        {"department"},
    ),
    "finish": (
        "commanded",
        lambda i, by: workflow.finish_order(_order(i).pk, by=by, proof="已开 20 个窗口"),
        {"department"},
    ),
    "refuse": (
        "commanded",
        lambda i, by: workflow.refuse_order(_order(i).pk, by=by, reason="没有收据本"),
        {"department"},
    ),
    "waive_notice": (
        "repairing",
        lambda i, by: workflow.waive_notice(i.pk, by=by, reason="患者不受影响"),
        {"cs"},
    ),
    "decide_check": (
        "repairing",
        lambda i, by: workflow.decide_check(_check(i).pk, by=by, result="done"),
        {"it", "fault_head"},
    ),
    "add_backup": (
        "restoring",
        lambda i, by: workflow.add_backup(
            i.pk, by=by, name="a.bak", size_bytes=1, sha256=hashlib.sha256(b"a").hexdigest()
        ),
        {"it", "fault_head"},
    ),
    "fail_restoration": (
        "restoring",
        lambda i, by: workflow.fail_restoration(i.pk, by=by, reason="医保接口仍超时"),
        {"it", "fault_head", "department"},
    ),
    "relapse": (
        "cleaning",
        lambda i, by: workflow.relapse(i.pk, by=by, reason="又断了"),
        {"it", "fault_head"},
    ),
}


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("verb", TABLE)
def test_only_those_named_may(verb, who):
    state, call, may = TABLE[verb]
    incident = make.incident(state)
    entries = Entry.objects.count()
    before = Incident.objects.filter(pk=incident.pk).values().get()
    if who in may:
        call(incident, make.person(who))
        assert Entry.objects.count() > entries
        return
    person = make.person(who)
    with pytest.raises(NotAllowed), transaction.atomic():
        call(incident, person)
    assert Incident.objects.filter(pk=incident.pk).values().get() == before
    if verb != "merge":
        assert Entry.objects.count() == entries


def test_the_leading_group_commands_only_when_it_is_convened():
    incident = make.incident("confirmed", convene=False)
    with pytest.raises(NotAllowed):
        _open_order(incident, make.person("leader"))
    assert _open_order(incident, make.person("fault_head"))


def test_ordinary_members_of_the_leading_group_do_not_command():
    incident = make.incident("confirmed")
    with pytest.raises(NotAllowed):
        _open_order(incident, make.person("jizhen"))
    assert not Order.objects.exists()
    assert Deadline.objects.running().filter(kind="command").exists()


def test_somebody_who_left_may_nothing():
    incident = make.incident("reported")
    gone = make.new_person("it", is_active=False)
    with pytest.raises(NotAllowed):
        workflow.acknowledge(incident.pk, by=gone)
