"""The road of a version: draft, review, approval, in force, replaced, rolled back."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from plans import content, workflow
from plans.models import PlanVersion, Signature
from tests import make

pytestmark = pytest.mark.django_db
Status = PlanVersion.Status


def last_entry(plan: PlanVersion) -> Entry:
    return Entry.objects.of(plan.stream).last()


def again(plan: PlanVersion) -> PlanVersion:
    return PlanVersion.objects.get(pk=plan.pk)


def test_a_draft_says_what_the_version_before_says():
    draft = make.plan("draft")
    before = PlanVersion.objects.in_force()
    assert (draft.status, draft.number, draft.based_on) == (Status.DRAFT, 2, before)
    assert content.read(draft) == content.read(before)
    assert content.digest(draft) == content.digest(before)


def test_the_whole_road_puts_the_version_in_force():
    before = PlanVersion.objects.in_force()
    plan = make.plan("published")
    assert PlanVersion.objects.in_force() == plan
    assert before is not None
    assert again(before).status == Status.REPLACED
    assert plan.published_by == make.person("admin")
    assert plan.effective_at == plan.published_at
    events = Entry.objects.of(plan.stream).values_list("event", flat=True)
    assert list(events) == [
        *("plan.begin", "plan.submit", "plan.sign", "plan.sign"),
        *("plan.approve", "plan.publish"),
    ]
    assert Entry.objects.of(before.stream).last().event == "plan.give_way"


def test_an_open_incident_stays_on_its_version():
    incident = make.report()
    make.plan("published")
    assert make.confirmed(incident=incident).grade.plan.number == 1
    assert make.report().plan.number == 2


def test_one_edit_is_told_value_by_value():
    draft = make.plan("draft")
    grades = content.read_part(draft, "grades")
    grades[1]["restore"] = 200
    edited = workflow.rewrite(
        draft.number, "grades", grades, by=make.person("admin"), version=draft.version
    )
    assert edited.version == draft.version + 1
    assert edited.grades.get(level=2).restore_minutes == 200
    (change,) = last_entry(edited).facts["changes"]
    assert change["changes"] == {"restore": [240, 200]}


def test_writing_the_same_again_changes_nothing():
    draft = make.plan("draft")
    workflow.rewrite(
        draft.number, "clocks", content.read_part(draft, "clocks"), by=make.person("admin")
    )
    assert again(draft).version == draft.version
    assert last_entry(draft).event == "plan.begin"


def test_a_part_with_faults_writes_nothing():
    draft = make.plan("draft")
    ladders = content.read_part(draft, "ladders")
    ladders["1"][1]["to"] = {"group": "没有的小组", "part": "head"}
    ladders["1"][0]["acknowledgers"] = 0
    with pytest.raises(Incomplete) as refused:
        workflow.rewrite(draft.number, "ladders", ladders, by=make.person("admin"))
    assert set(refused.value.fields) == {
        "ladders › 1 › 2 › to › group",
        "ladders › 1 › 1 › acknowledgers",
    }
    assert content.digest(draft) == content.digest(PlanVersion.objects.in_force())


def test_a_form_opened_on_an_older_state_is_refused():
    draft = make.plan("draft")
    workflow.explain(draft.number, by=make.person("admin"), reason="甲", version=draft.version)
    with pytest.raises(Conflict):
        workflow.rewrite(
            draft.number, "title", "乙", by=make.person("admin"), version=draft.version
        )
    assert again(draft).title == draft.title


@pytest.mark.parametrize("status", ["review", "approved", "published"])
def test_what_was_submitted_is_not_edited(status):
    plan = make.plan(status)
    with pytest.raises(Conflict):
        workflow.rewrite(plan.number, "title", "乙", by=make.person("admin"))
    with pytest.raises(Conflict):
        workflow.explain(plan.number, reason="乙", by=make.person("admin"))


def test_submitting_demands_what_is_new():
    make.hospital()
    draft = workflow.draft_from(1, by=make.person("admin"))
    with pytest.raises(Incomplete) as refused:
        workflow.submit(draft.number, by=make.person("admin"))
    assert "reason" in refused.value.fields


def test_a_draft_that_names_somebody_who_left_is_not_submitted():
    draft = make.plan("draft")
    person = make.person("zongzhiban")
    ladders = content.read_part(draft, "ladders")
    ladders["1"][4]["to"] = {"person": person.username}
    workflow.rewrite(draft.number, "ladders", ladders, by=make.person("admin"))
    person.is_active = False
    person.save()
    workflow.rewrite(draft.number, "title", "别的部分照样能改", by=make.person("admin"))
    with pytest.raises(Incomplete) as refused:
        workflow.submit(draft.number, by=make.person("admin"))
    assert any("person" in where for where in refused.value.fields)
    assert again(draft).status == Status.DRAFT


def test_a_comment_is_answered_before_anybody_signs():
    plan = make.plan("review")
    said = workflow.comment(
        plan.number,
        by=make.person("department"),
        text="十分钟太短",
        clause="grades/1",
        about="Ⅰ级",
    )
    with pytest.raises(Incomplete) as refused:
        workflow.sign(plan.number, by=make.person("leader"))
    assert "comments" in refused.value.fields
    assert not Signature.objects.exists()
    with pytest.raises(Incomplete):
        workflow.resolve(said.pk, by=make.person("admin"), is_adopted=False)
    workflow.resolve(said.pk, by=make.person("admin"), is_adopted=False, answer="演练证明够用")
    with pytest.raises(Conflict):
        workflow.resolve(said.pk, by=make.person("admin"), is_adopted=True)
    workflow.sign(plan.number, by=make.person("leader"))
    assert Entry.objects.get(event="plan.resolve").facts["said_by"] == "韩组长"


def test_one_signature_is_not_enough_and_one_of_them_is_the_heads():
    plan = make.plan("review")
    workflow.sign(plan.number, by=make.person("fault_head"))
    workflow.sign(plan.number, by=make.person("kefuzhuren"))
    assert again(plan).status == Status.REVIEW
    workflow.sign(plan.number, by=make.person("leader"), remark="同意")
    approved = again(plan)
    assert approved.status == Status.APPROVED
    assert {signature.hash for signature in approved.signatures.all()} == {content.digest(approved)}


def test_nobody_signs_twice_and_a_stale_signature_is_refused():
    plan = make.plan("review")
    workflow.sign(plan.number, by=make.person("leader"), version=plan.version)
    with pytest.raises(Conflict):
        workflow.sign(plan.number, by=make.person("leader"))
    with pytest.raises(Conflict):
        workflow.sign(plan.number, by=make.person("fault_head"), version=plan.version)
    assert Signature.objects.count() == 1


def test_the_version_in_force_says_how_many_sign_the_next():
    make.plan("published", signatures=3)
    plan = make.plan("review", signatures=1)
    workflow.sign(plan.number, by=make.person("leader"))
    workflow.sign(plan.number, by=make.person("fault_head"))
    assert again(plan).status == Status.REVIEW
    workflow.sign(plan.number, by=make.person("kefuzhuren"))
    assert again(plan).status == Status.APPROVED


def test_more_signatures_than_there_are_people_lock_nobody_out():
    make.plan("published", signatures=20)
    plan = make.plan("review")
    for who in ("leader", "fault_head", "kefuzhuren", "zongzhiban"):
        workflow.sign(plan.number, by=make.person(who))
    assert again(plan).status == Status.APPROVED


def test_who_drafted_a_version_does_not_sign_it():
    make.hospital()
    head = make.person("leader")
    head.roles = ["leader", "admin"]
    head.save()
    draft = workflow.draft_from(1, by=head, reason="自己起草")
    workflow.submit(draft.number, by=head)
    with pytest.raises(NotAllowed):
        workflow.sign(draft.number, by=head)


def test_sent_back_the_old_signatures_no_longer_count():
    plan = make.plan("approved")
    workflow.withdraw(plan.number, by=make.person("leader"), reason="再想想")
    draft = again(plan)
    assert (draft.status, draft.approved_at, draft.signed_hash) == (Status.DRAFT, None, "")
    workflow.submit(plan.number, by=make.person("admin"))
    workflow.sign(plan.number, by=make.person("leader"))
    assert again(plan).status == Status.REVIEW
    workflow.sign(plan.number, by=make.person("fault_head"))
    assert again(plan).status == Status.APPROVED


def test_content_that_was_changed_behind_the_signatures_is_not_published():
    plan = make.plan("approved")
    plan.sections.filter(number="1").update(body="有人直接改了数据库")
    with pytest.raises(Incomplete) as refused:
        workflow.publish(plan.number, by=make.person("admin"))
    assert "content" in refused.value.fields
    assert PlanVersion.objects.in_force().number == 1


def test_a_version_waits_for_its_day_and_takes_effect_by_itself():
    plan = make.plan("approved")
    day = make.later(hours=1)
    workflow.publish(plan.number, by=make.person("admin"), effective_at=day)
    assert again(plan).status == Status.SCHEDULED
    assert workflow.take_effect() == 0
    PlanVersion.objects.filter(pk=plan.pk).update(effective_at=make.later(seconds=-1))
    assert workflow.take_effect() == 1
    assert workflow.take_effect() == 0
    assert PlanVersion.objects.in_force() == plan
    entry = last_entry(plan)
    assert (entry.event, entry.actor) == ("plan.take_effect", "system")


def test_only_one_version_waits_for_its_day():
    first, second = make.plan("approved"), make.plan("approved")
    workflow.publish(first.number, by=make.person("admin"), effective_at=make.later(days=1))
    with pytest.raises(Conflict):
        workflow.publish(second.number, by=make.person("admin"), effective_at=make.later(days=2))
    assert again(second).status == Status.APPROVED
    workflow.withdraw(first.number, by=make.person("admin"), reason="改期")
    workflow.publish(second.number, by=make.person("admin"), effective_at=make.later(days=2))


def test_a_day_years_ahead_is_a_slip_of_the_hand():
    plan = make.plan("approved")
    with pytest.raises(Incomplete):
        workflow.publish(plan.number, by=make.person("admin"), effective_at=make.later(days=3660))


def test_a_day_that_has_passed_puts_nothing_in_force():
    plan = make.plan("approved")
    with pytest.raises(Incomplete) as refused:
        workflow.publish(plan.number, by=make.person("admin"), effective_at=make.later(days=-1))
    assert "effective_at" in refused.value.fields
    assert again(plan).status == Status.APPROVED


def test_the_same_draft_sent_twice_is_begun_once():
    admin, other = make.person("admin"), make.new_person("admin")
    number = make.plan("published").number
    first = workflow.draft_from(number, by=admin, reason="季度修订")
    assert workflow.draft_from(number, by=admin, reason="季度修订") == first
    assert workflow.draft_from(number, by=admin, reason="另一件事") != first
    assert workflow.draft_from(number, by=other, reason="季度修订") != first
    workflow.explain(first.number, by=admin, reason="季度修订")
    assert workflow.draft_from(number, by=admin, reason="季度修订") != first


def test_the_same_comment_sent_twice_is_said_once():
    plan, reader = make.plan("review"), make.person("cs")
    first = workflow.comment(plan.number, by=reader, text="太紧")
    assert workflow.comment(plan.number, by=reader, text="太紧") == first
    assert workflow.comment(plan.number, by=make.person("it"), text="太紧") != first
    workflow.resolve(first.pk, by=make.person("admin"), is_adopted=True)
    assert workflow.comment(plan.number, by=reader, text="太紧") != first


def test_the_database_keeps_one_version_in_force():
    make.plan("published")
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanVersion.objects.filter(number=1).update(status=Status.PUBLISHED)


def test_rolling_back_publishes_the_older_one_anew():
    replaced = make.plan("published", title="新预案")
    back = workflow.roll_back(1, by=make.person("admin"), reason="新版阶梯叫不到人", in_force=2)
    assert (back.number, back.status, back.based_on.number) == (3, Status.PUBLISHED, 1)
    assert content.digest(back) == content.digest(PlanVersion.objects.get(number=1))
    assert again(replaced).status == Status.REPLACED
    assert last_entry(back).facts["to_number"] == 1


def test_rolling_back_wants_to_know_what_was_seen_in_force():
    make.plan("published")
    make.plan("published")
    with pytest.raises(Conflict):
        workflow.roll_back(1, by=make.person("admin"), reason="太急", in_force=2)
    assert PlanVersion.objects.in_force().number == 3
    assert PlanVersion.objects.count() == 3


@pytest.mark.parametrize("status", ["draft", "review", "approved", "published"])
def test_only_what_was_in_force_is_rolled_back_to(status):
    plan = make.plan(status)
    with pytest.raises(Conflict):
        workflow.roll_back(plan.number, by=make.person("admin"), reason="试试")


def test_a_draft_is_discarded_with_a_reason_and_stays_readable():
    plan = make.plan("draft")
    with pytest.raises(Incomplete):
        workflow.discard(plan.number, by=make.person("admin"), reason=" ")
    workflow.discard(plan.number, by=make.person("admin"), reason="并入下一版")
    assert again(plan).status == Status.DISCARDED
    assert content.read(again(plan))["sections"]
    assert make.plan("draft").number == plan.number + 1


@pytest.mark.django_db(transaction=True)
def test_two_versions_published_in_one_moment_leave_one_in_force():
    plans = [make.plan("approved"), make.plan("approved")]
    admin = make.person("admin")
    begin = threading.Barrier(2)
    failed = []

    def publish(number: int) -> None:
        try:
            begin.wait()
            workflow.publish(number, by=admin)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=[plan.number]) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert sorted(PlanVersion.objects.values_list("status", flat=True)) == [
        *("published", "replaced", "replaced"),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_report_does_not_wait_for_somebody_who_holds_the_version_in_force():
    make.hospital()
    by, services = make.person("cs"), [make.service()]
    from plans.workflow.gate import lock

    done = []

    def report() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            done.append(make.report(by=by, services=services))
        finally:
            connection.close()

    with transaction.atomic():
        lock(1)
        thread = threading.Thread(target=report)
        thread.start()
        thread.join()
    assert len(done) == 1


def test_with_the_head_on_leave_the_deputy_signs_in_the_heads_place():
    from tests.plans.test_resolving import away

    plan = make.plan("review")
    away("yuanzhang")
    workflow.sign(plan.number, by=make.person("kefuzhuren"))
    signature = workflow.sign(plan.number, by=make.person("fault_head"))
    assert signature.part == Signature.Part.ACTING_HEAD
    assert "钱院长" in signature.part_reason
    assert again(plan).status == Status.APPROVED
