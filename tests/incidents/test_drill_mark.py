"""An incident that is a drill is one from its report to its end, and never gets outside."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from incidents import workflow
from incidents.calls import calls
from incidents.models import Deadline, Incident
from journal.models import Entry
from journal.refusals import Incomplete
from journal.relay import relay
from reviews.figures import counting, whole
from reviews.figures.asking import Asked
from reviews.figures.keeping import measure_all, measure_anew
from reviews.models import ActionItem, IncidentTimes, Review
from reviews.models.review import ReviewState
from tests import make

pytestmark = pytest.mark.django_db


def drill(state: str = "repairing", **facts) -> Incident:
    return make.incident(state, **{"is_drill": True} | facts)


def test_a_drill_is_said_to_be_one_in_its_title_and_in_the_journal():
    incident = make.report(is_drill=True, drill_speed=12)
    assert incident.title.startswith("【演练】")
    entry = Entry.objects.of(incident.stream).get(event="incident.report")
    assert (entry.facts["is_drill"], entry.facts["speed"]) == (True, 12)


def test_a_better_title_keeps_the_mark_once():
    incident = make.confirmed(incident=make.report(is_drill=True), title="挂号全停【演练】")
    assert Incident.objects.get(pk=incident.pk).title == "【演练】挂号全停"


@pytest.mark.parametrize("speed", [0, -1, 25, 1.5])
def test_a_speed_is_a_whole_number_from_1_to_24(speed):
    with pytest.raises(Incomplete):
        make.report(is_drill=True, drill_speed=speed)
    assert not Incident.objects.exists()


def test_what_is_real_runs_in_real_time():
    with pytest.raises(Incomplete):
        make.report(drill_speed=2)


@pytest.mark.parametrize("change", [{"is_drill": False}, {"drill_speed": 3}])
def test_the_database_lets_nobody_change_what_it_was_reported_as(change):
    incident = make.report(is_drill=True, drill_speed=2)
    with pytest.raises(InternalError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(**change)
    real = make.report()
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
        Incident.objects.filter(pk=real.pk).update(is_drill=True, title="【演练】")


def test_the_database_knows_no_drill_without_its_mark():
    incident = make.report(is_drill=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(title="挂号故障")


def test_neither_form_nor_api_makes_a_drill(client):
    client.force_login(make.person("cs"))
    typed = {"seen": "挂号转圈", "location": "一楼", "is_drill": "on", "drill_speed": "12"}
    client.post("/report/", typed)
    client.post("/api/incidents/", typed | {"is_drill": True}, content_type="application/json")
    assert Incident.objects.count() == 2
    assert not Incident.objects.drills().exists()


def test_drill_and_fault_are_never_merged_and_never_a_relapse_of_one_another():
    real, rehearsed = make.report(), make.report(is_drill=True)
    for one, other in ((real, rehearsed), (rehearsed, real)):
        with pytest.raises(Incomplete):
            workflow.merge(one.pk, by=make.person("it"), into=other.pk)
    with pytest.raises(Incomplete):
        make.report(relapse_of=rehearsed)


def test_a_drill_is_in_no_figure(client):
    """Times and everything counted from them, who was called how often, what the monitoring is
    told."""
    rehearsed, real = drill("cleaning"), make.incident("cleaning")
    measure_anew([rehearsed.pk, real.pk])
    measure_all()
    assert list(IncidentTimes.objects.values_list("incident_id", flat=True)) == [real.pk]
    day = timedelta(days=1)
    asked = Asked(timezone.localdate() - day, timezone.localdate() + day)
    assert counting.whole(asked).count == 1
    assert measured(client, "incidents_open") == 1
    called = calls(timezone.now() - day, timezone.now() + day)
    for incident in (make.report(is_drill=True), make.report()):
        workflow.acknowledge(incident.pk, by=make.person("it"))
    again = calls(timezone.now() - day, timezone.now() + day)
    assert sum(again.values()) == sum(called.values()) + 1


def test_what_a_drill_brought_is_owed_but_in_no_figure():
    yesterday = timezone.localdate() - timedelta(days=1)
    for incident in (drill("reviewing"), make.incident("reviewing")):
        relay()
        Review.objects.filter(incident=incident).update(
            state=ReviewState.RECEIVED,
            report_number=f"应急评估〔2026〕{incident.pk}号",
            submitted_at=timezone.now(),
            submitted_by=make.person("it"),
            received_at=timezone.now(),
            received_by=make.person("leader"),
        )
        review, owner = Review.objects.get(incident=incident), make.department()
        ActionItem.objects.create(
            review=review, kind="fix", measure="加告警", department=owner, due_on=yesterday
        )
    whole.forget()
    owed = whole.figures(Asked(yesterday, timezone.localdate())).actions
    assert [(row.open, row.overdue) for row in owed] == [(1, 1)]


def test_the_clocks_of_a_drill_that_stands_are_not_late(client):
    incident = make.report(is_drill=True)
    Deadline.objects.filter(incident=incident).update(due_at=timezone.now() - timedelta(hours=1))
    assert measured(client, 'lag_seconds{of="deadlines"}') > 3000
    workflow.pause_drill(incident.pk, by=make.person("leader"), reason="真实故障")
    assert measured(client, 'lag_seconds{of="deadlines"}') == 0


def measured(client, name: str) -> float:
    """A value of /metrics."""
    lines = client.get(reverse("metrics")).content.decode().splitlines()
    (line,) = [line for line in lines if line.startswith(f"yingji_{name} ")]
    return float(line.rpartition(" ")[2])
