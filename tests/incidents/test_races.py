"""Races, with real threads and real transactions."""

import uuid

import pytest

import plans.workflow
from incidents import workflow
from incidents.models import Deadline, Incident, Order
from journal.models import Entry
from journal.refusals import Conflict, Refusal
from tests import make
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_a_hundred_simultaneous_confirms_exactly_one_wins():
    incident = make.report()
    person, affected = make.person("it"), [make.department()]

    def confirm():
        return workflow.confirm(
            incident.pk,
            by=person,
            version=1,
            fault_type="software",
            level=2,
            convene=True,
            reason="预计超过 15 分钟",
            affected=affected,
        )

    said = at_once(*[confirm] * 100)
    won = [each for each in said if isinstance(each, Incident)]
    lost = [each for each in said if isinstance(each, Conflict)]
    assert (len(won), len(lost)) == (1, 99)
    assert all("别人已经更新" in str(each) or "现在是" in str(each) for each in lost)
    assert Entry.objects.filter(event="incident.confirm").count() == 1
    assert Deadline.objects.filter(incident=incident, kind="restore").count() == 1


def test_a_double_click_makes_one_incident():
    person, service, mark = make.person("cs"), make.service(), uuid.uuid4()

    def report():
        return workflow.report(by=person, seen="打不开", services=[service], client_uuid=mark)

    said = at_once(*[report] * 10)
    assert len({incident.pk for incident, _is_new in said}) == 1
    assert [is_new for _incident, is_new in said].count(True) == 1
    assert Incident.objects.count() == 1


def test_two_crossed_merges_do_not_wait_for_each_other_for_ever():
    first, second, person = make.report(), make.report(), make.person("it")
    said = at_once(
        lambda: workflow.merge(first.pk, by=person, into=second.pk),
        lambda: workflow.merge(second.pk, by=person, into=first.pk),
    )
    assert sorted(type(each).__name__ for each in said) == ["Conflict", "Incident"]
    assert Incident.objects.filter(state="merged").count() == 1


def test_confirm_against_dismiss_leaves_one_truth():
    incident, person = make.report(), make.person("it")
    said = at_once(
        lambda: workflow.dismiss(incident.pk, by=person, version=1, reason="误报"),
        lambda: make.confirmed(incident=incident, by=person, version=1),
    )
    assert sum(isinstance(each, Conflict) for each in said) == 1
    state = Incident.objects.get(pk=incident.pk).state
    running = Deadline.objects.running().filter(incident=incident).exists()
    assert (state, running) in {("dismissed", False), ("confirmed", True)}


def test_both_signatures_at_once_restore_once():
    incident = make.incident("restoring")
    make.pass_checks(incident)
    make.backup(incident)
    technical, department = make.person("it"), make.person("department")
    at_once(
        lambda: workflow.sign(incident.pk, by=technical),
        lambda: workflow.sign(incident.pk, by=department),
    )
    assert Incident.objects.get(pk=incident.pk).state == "cleaning"
    assert Entry.objects.filter(event="incident.pass_restoration").count() == 1


def test_done_against_refused_keeps_one_outcome():
    incident = make.incident("commanded")
    order, person = incident.orders.get(), make.person("department")
    said = at_once(
        lambda: workflow.finish_order(order.pk, by=person, version=1, proof="已开"),
        lambda: workflow.refuse_order(order.pk, by=person, version=1, reason="没有收据本"),
    )
    assert sum(isinstance(each, Order) for each in said) == 1
    assert Entry.objects.filter(event__in=["order.finish", "order.refuse"]).count() == 1


def test_four_climbs_tell_of_each_clock_once():
    incidents = [make.report() for _ in range(10)]
    Deadline.objects.all().update(due_at="2020-01-01T00:00Z")
    at_once(*[workflow.climb] * 4)
    workflow.climb()
    assert Entry.objects.filter(event="deadline.pass").count() == 2 * len(incidents)


def test_climbing_against_verbs_neither_deadlocks_nor_lies():
    incidents = [make.report() for _ in range(6)]
    Deadline.objects.all().update(due_at="2020-01-01T00:00Z")
    person = make.person("it")
    said = at_once(
        *[workflow.climb] * 3,
        *[lambda pk=each.pk: workflow.acknowledge(pk, by=person) for each in incidents],
    )
    assert not any(isinstance(each, Refusal) for each in said)
    assert not Deadline.objects.filter(kind="acknowledge", met_at__isnull=True).exists()


def test_of_ten_who_move_an_incident_to_a_newer_version_one_wins():
    incident = make.incident("confirmed")
    plan, person = make.plan(), make.person("leader")

    def change():
        return workflow.change_plan(
            incident.pk, by=person, version=incident.version, number=plan.number, reason="新版更全"
        )

    said = at_once(*[change] * 10)
    assert sum(isinstance(each, Incident) for each in said) == 1
    assert sum(isinstance(each, Conflict) for each in said) == 9
    assert Entry.objects.of(incident.stream).filter(event="incident.change_plan").count() == 1
    running = Deadline.objects.running().filter(incident=incident).values_list("kind", "step")
    assert len(running) == len(set(running))


def test_a_move_and_a_regrade_at_once_leave_one_plan_and_one_clock_of_each_kind():
    incident = make.incident("confirmed")
    plan, leader, it = make.plan(), make.person("leader"), make.person("it")
    said = at_once(
        lambda: workflow.change_plan(incident.pk, by=leader, number=plan.number, reason="新版"),
        lambda: workflow.regrade(incident.pk, by=it, level=1, convene=True, reason="更重"),
    )
    assert all(isinstance(each, Incident) for each in said)
    after = Incident.objects.select_related("grade", "plan").get(pk=incident.pk)
    assert (after.plan, after.grade.plan, after.grade.level) == (plan, plan, 1)
    running = Deadline.objects.running().filter(incident=incident).values_list("kind", "step")
    assert len(running) == len(set(running))


def test_a_move_while_the_next_version_is_published_lands_on_one_of_them():
    incident = make.incident("confirmed")
    plan, approved = make.plan(), make.plan("approved")
    leader, admin = make.person("leader"), make.person("admin")
    at_once(
        lambda: workflow.change_plan(incident.pk, by=leader, number=plan.number, reason="新版"),
        lambda: plans.workflow.publish(approved.number, by=admin),
    )
    after = Incident.objects.select_related("grade").get(pk=incident.pk)
    assert after.grade.plan_id == after.plan_id
    assert after.plan_id in (incident.plan_id, plan.pk)
