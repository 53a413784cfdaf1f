"""Action items after the receipt: who may what, when, and what a refusal leaves (P17, P18)."""

import datetime
import threading
import uuid

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

import plans.workflow
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from plans.findings import open_findings
from reviews import closing, proofs, workflow
from reviews.models import ActionFile, ActionItem, ActionWaiver
from tests import make
from tests.reviews import written

pytestmark = pytest.mark.django_db


@pytest.fixture
def drilled(monkeypatch):
    """A room above that proves what the test puts into the list."""
    proved: list[proofs.Proof] = []
    monkeypatch.setattr(proofs, "_drills", [lambda _action: proved])
    return proved


@pytest.fixture
def trained(monkeypatch):
    held: list[proofs.Proof] = []
    monkeypatch.setattr(proofs, "_trainings", [lambda _action: held])
    return held


def finish(item, who="it", **facts):
    return workflow.finish_action(item.pk, by=make.person(who), **{"proof": "已上线"} | facts)


def last(item, event):
    return Entry.objects.of(item.review.incident.stream).filter(event=f"review.{event}").last()


def day(days):
    return timezone.localdate() + datetime.timedelta(days=days)


def photo(content=b"\x89PNG\r\n\x1a\n" + b"0" * 64):
    return SimpleUploadedFile("证明.png", content)


def test_the_receipt_gives_each_item_to_its_owner():
    item = written.owed()
    given = last(item, "give_action")
    assert given.facts["action"] == item.pk
    assert given.facts["department"] == make.department("信息技术部").pk


@pytest.mark.parametrize("who", ["cs", "department", "auditor", "stranger"])
def test_only_the_owners_side_reports_it_done(who):
    item = written.owed()
    with pytest.raises(NotAllowed):
        finish(item, who)
    item.refresh_from_db()
    assert item.done_at is None


def test_an_item_of_a_draft_is_not_worked_on_yet():
    item = written.action(written.reviewing())
    for act in (
        lambda: finish(item),
        lambda: workflow.postpone_action(
            item.pk, by=make.person("leader"), due_on=day(20), reason="x"
        ),
        lambda: workflow.attach_to_action(item.pk, by=make.person("it"), file=photo()),
    ):
        with pytest.raises(Conflict):
            act()
    assert not ActionFile.objects.exists()


def test_a_change_of_the_plan_waits_for_the_version_in_force_and_a_drill(drilled):
    item = written.owed(kind="plan", measure="首次通知改为 15 分钟")
    with pytest.raises(Incomplete) as refused:
        finish(item)
    assert set(refused.value.fields) == {"plan", "drill"}
    assert [finding.key for finding in open_findings()] == [item.finding_key]
    plan = written.carry(item, "approved")
    with pytest.raises(Incomplete) as refused:
        finish(item)
    assert "还没有生效" in refused.value.fields["plan"]
    plans.workflow.publish(plan.number, by=make.person("admin"))
    assert [point.met for point in closing.points(item)] == [True, False]
    before = plan.approved_at - datetime.timedelta(days=1)
    drilled.append(proofs.Proof("挂号中断桌面演练", before))
    with pytest.raises(Incomplete) as refused:
        finish(item)
    assert "生效之前" in refused.value.fields["drill"]
    drilled.append(proofs.Proof("挂号中断功能演练", timezone.now(), passed=False))
    with pytest.raises(Incomplete) as refused:
        finish(item)
    assert "没有通过" in refused.value.fields["drill"]
    drilled.append(proofs.Proof("第二次功能演练", timezone.now()))
    finish(item)
    assert ActionItem.objects.get().done_by == make.person("it")
    assert any("第二次功能演练" in shown for shown in last(item, "finish_action").facts["shown"])
    assert open_findings() == []


def test_a_version_that_was_rolled_back_carries_nothing(drilled):
    item = written.owed(kind="plan")
    drilled.append(proofs.Proof("演练", make.later(hours=1)))
    plan = written.carry(item)
    plans.workflow.roll_back(plan.number - 1, by=make.person("admin"), reason="新版有错")
    with pytest.raises(Incomplete) as refused:
        finish(item)
    assert "退回旧版" in refused.value.fields["plan"]


def test_a_later_version_still_carries_it(drilled):
    item = written.owed(kind="plan")
    written.carry(item)
    make.plan("published")
    drilled.append(proofs.Proof("演练", make.later(hours=1)))
    assert finish(item).done_at


@pytest.mark.parametrize("who", ["it", "logistics", "admin", "auditor", "cs"])
def test_only_the_leading_group_waives_a_demand(who):
    item = written.owed(kind="plan")
    with pytest.raises(NotAllowed):
        workflow.waive_demand(item.pk, by=make.person(who), demand="drill", reason="年底再演")
    assert not ActionWaiver.objects.exists()


def test_demands_are_waived_by_name_one_by_one():
    item = written.owed(kind="plan")
    leader = make.person("leader")
    with pytest.raises(Incomplete):
        workflow.waive_demand(item.pk, by=leader, demand="drill", reason=" ")
    workflow.waive_demand(item.pk, by=leader, demand="drill", reason="年底统一演练")
    with pytest.raises(Conflict):
        workflow.waive_demand(item.pk, by=leader, demand="drill", reason="再一次")
    with pytest.raises(Incomplete) as refused:
        finish(item)
    assert set(refused.value.fields) == {"plan"}
    workflow.waive_demand(item.pk, by=leader, demand="plan", reason="改在操作手册里")
    finish(item)
    entry = last(item, "waive_demand")
    assert (entry.actor_name, entry.facts["reason"]) == (
        leader.journal_actor[1],
        "改在操作手册里",
    )


def test_what_is_not_demanded_is_not_waived():
    item = written.owed()
    with pytest.raises(Incomplete):
        workflow.waive_demand(item.pk, by=make.person("leader"), demand="drill", reason="x")


def test_training_waits_for_a_session_where_sessions_are_kept(trained):
    item = written.owed(kind="training", measure="培训手工收费")
    with pytest.raises(Incomplete) as refused:
        finish(item)
    assert set(refused.value.fields) == {"training"}
    trained.append(proofs.Proof("手工收费培训", timezone.now()))
    assert finish(item).done_at


def test_where_nobody_keeps_sessions_a_word_of_proof_is_enough(monkeypatch):
    monkeypatch.setattr(proofs, "_trainings", [])
    assert finish(written.owed(kind="training")).done_at


def test_a_file_proves_it_once_and_stands_in_the_journal():
    item = written.owed()
    first = workflow.attach_to_action(item.pk, by=make.person("it"), file=photo(), note="截图")
    assert workflow.attach_to_action(item.pk, by=make.person("it"), file=photo()).pk == first.pk
    assert last(item, "attach_to_action").facts["sha256"] == first.sha256
    assert (settings.MEDIA_ROOT / first.path).exists()


def kept_files():
    return {path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()}


def test_a_refused_file_leaves_nothing_on_the_disk():
    item = written.owed(kind="plan")
    before = kept_files()
    with pytest.raises(NotAllowed):
        workflow.attach_to_action(item.pk, by=make.person("auditor"), file=photo())
    with pytest.raises(Incomplete):
        finish(item, file=photo())
    with pytest.raises(Incomplete):
        workflow.attach_to_action(item.pk, by=make.person("it"), file=photo(b"MZ\x00\x01\x02"))
    assert kept_files() == before
    assert not ActionFile.objects.exists()


def test_a_file_that_proves_the_item_already_is_not_kept_a_second_time():
    item = written.owed()
    workflow.attach_to_action(item.pk, by=make.person("it"), file=photo())
    before = kept_files()
    finish(item, file=photo())
    assert kept_files() == before
    assert ActionFile.objects.filter(action=item).count() == 1


def test_the_mark_of_another_reviews_form_is_a_conflict():
    mark, other = uuid.uuid4(), written.reviewing()
    written.action(written.reviewing(), client_uuid=mark)
    with pytest.raises(Conflict):
        written.action(other, client_uuid=mark)
    assert not ActionItem.objects.filter(review__incident=other).exists()


@pytest.mark.parametrize("who", ["it", "department", "admin", "auditor"])
def test_only_the_heads_put_a_date_off(who):
    item = written.owed()
    with pytest.raises(NotAllowed):
        workflow.postpone_action(item.pk, by=make.person(who), due_on=day(30), reason="备件未到")
    item.refresh_from_db()
    assert item.due_on == day(14)


def test_a_date_is_put_off_with_a_reason_and_what_it_was_stays():
    item = written.owed()
    head = make.person("fault_head")
    for facts in (
        {"due_on": day(-1), "reason": "x"},
        {"due_on": datetime.date.max, "reason": "x"},
        {"due_on": item.due_on, "reason": "x"},
        {"due_on": day(30), "reason": ""},
    ):
        with pytest.raises(Incomplete):
            workflow.postpone_action(item.pk, by=head, **facts)
    workflow.postpone_action(item.pk, by=head, due_on=day(30), reason="备件未到", version=1)
    entry = last(item, "postpone_action")
    assert (entry.facts["before"], entry.facts["due_on"]) == (str(day(14)), str(day(30)))
    with pytest.raises(Conflict):
        workflow.postpone_action(item.pk, by=head, due_on=day(40), reason="x", version=1)


def test_the_departments_head_chooses_who_of_it_and_no_more():
    item = written.owed(department=make.department("门诊收费处"))
    head, window = make.person("department"), make.person("chuangkou")
    workflow.hand_over_action(item.pk, by=head, department=item.department, person=window)
    item.refresh_from_db()
    assert item.person == window
    with pytest.raises(NotAllowed):
        workflow.hand_over_action(
            item.pk, by=head, department=make.department("财务部"), reason="不归我们"
        )
    with pytest.raises(Incomplete):
        workflow.hand_over_action(
            item.pk, by=head, department=item.department, person=make.person("it")
        )
    with pytest.raises(NotAllowed):
        workflow.hand_over_action(item.pk, by=window, department=item.department)
    leader = make.person("leader")
    finance = make.department("财务部")
    with pytest.raises(Incomplete) as refused:
        workflow.hand_over_action(item.pk, by=leader, department=finance)
    assert "reason" in refused.value.fields
    workflow.hand_over_action(item.pk, by=leader, department=finance, reason="由财务部采购")
    item.refresh_from_db()
    assert (item.department, item.person) == (finance, None)


def test_adding_the_same_form_twice_adds_one():
    incident, mark = written.reviewing(), uuid.uuid4()
    first = written.action(incident, client_uuid=mark)
    assert written.action(incident, client_uuid=mark).pk == first.pk
    assert ActionItem.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_report_it_done_at_once_are_one():
    item = written.owed()
    said = []

    def try_it(who):
        try:
            finish(item, who)
            said.append("done")
        except Conflict:
            said.append("late")
        finally:
            connection.close()

    people = [threading.Thread(target=try_it, args=[who]) for who in ("it", "fault_head")]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert sorted(said) == ["done", "late"]
    assert Entry.objects.filter(event="review.finish_action").count() == 1
