"""Measured times beside the plan's targets (plan, P17)."""

from datetime import timedelta

import pytest

from incidents import workflow
from incidents.models import Deadline, Incident, Order
from reviews.figures import keeping
from reviews.measures import measure
from reviews.models import IncidentTimes
from tests import make
from tests.notices import making as notices

pytestmark = pytest.mark.django_db


def found(incident):
    return {one.key: one for one in measure(Incident.objects.get(pk=incident.pk))}


def test_a_step_within_its_target_is_met():
    incident = make.incident("confirmed")
    Incident.objects.update(acknowledged_at=incident.reported_at + timedelta(minutes=4, seconds=1))
    one = found(incident)["acknowledge"]
    assert (one.target, one.minutes, one.outcome, one.late_by) == (5, 5, "met", 0)


def test_a_step_one_second_over_its_target_is_late_by_a_begun_minute():
    incident = make.incident("confirmed")
    Incident.objects.update(acknowledged_at=incident.reported_at + timedelta(minutes=5, seconds=1))
    one = found(incident)["acknowledge"]
    assert (one.minutes, one.outcome, one.late_by) == (6, "late", 1)


def test_what_has_not_happened_is_open():
    one = found(make.incident("confirmed"))["restore"]
    assert (one.target, one.minutes, one.outcome) == (240, None, "open")


def test_a_waived_notice_is_neither_late_nor_missing():
    incident = make.incident("repairing")
    workflow.waive_notice(incident.pk, by=make.person("cs"), reason="患者不受影响")
    assert found(incident)["first_notice"].outcome == "waived"


def test_a_late_first_notice_that_is_taken_back_stays_late():
    """Told after 40 minutes of 20, withdrawn after an hour, told again 10 minutes later."""
    incident = make.incident("repairing")
    clocks = Deadline.objects.filter(incident=incident, kind="first_notice")
    since = incident.reported_at
    notices.workflow.withdraw(notices.published(incident).pk, by=make.person("cs"), reason="写错")
    clocks.filter(step=0).update(met_at=since + timedelta(minutes=40))
    anew = clocks.exclude(step=0)
    hour = since + timedelta(minutes=60)
    anew.update(armed_at=hour, due_at=hour + timedelta(minutes=20))
    assert found(incident)[f"first_notice-{anew.get().step}"].outcome == "open"
    notices.published(incident)
    again = hour + timedelta(minutes=10)
    anew.update(met_at=again)
    Incident.objects.filter(pk=incident.pk).update(notified_at=again)
    one, other = (
        found(incident)[key] for key in ("first_notice", f"first_notice-{anew.get().step}")
    )
    assert (one.target, one.minutes, one.outcome, one.late_by) == (20, 40, "late", 20)
    assert (other.target, other.minutes, other.outcome) == (20, 10, "met")
    keeping.measure_all()
    times = IncidentTimes.objects.get(incident=incident)
    assert (times.first_notice, times.first_notice_target) == (2400, 1200)


def test_after_a_regrade_the_new_grades_target_counts():
    incident = make.incident("repairing")
    workflow.regrade(incident.pk, by=make.person("it"), level=1, convene=True, reason="全院停止")
    assert found(incident)["restore"].target == 120


def test_each_order_is_measured_for_its_department():
    incident = make.incident("commanded")
    order = Order.objects.get()
    workflow.read_back_order(order.pk, by=make.person("department"))
    Order.objects.update(read_back_at=order.issued_at + timedelta(minutes=30))
    read_back = found(incident)[f"read_back-{order.pk}"]
    assert read_back.who == "门诊收费处"
    target = Deadline.objects.get(kind="read_back")
    assert read_back.target == (target.due_at - target.armed_at) // timedelta(minutes=1)
    assert (read_back.outcome, read_back.late_by) == ("late", 30 - read_back.target)
    done = found(incident)[f"order-{order.pk}"]
    assert (done.target, done.minutes, done.outcome) == (10, None, "open")
    workflow.refuse_order(order.pk, by=make.person("department"), reason="人手不够")
    assert found(incident)[f"order-{order.pk}"].outcome == "refused"


def test_a_grade_without_a_target_judges_nobody():
    incident = make.incident("commanded", level=4, convene=False)
    one = found(incident)["command"]
    assert (one.target, one.outcome) == (None, "untimed")
    assert one.minutes is not None


def test_measuring_takes_two_queries(django_assert_num_queries):
    incident = make.incident("commanded")
    workflow.command(incident.pk, by=make.person("leader"), orders=make.orders("甲", "乙", "丙"))
    incident = Incident.objects.select_related("grade").get(pk=incident.pk)
    with django_assert_num_queries(2):
        measure(incident)
