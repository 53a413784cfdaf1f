"""Checklists: evidence demanded, branches, who has what, what is added, clocks of items."""

import threading
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import plans.workflow
from incidents import often, workflow
from incidents.models import Check, Deadline
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from plans import content
from tests import make

pytestmark = pytest.mark.django_db


def signed_in(who: str) -> Client:
    client = Client()
    client.force_login(make.person(who))
    return client


def check_of(incident, text: str) -> Check:
    return next(one for one in incident.checks.select_related("item") if one.text == text)


def decide(check: Check, by: str = "it", result: str = "done", **facts):
    return workflow.decide_check(check.pk, by=make.person(by), result=result, **facts)


def test_a_failed_item_opens_its_branches_and_they_hold_up_the_cleanup():
    incident = make.incident("repairing", fault_type="hardware")
    assert not incident.checks.filter(item__is_branch=True).exists()
    decide(check_of(incident, "切换到备用设备"), result="failed", remark="备机不启动")
    branch = check_of(incident, "联系维保服务商到场")
    assert branch.result == "pending"
    entry = Entry.objects.of(incident.stream).get(event="check.branch")
    assert entry.facts["items"] == [branch.text]
    with pytest.raises(Incomplete) as refused:
        decide(branch)
    assert set(refused.value.fields) == {"remark"}
    decide(branch, remark="工单 88，两小时内到场")


def test_what_is_done_has_the_evidence_that_the_plan_demands():
    incident = make.incident("repairing", fault_type="attack")
    check = check_of(incident, "统计可能外泄的记录条数")
    with pytest.raises(Incomplete) as refused:
        decide(check)
    assert set(refused.value.fields) == {"number"}
    assert Check.objects.get(pk=check.pk).result == "pending"
    assert decide(check, number=Decimal(1200)).measured == "1200 条"
    check = check_of(incident, "保全证据")
    check.item.needs = ["file"]
    check.item.save()
    with pytest.raises(Incomplete):
        decide(check)
    make.file(incident, check=check.pk)
    decide(check)


def test_what_the_department_tries_is_decided_by_the_department():
    incident = make.incident("restoring")
    check = next(one for one in incident.checks.filter(round=1) if one.decider == "department")
    for who in ("it", "cs", "leader", "auditor", "admin"):
        with pytest.raises(NotAllowed):
            decide(check, by=who, remark="x")
    with pytest.raises(Incomplete):
        decide(check, by="department")
    assert decide(check, by="department", remark="挂上了一个号").result == "done"


def test_the_clock_of_an_item_runs_from_when_it_is_taken_until_it_is_decided():
    incident = make.incident("repairing", fault_type="hardware")
    check = check_of(incident, "切换到备用设备")
    clock = Deadline.objects.filter(incident=incident, kind="check", step=check.pk)
    assert not clock.exists()
    workflow.take_check(check.pk, by=make.person("it"))
    assert clock.get().holder == str(make.person("it"))
    due = clock.get().due_at
    workflow.take_check(check.pk, by=make.person("fault_head"), seen=make.person("it").pk)
    assert clock.get().holder == str(make.person("fault_head"))
    assert clock.get().due_at == due
    with pytest.raises(Conflict):
        decide(check, by="it")
    decide(check, by="fault_head")
    assert clock.get().met_at is not None


@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_same_item_are_one_who_has_it():
    incident = make.incident("repairing")
    check = incident.checks.first()
    people, said = [make.person("it"), make.person("fault_head")], []

    def take(person):
        try:
            workflow.take_check(check.pk, by=person)
            said.append("taken")
        except Conflict:
            said.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["taken", "told"]
    assert Entry.objects.filter(event="check.take").count() == 1


def test_an_item_is_given_only_to_somebody_who_may_decide_it():
    incident = make.incident("repairing")
    check = incident.checks.first()
    with pytest.raises(Incomplete):
        workflow.assign_check(check.pk, by=make.person("it"), to=make.person("cs"))
    with pytest.raises(NotAllowed):
        workflow.assign_check(check.pk, by=make.person("cs"), to=make.person("it"))
    assert Check.objects.get(pk=check.pk).assigned_to is None
    url = reverse("incidents:assign_check", args=[incident.pk, check.pk])
    offered = signed_in("it").get(url).text
    assert f'value="{make.person("fault_head").pk}"' in offered
    assert f'value="{make.person("cs").pk}"' not in offered
    assert signed_in("it").post(url, {"to": ""}).status_code == 422
    assert signed_in("it").post(url, {"to": make.person("fault_head").pk}).status_code == 302
    assert Check.objects.get(pk=check.pk).assigned_to == make.person("fault_head")
    stale = signed_in("it").post(url, {"to": make.person("it").pk})
    assert stale.status_code == 409
    assert Entry.objects.of(incident.stream).last().event == "check.assign"


def test_what_is_added_on_the_spot_belongs_to_the_incident_and_is_proposed_for_the_plan():
    for _ in range(2):
        incident = make.incident("repairing")
        with pytest.raises(NotAllowed):
            workflow.add_check(incident.pk, by=make.person("cs"), text="查打印队列")
        for _twice in range(2):
            workflow.add_check(incident.pk, by=make.person("it"), text=" 查打印队列 ")
        assert check_of(incident, "查打印队列").added_by == make.person("it")
    draft = plans.workflow.draft_from(incident.plan.number, by=make.person("admin"))
    drill = make.incident("repairing", is_drill=True)
    workflow.add_check(drill.pk, by=make.person("it"), text="查打印队列")
    (found,) = often.often_added(draft)
    assert (found.key, found.text, found.times) == ("software", "查打印队列", 2)
    client = signed_in("admin")
    shown = client.get(reverse("incidents:often_added", args=[draft.number])).text
    assert "查打印队列" in shown
    url = reverse("incidents:into_draft", args=[draft.number])
    sent = {"key": "software", "text": "查打印队列", "version": draft.version}
    assert signed_in("it").post(url, sent).status_code == 403
    assert client.post(url, sent).status_code == 302
    assert content.read_part(draft, "checklists")["software"][-1] == ["查打印队列", ""]
    assert not often.often_added(draft)


def test_on_a_phone_one_item_is_shown_with_the_next_in_sight():
    incident = make.incident("repairing", fault_type="hardware")
    client, url = signed_in("it"), reverse("incidents:steps", args=[incident.pk])
    first, second = [one.text for one in sorted(incident.checks.all(), key=lambda c: c.place)][:2]
    shown = client.get(url).text
    assert first in shown
    assert second in shown.split("steps__next")[1].split("<section")[0]
    check = check_of(incident, first)
    address = reverse("incidents:decide_check", args=[incident.pk, check.pk])
    sent = {"result": "failed", "version": "pending", "back": "steps"}
    refused = client.post(address, sent)
    assert refused.status_code == 422
    assert first in refused.text
    assert client.post(address, sent | {"remark": "红灯"})["Location"] == url
    assert second in client.get(url).text.split('class="sheet steps"')[1]


def test_a_number_that_is_none_is_refused_and_nothing_is_lost():
    incident = make.incident("repairing", fault_type="attack")
    check = check_of(incident, "统计可能外泄的记录条数")
    address = reverse("incidents:decide_check", args=[incident.pk, check.pk])
    # The last one is below the limit and rounds up to it.
    for number in ("很多", "1000000000000", "999999999999.9996"):
        sent = {"result": "done", "number": number, "remark": "按日志数", "version": "pending"}
        answer = signed_in("it").post(address, sent)
        assert answer.status_code == 422
        assert "按日志数" in answer.text


def typed(**distance):
    """A moment so far from now, as a browser sends it."""
    return f"{timezone.localtime(make.later(**distance)):%Y-%m-%dT%H:%M}"


def test_custody_is_a_chain_of_hands_and_the_sum_of_a_file_is_the_servers():
    incident = make.incident("repairing", fault_type="attack")
    client, url = signed_in("it"), reverse("incidents:custody", args=[incident.pk])
    file = make.file(incident)
    sent = {
        "do": "hand_on",
        "what": "内存镜像",
        "from_whom": "甲",
        "to_whom": "乙",
        "handed_at": typed(minutes=-1),
        "kept_where": "保险柜",
        "file": file.pk,
    }
    assert signed_in("cs").post(url, sent).status_code == 403
    for _twice in range(2):
        assert client.post(url, sent).status_code == 302
    assert incident.custody.get().sha256 == file.sha256
    for handed_at, sentence in (
        (typed(days=2), "不能晚于现在"),
        (typed(days=-40), "最早在报告前 30 天"),
        ("2999-01-01T00:00", "2000 年到 2199 年"),
        ("0001-01-01T00:00", "2000 年到 2199 年"),
    ):
        wrong = client.post(url, sent | {"handed_at": handed_at})
        assert wrong.status_code == 422
        assert sentence in wrong.text
    assert incident.custody.count() == 1
    assert file.sha256 in signed_in("auditor").get(url).text


def test_exposed_records_are_counted_by_kind_and_start_the_laws_clocks():
    incident = make.incident("repairing", fault_type="software")
    law = Deadline.objects.filter(incident=incident, kind="regulatory")
    before = set(law.values_list("step", flat=True))
    count = lambda kind, number: workflow.count_exposed(  # noqa: E731
        incident.pk, by=make.person("it"), kind=kind, count=number
    )
    count("预约登记", 100)
    count("缴费流水", 5)
    count("预约登记", 80)
    incident.refresh_from_db()
    assert incident.records_exposed == 85
    assert set(law.values_list("step", flat=True)) > before
    with pytest.raises(NotAllowed):
        workflow.count_exposed(incident.pk, by=make.person("cs"), kind="x", count=1)
    with pytest.raises(Incomplete):
        count("x", -1)
    text = signed_in("leader").get(reverse("incidents:custody", args=[incident.pk])).text
    assert "已重数" in text
