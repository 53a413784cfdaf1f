"""The evaluator's sheet, two evaluators, findings, the score and the drill record."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdfium2 import PdfDocument

import incidents.workflow
from drills import record, scoring, workflow
from drills.models import Drill, Finding, Verdict
from journal.refusals import Conflict, Incomplete, NotAllowed
from tests import make
from tests.drills.practising import ended, started

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
