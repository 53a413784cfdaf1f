"""The cause tree and the evaluation by department: who, when, what a refusal leaves (P16, P17)."""

import pytest
from django.urls import reverse

from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from reviews import workflow
from reviews.concerned import departments
from reviews.learned import by_department, tree
from reviews.models import DEEPEST, Evaluation, Review, Why
from tests import make
from tests.reviews import written

pytestmark = pytest.mark.django_db


def answer(incident, text="连接池耗尽", **facts):
    facts = {"by": make.person("fault_head"), "text": text} | facts
    return workflow.add_why(incident.pk, **facts)


def evaluate(incident, who="cs", where="信息技术部", **facts):
    facts = {"cooperation": 4, "speed": 3, "words": "来得快"} | facts
    return workflow.evaluate(
        incident.pk, by=make.person(who), department=make.department(where), **facts
    )


def events(incident):
    return list(Entry.objects.of(incident.stream).values_list("event", flat=True))


def test_five_whys_go_down_to_a_root_that_has_a_kind():
    incident = written.reviewing()
    above = None
    for text in ("挂号转圈", "连接池耗尽", "上限按平日设", "没有压力测试"):
        above = answer(incident, text, parent=above and above.pk)
    root = answer(incident, "上线流程没要求", parent=above.pk, is_root=True, kind="design")
    other = answer(incident, "告警没有接到值班")
    branches = tree(Review.objects.get())
    assert [branch.number for branch in branches] == [
        *("1", "1.1", "1.1.1", "1.1.1.1", "1.1.1.1.1", "2")
    ]
    assert [branch.why.pk for branch in branches if branch.is_end] == [root.pk, other.pk]
    entry = Entry.objects.filter(event="review.ask_why").order_by("pk")[4]
    assert entry.facts["why_of"] == "没有压力测试"
    assert "设计缺陷" in entry.facts["root"]


def test_a_root_cause_without_a_kind_is_refused_and_nothing_is_written():
    incident = written.reviewing()
    with pytest.raises(Incomplete) as refused:
        answer(incident, is_root=True)
    assert "kind" in refused.value.fields
    assert not Why.objects.exists()
    assert "review.ask_why" not in events(incident)


def test_the_same_answer_twice_is_one():
    incident = written.reviewing()
    assert answer(incident).pk == answer(incident).pk
    assert Why.objects.count() == 1
    assert events(incident).count("review.ask_why") == 1


def test_a_tree_does_not_grow_deeper_than_one_can_read():
    incident = written.reviewing()
    above = None
    for depth in range(DEEPEST):
        above = answer(incident, f"第{depth}层", parent=above and above.pk)
    with pytest.raises(Incomplete):
        answer(incident, "太深", parent=above.pk)
    assert Why.objects.count() == DEEPEST


def test_an_answer_with_more_below_it_stays():
    incident = written.reviewing()
    top = answer(incident)
    below = answer(incident, "再往下", parent=top.pk)
    head = make.person("fault_head")
    with pytest.raises(Conflict):
        workflow.remove_why(incident.pk, by=head, why=top.pk)
    workflow.remove_why(incident.pk, by=head, why=below.pk)
    workflow.remove_why(incident.pk, by=head, why=top.pk)
    assert not Why.objects.exists()


def test_an_answer_of_another_review_is_out_of_reach():
    there = answer(written.reviewing())
    here = written.reviewing()
    workflow.open_review(here.pk)
    with pytest.raises(Conflict):
        answer(here, parent=there.pk)
    with pytest.raises(Conflict):
        workflow.change_why(here.pk, by=make.person("fault_head"), why=there.pk, text="别处")
    assert Why.objects.get().text == "连接池耗尽"


def test_a_changed_answer_says_in_the_journal_what_it_was():
    incident = written.reviewing()
    why = answer(incident)
    workflow.change_why(
        incident.pk,
        by=make.person("leader"),
        why=why.pk,
        text="连接池上限太低",
        is_root=True,
        kind="design",
    )
    changed = Why.objects.get()
    assert (changed.text, changed.is_root, changed.kind) == ("连接池上限太低", True, "design")
    assert Entry.objects.filter(event="review.ask_why").last().facts["before"] == "连接池耗尽"


@pytest.mark.parametrize("who", ["cs", "it", "department", "admin", "auditor", "stranger"])
def test_only_group_heads_write_causes(who):
    incident = written.reviewing()
    why = answer(incident)
    for verb, facts in (
        (workflow.add_why, {"text": "别的"}),
        (workflow.change_why, {"why": why.pk, "text": "别的"}),
        (workflow.remove_why, {"why": why.pk}),
    ):
        with pytest.raises(NotAllowed):
            verb(incident.pk, by=make.person(who), **facts)
    assert Why.objects.get().text == "连接池耗尽"


def test_after_the_submission_causes_and_evaluations_stand():
    incident = written.submitted().review.incident
    with pytest.raises(Conflict):
        answer(incident)
    with pytest.raises(Conflict):
        evaluate(incident)
    assert not Why.objects.exists()
    assert not Evaluation.objects.exists()


def test_own_people_and_others_are_kept_apart_by_name():
    incident = written.reviewing()
    evaluate(incident, "it", cooperation=5, speed=5)
    evaluate(incident, "cs", cooperation=4, speed=2)
    evaluate(incident, "department", cooperation=3, speed=3)
    review = Review.objects.get()
    found = {str(one.department): one for one in by_department(review, departments(incident))}
    it = found["信息技术部"]
    assert (it.own.cooperation, it.own.speed) == ("5.0", "5.0")
    assert (it.others.cooperation, it.others.speed) == ("3.5", "2.5")
    assert [one.by for one in it.own.evaluations] == [make.person("it")]
    assert found["门诊收费处"].own.cooperation == ""


def test_evaluating_again_writes_ones_own_anew():
    incident = written.reviewing()
    evaluate(incident, cooperation=4)
    evaluate(incident, cooperation=2, words="第二天想起来，打了三次电话")
    assert Evaluation.objects.get().cooperation == 2
    assert events(incident).count("review.evaluate") == 2


def test_a_low_score_wants_words():
    incident = written.reviewing()
    with pytest.raises(Incomplete) as refused:
        evaluate(incident, speed=1, words=" ")
    assert "words" in refused.value.fields
    assert not Evaluation.objects.exists()


def test_a_department_that_had_no_part_is_not_evaluated():
    with pytest.raises(Incomplete) as refused:
        evaluate(written.reviewing(), where="保卫科")
    assert "department" in refused.value.fields


@pytest.mark.parametrize("who", ["auditor", "admin"])
def test_whom_the_fault_did_not_concern_does_not_evaluate(who):
    incident = written.reviewing()
    workflow.open_review(incident.pk)
    with pytest.raises(NotAllowed):
        evaluate(incident, who)
    assert not Evaluation.objects.exists()


def test_an_evaluation_does_not_overtake_the_forms_of_the_heads():
    incident = written.reviewing()
    seen = workflow.open_review(incident.pk).version
    evaluate(incident)
    written.findings(incident, version=seen)
    assert Review.objects.get().root_cause == "design"


def test_causes_and_evaluations_through_the_page(client):
    incident = written.reviewing()
    page = reverse("reviews:detail", args=[incident.pk])
    client.force_login(make.person("fault_head"))
    assert "还没有追问" in client.get(page).content.decode()

    def say(verb, **said):
        return client.post(reverse("reviews:verb", args=[incident.pk, verb]), said)

    assert say("add_why", text="").status_code == 422
    assert say("add_why", text="连接池耗尽", parent="").status_code == 302
    why = Why.objects.get()
    below = client.get(f"{page}?under={why.pk}").content.decode()
    assert f'<option value="{why.pk}" selected' in below
    refused = say("add_why", text="上限太低", parent=why.pk, is_root="on")
    assert refused.status_code == 422
    assert "上限太低" in refused.content.decode()
    assert say("add_why", text="上限太低", parent=why.pk, is_root="on", kind="design").url
    changing = client.get(f"{page}?why={why.pk}").content.decode()
    assert "修改这一条" in changing
    assert client.get(f"{page}?why=999999&under=abc").status_code == 200
    seen = Review.objects.get().version
    assert f'name="version" value="{seen}"' in changing
    said = {"why": why.pk, "version": seen}
    assert say("change_why", text="连接池用光", **said).status_code == 302
    overtaken = say("change_why", text="别人的旧页面", **said)
    assert overtaken.status_code == 409
    assert "别人的旧页面" in overtaken.content.decode()
    assert "连接池用光" in overtaken.content.decode()
    assert Why.objects.get(pk=why.pk).text == "连接池用光"
    assert say("remove_why", why=why.pk).status_code == 409
    client.force_login(make.person("cs"))
    shown = client.get(page).content.decode()
    assert "连接池用光" in shown
    assert "写一个原因" not in shown
    it = make.department("信息技术部").pk
    said = {"department": it, "cooperation": 5, "speed": 4, "words": ""}
    assert say("evaluate", **said).status_code == 302
    assert say("evaluate", **said | {"cooperation": 9}).status_code == 422
    assert "4.0" in client.get(page).content.decode()


def test_the_page_costs_the_same_with_more_causes_and_voices(client, django_assert_max_num_queries):
    incident = written.reviewing()
    above = None
    for depth in range(5):
        above = answer(incident, f"第{depth}层", parent=above and above.pk)
    for who in ("it", "cs", "department", "fault_head"):
        evaluate(incident, who)
    client.force_login(make.person("fault_head"))
    page = reverse("reviews:detail", args=[incident.pk])
    client.get(page)
    with django_assert_max_num_queries(75):
        assert client.get(page).status_code == 200
