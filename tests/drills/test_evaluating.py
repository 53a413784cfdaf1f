"""The evaluator's sheet, two evaluators, findings, the score and the drill record."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdfium2 import PdfDocument

import incidents.workflow
from drills import record, scoring, workflow
from drills.models import Drill, Finding, Verdict
from drills.proving import drills_of
from incidents.models import Incident
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices.models import Alert
from tests import make
from tests.drills.practising import ended, relayed, started
from tests.reviews import written

pytestmark = pytest.mark.django_db


def judged(made, who="yuanban", mark="yes", why=""):
    marks = dict.fromkeys(made.expected.values_list("pk", flat=True), (mark, why))
    return workflow.judge(made.pk, by=make.person(who), marks=marks)


def client_of(who):
    client = Client()
    client.force_login(make.person(who))
    return client


def found(made, **facts):
    facts = {
        "by": make.person("yuanban"),
        "problem": "对讲机没电",
        "measure": "每月充电",
        "department": make.department("后勤部"),
        "due_on": timezone.localdate() + timedelta(days=10),
    } | facts
    return workflow.add_finding(made.pk, **facts)


@pytest.mark.parametrize("who", ["leader", "it", "auditor", "admin"])
def test_only_its_evaluators_judge_a_drill(who):
    made = ended(kind="tabletop")
    with pytest.raises(NotAllowed):
        judged(made, who)
    with pytest.raises(NotAllowed):
        workflow.evaluate_drill(made.pk, by=make.person(who), summary="好")
    assert not Verdict.objects.exists()


def test_what_was_not_done_needs_a_word_and_a_refusal_leaves_nothing():
    made = ended(kind="tabletop")
    with pytest.raises(Incomplete) as refused:
        judged(made, mark="no")
    assert len(refused.value.fields) == made.expected.count()
    assert not Verdict.objects.exists()


def test_the_evaluation_wants_every_act_judged_by_every_evaluator():
    made = ended(kind="tabletop", evaluators=[make.person("yuanban"), make.person("baowei")])
    judged(made)
    with pytest.raises(Incomplete) as refused:
        workflow.evaluate_drill(made.pk, by=make.person("yuanban"), summary="好")
    assert "曹科长" in str(refused.value)
    assert Drill.objects.get(pk=made.pk).state == "ended"
    judged(made, "baowei", "partly", "慢")
    done = workflow.evaluate_drill(made.pk, by=make.person("yuanban"), summary="好")
    assert done.state == "evaluated"
    with pytest.raises(Conflict):
        judged(made)
    whole = record.compose(done)
    assert whole.total == 75
    assert [score.percent for _person, score in whole.scores] in ([100, 50], [50, 100])
    assert whole.differing == made.expected.count()


def test_who_has_left_holds_up_no_evaluation_and_is_replaced():
    gone, leader = make.person("baowei"), make.person("leader")
    made = ended(kind="tabletop", evaluators=[gone])
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    for who in ("it", "auditor", "yuanban"):
        with pytest.raises(NotAllowed):
            workflow.name_evaluators(
                made.pk, by=make.person(who), evaluators=[make.person("yuanban")]
            )
    with pytest.raises(Incomplete):
        workflow.name_evaluators(made.pk, by=leader, evaluators=[])
    url, client = reverse("drills:evaluators", args=[made.pk]), client_of("leader")
    assert url in client.get(made.get_absolute_url()).content.decode()
    said = {"version": made.version, "evaluators": [make.person("yuanban").pk, gone.pk]}
    assert client.post(url, said).status_code == 422
    said["evaluators"].pop()
    assert client.post(url, said).status_code == 302
    assert client.post(url, said).status_code == 409
    judged(made)
    workflow.evaluate_drill(made.pk, by=make.person("yuanban"), summary="好")
    with pytest.raises(Conflict):
        workflow.name_evaluators(made.pk, by=leader, evaluators=[make.person("yuanban")])


def test_of_two_evaluators_the_one_who_has_left_is_not_waited_for():
    gone = make.person("baowei")
    made = ended(kind="tabletop", evaluators=[make.person("yuanban"), gone])
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    judged(made)
    done = workflow.evaluate_drill(made.pk, by=make.person("yuanban"), summary="好")
    assert done.state == "evaluated"


def test_a_finding_becomes_an_action_item_though_the_drill_is_over_and_evaluated():
    made, leader = started(), make.person("leader")
    made.links.update(incident=make.incident("reviewing", is_drill=True))
    workflow.pause_drill(made.pk, by=leader, reason="消防检查")
    workflow.end_drill(made.pk, by=leader, reason="演完了")
    main = Incident.objects.get(pk=made.main.pk)
    assert (main.state, main.paused) == ("reviewing", None)
    row = found(made)
    judged(made)
    workflow.evaluate_drill(made.pk, by=make.person("yuanban"), summary="好")
    url = reverse("drills:finding_verb", args=[row.pk, "action"])
    client = client_of("leader")
    assert url in client.get(reverse("drills:sheet", args=[made.pk])).content.decode()
    assert client.post(url).status_code == 302
    row.refresh_from_db()
    assert "对讲机没电" in row.action.measure
    assert row.action.review.incident == main


def test_what_is_no_action_item_is_said_to_its_department_on_its_day():
    made = ended(kind="tabletop")
    row = found(made)
    day = timezone.localtime().replace(hour=9) + timedelta(days=10)
    with time_machine.travel(day - timedelta(days=1), tick=False):
        workflow.watch()
        assert not Entry.objects.filter(event="drill.finding_due").exists()
    with time_machine.travel(day, tick=False):
        workflow.watch()
        workflow.watch()
        relayed()
    assert Entry.objects.filter(event="drill.finding_due").count() == 1
    told = Alert.objects.filter(text__contains="今天到期：对讲机没电")
    assert told.filter(person=make.person("yuanban")).exists()
    assert told.filter(person__department=row.department).exists()
    assert all(alert.text.startswith("【演练】") for alert in told)


def test_a_drill_that_began_under_the_old_plan_proves_no_change_of_it():
    made = started(kind="tabletop")
    Drill.objects.filter(pk=made.pk).update(started_at=timezone.now() - timedelta(days=2))
    action = written.action(written.reviewing())
    made.trials.create(action=action)
    workflow.end_drill(made.pk, by=make.person("leader"), reason="演完了")
    judged(made)
    workflow.evaluate_drill(made.pk, by=make.person("yuanban"), summary="好", passed=[action])
    (proof,) = drills_of(action)
    assert proof.at == Drill.objects.get(pk=made.pk).started_at


def test_scores_leave_out_what_does_not_apply():
    assert scoring.score_of(["yes", "no", "na", "partly"]).percent == 50
    assert scoring.score_of(["na"]).percent is None
    assert scoring.together([{"a": "yes", "b": "no"}, {"a": "na"}, {}]) == 50


def test_the_sheet_is_filled_in_from_the_journal():
    made = started()
    incidents.workflow.acknowledge(made.main.pk, by=make.person("it"))
    workflow.end_drill(made.pk, by=make.person("leader"), reason="演完了")
    page = client_of("yuanban").get(reverse("drills:sheet", args=[made.pk])).content.decode()
    acknowledged = made.expected.get(event="incident.acknowledge")
    confirmed = made.expected.get(event="incident.confirm")
    assert f'name="mark_{acknowledged.pk}" value="yes" checked' in page
    assert f'name="mark_{confirmed.pk}" value="no" checked' in page


def test_the_page_keeps_what_was_typed_when_it_is_refused():
    made = ended(kind="tabletop")
    first, second = made.expected.all()[:2]
    form = {
        f"mark_{first.pk}": "no",
        f"why_{first.pk}": "",
        f"mark_{second.pk}": "partly",
        f"why_{second.pk}": "晚了三分钟",
    }
    client = client_of("yuanban")
    answer = client.post(reverse("drills:sheet", args=[made.pk]), form)
    assert answer.status_code == 422
    assert "晚了三分钟" in answer.content.decode()
    form[f"why_{first.pk}"] = "没有人接电话"
    assert client.post(reverse("drills:sheet", args=[made.pk]), form).status_code == 302
    assert Verdict.objects.count() == 2


def test_a_finding_comes_once_and_may_be_taken_back_until_the_evaluation():
    made, mark = ended(kind="tabletop"), uuid.uuid4()
    first = found(made, client_uuid=mark)
    assert found(made, client_uuid=mark) == first
    with pytest.raises(NotAllowed):
        found(made, by=make.person("it"))
    with pytest.raises(Incomplete):
        found(made, due_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Conflict):
        workflow.make_action(first.pk, by=make.person("leader"))
    workflow.remove_finding(first.pk, by=make.person("yuanban"))
    assert not Finding.objects.exists()


def test_the_record_is_marked_and_the_same_every_time():
    made = ended(kind="tabletop")
    found(made)
    judged(made)
    workflow.evaluate_drill(made.pk, by=make.person("yuanban"), summary="配合良好")
    whole = record.compose(Drill.objects.get(pk=made.pk))
    data = record.pdf(whole, "示范医院")
    assert data == record.pdf(whole, "示范医院")
    pages = [page.get_textpage().get_text_range() for page in PdfDocument(data)]
    assert all("演练" in page for page in pages)
    text = "".join(pages).replace("\r\n", "")
    for words in ("收费中断", "对讲机没电", "每月充电", "配合良好", "孔主任"):
        assert words in text


def test_who_took_part_reads_the_record_when_it_is_over_and_not_before():
    made = started(kind="tabletop")
    url = reverse("drills:record", args=[made.pk])
    assert client_of("it").get(url).status_code == 403
    workflow.end_drill(made.pk, by=make.person("leader"), reason="演完了")
    assert client_of("it").get(url).status_code == 200
    assert client_of("stranger").get(url).status_code == 403
    answer = client_of("it").get(reverse("drills:record_pdf", args=[made.pk]))
    assert answer["Content-Type"] == "application/pdf"
