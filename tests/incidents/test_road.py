"""The road from report to archive: what each step demands, and the ways off it."""

import uuid
from datetime import timedelta

import pytest

from incidents import gates, workflow
from incidents.models import Check, Deadline, Incident, Waiver
from incidents.models.state import State
from journal.models import Entry
from journal.refusals import Conflict, Incomplete
from tests import make

pytestmark = pytest.mark.django_db


def state_of(incident):
    return Incident.objects.get(pk=incident.pk).state


def test_reporting_starts_the_clocks_in_the_same_instant():
    incident = make.report()
    clocks = {clock.kind: clock for clock in Deadline.objects.filter(incident=incident)}
    assert set(clocks) == {"acknowledge", "confirm"}
    assert all(clock.armed_at == incident.reported_at for clock in clocks.values())
    # Not graded yet: the plan's provisional grade Ⅱ gives 5 and 15 minutes.
    assert (clocks["acknowledge"].due_at - incident.reported_at).seconds == 5 * 60
    assert (clocks["confirm"].due_at - incident.reported_at).seconds == 15 * 60


def test_a_report_needs_only_what_and_where():
    incident = make.report(services=[], department=None, location="急诊楼", waiting=None)
    assert incident.state == State.REPORTED


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"seen": "  "}, "seen"),
        ({"services": [], "location": " ", "department": None}, "services"),
    ],
)
def test_a_report_without_it_is_refused_at_the_field(facts, field):
    make.hospital()
    with pytest.raises(Incomplete) as refused:
        make.report(**facts)
    assert field in refused.value.fields
    assert not Incident.objects.exists()


def test_the_same_mark_makes_one_incident():
    mark = uuid.uuid4()
    first = workflow.report(
        by=make.person("cs"), seen="打不开", services=[make.service()], client_uuid=mark
    )
    again = workflow.report(
        by=make.person("cs"), seen="打不开", services=[make.service()], client_uuid=mark
    )
    assert (first[1], again[1]) == (True, False)
    assert first[0].pk == again[0].pk
    assert Entry.objects.filter(event="incident.report").count() == 1


def test_somebody_elses_mark_gives_away_nothing():
    mark = uuid.uuid4()
    make.report(client_uuid=mark)
    with pytest.raises(Conflict):
        make.report(client_uuid=mark, by=make.person("department"))


def test_the_incident_stays_on_the_plan_version_it_began_with():
    from plans.workflow import publish_example

    incident = make.report()
    publish_example()
    confirmed = make.confirmed(incident=incident)
    assert confirmed.plan.number == 1
    assert confirmed.grade.plan_id == confirmed.plan_id
    assert make.report().plan.number == 2


def test_confirming_arms_the_clocks_of_the_grade_counted_from_the_report():
    incident = make.incident("confirmed", level=1)
    due = {
        clock.kind: (clock.due_at - incident.reported_at).total_seconds() / 60
        for clock in Deadline.objects.running().filter(incident=incident)
    }
    assert due == {"command": 15, "first_notice": 15, "restore": 120}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"affected": []}, "affected"),
        ({"reason": ""}, "reason"),
        ({"fault_type": "gremlins"}, "fault_type"),
        ({"level": 9}, "level"),
    ],
)
def test_confirm_demands_type_grade_extent_and_reason(facts, field):
    incident = make.report()
    with pytest.raises(Incomplete) as refused:
        make.confirmed(incident=incident, **facts)
    assert field in refused.value.fields
    assert state_of(incident) == State.REPORTED


def test_a_higher_grade_starts_a_new_epoch():
    incident = make.incident("confirmed", level=3)
    workflow.regrade(incident.pk, by=make.person("it"), level=1, convene=True, reason="急诊也断了")
    running = Deadline.objects.running().filter(incident=incident, kind="restore").get()
    assert running.epoch == 2
    assert (running.due_at - incident.reported_at).total_seconds() == 120 * 60


def test_command_demands_an_order():
    incident = make.incident("confirmed")
    with pytest.raises(Incomplete):
        workflow.command(incident.pk, by=make.person("leader"), orders=[])
    assert state_of(incident) == State.CONFIRMED


def test_the_same_command_sent_twice_issues_its_orders_once():
    incident = make.incident("confirmed")
    mark = uuid.uuid4()
    for _ in range(2):
        workflow.command(
            incident.pk, by=make.person("leader"), orders=make.orders(), client_uuid=mark
        )
    assert incident.orders.count() == 1


def test_an_order_is_read_back_then_done_and_its_clocks_end():
    incident = make.incident("commanded")
    order = incident.orders.get()
    workflow.read_back_order(order.pk, by=make.person("department"))
    workflow.finish_order(order.pk, by=make.person("department"), proof="20 个窗口已开")
    order.refresh_from_db()
    assert order.state == "done"
    assert order.outcome == "20 个窗口已开"
    clocks = Deadline.objects.filter(incident=incident, step=order.pk)
    assert {clock.kind: bool(clock.met_at) for clock in clocks} == {
        "read_back": True,
        "order": True,
    }


def test_a_refused_order_keeps_its_reason():
    incident = make.incident("commanded")
    order = incident.orders.get()
    workflow.refuse_order(order.pk, by=make.person("department"), reason="没有收据本")
    order.refresh_from_db()
    assert (order.state, order.outcome) == ("refused", "没有收据本")
    with pytest.raises(Conflict):
        workflow.finish_order(order.pk, by=make.person("department"), proof="x")


def test_repair_opens_the_checklist_of_the_fault_type():
    incident = make.incident("repairing", fault_type="network")
    texts = [check.item.text for check in incident.checks.select_related("item")]
    assert "联系运营商" in texts
    assert "检查系统日志" not in texts


def test_the_lead_repairer_belongs_to_the_fault_group():
    incident = make.incident("commanded")
    with pytest.raises(Incomplete):
        workflow.repair(incident.pk, by=make.person("it"), lead=make.person("stranger"))


def test_restore_is_refused_until_patients_were_told_or_it_was_waived():
    incident = make.incident("repairing")
    with pytest.raises(Incomplete) as refused:
        workflow.restore(incident.pk, by=make.person("it"))
    assert "notice" in refused.value.fields
    assert state_of(incident) == State.REPAIRING
    workflow.waive_notice(incident.pk, by=make.person("cs"), reason="只影响内部查询")
    workflow.restore(incident.pk, by=make.person("it"))
    assert state_of(incident) == State.RESTORING


def test_a_failed_check_goes_back_to_the_repair_and_a_new_round_begins_clean():
    incident = make.incident("restoring")
    check = incident.checks.filter(round=1).first()
    with pytest.raises(Incomplete):
        workflow.decide_check(check.pk, by=make.decider(check), result="failed")
    workflow.decide_check(check.pk, by=make.decider(check), result="failed", remark="医保仍超时")
    assert state_of(incident) == State.REPAIRING
    workflow.restore(incident.pk, by=make.person("it"))
    assert set(incident.checks.filter(round=2).values_list("result", flat=True)) == {"pending"}


def test_signing_demands_passed_checks_and_a_backup():
    incident = make.incident("restoring")
    with pytest.raises(Incomplete) as refused:
        workflow.sign(incident.pk, by=make.person("it"))
    assert set(refused.value.fields) == {"checks", "backup"}
    make.pass_checks(incident)
    make.backup(incident)
    workflow.sign(incident.pk, by=make.person("it"))
    assert state_of(incident) == State.RESTORING, "one signature is not enough"


def test_two_different_people_sign_one_of_them_from_an_affected_department():
    incident = make.incident("restoring")
    make.pass_checks(incident)
    make.backup(incident)
    workflow.sign(incident.pk, by=make.person("it"))
    with pytest.raises(Conflict):
        workflow.sign(incident.pk, by=make.person("it"))
    with pytest.raises(Conflict):
        workflow.sign(incident.pk, by=make.person("fault_head"))
    workflow.sign(incident.pk, by=make.person("department"))
    restored = Incident.objects.get(pk=incident.pk)
    assert restored.state == State.CLEANING
    assert restored.restored_at is not None
    assert not Deadline.objects.running().filter(incident=incident, kind="restore").exists()


def test_under_a_signature_the_checks_stand_still():
    incident = make.incident("restoring")
    make.pass_checks(incident)
    make.backup(incident)
    workflow.sign(incident.pk, by=make.person("it"))
    with pytest.raises(Conflict):
        workflow.decide_check(
            incident.checks.filter(round=1).first().pk,
            by=make.person("department"),
            result="failed",
            remark="x",
        )


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"sha256": "", "remark": ""}, "sha256"),
        ({"sha256": "not hexadecimal"}, "sha256"),
        ({"size_bytes": 0}, "size_bytes"),
        ({"name": " "}, "name"),
    ],
)
def test_backup_evidence_is_checked(facts, field):
    incident = make.incident("restoring")
    facts = {"name": "a.bak", "size_bytes": 5, "sha256": "a" * 64} | facts
    with pytest.raises(Incomplete) as refused:
        workflow.add_backup(incident.pk, by=make.person("it"), **facts)
    assert field in refused.value.fields
    assert not incident.backups.exists()


def test_a_relapse_goes_back_to_the_repair_and_the_restore_clock_runs_again():
    incident = make.incident("cleaning")
    workflow.relapse(incident.pk, by=make.person("it"), reason="又断了")
    assert state_of(incident) == State.REPAIRING
    assert Incident.objects.get(pk=incident.pk).restored_at is None
    clock = Deadline.objects.running().get(incident=incident, kind="restore")
    entry = Entry.objects.get(stream=incident.stream, event="incident.relapse")
    assert clock.armed_at == entry.at
    assert clock.due_at - clock.armed_at == timedelta(minutes=incident.grade.restore_minutes)
    # Graded anew, it still counts from the relapse and not from the report of yesterday.
    workflow.regrade(incident.pk, by=make.person("it"), level=1, convene=True, reason="全院")
    assert Deadline.objects.running().get(incident=incident, kind="restore").armed_at == entry.at


def test_who_decides_anew_on_convening_gives_the_new_reason():
    incident = make.confirmed(convene=False, reason="先自己查")
    workflow.regrade(incident.pk, by=make.person("it"), level=1, convene=False, reason="全院")
    assert Incident.objects.get(pk=incident.pk).convene_reason == "先自己查"
    workflow.regrade(incident.pk, by=make.person("it"), level=1, convene=True, reason="要停诊")
    assert Incident.objects.get(pk=incident.pk).convene_reason == "要停诊"


def test_cleanup_is_refused_with_every_open_point_named():
    incident = make.incident("cleaning")
    with pytest.raises(Incomplete) as refused:
        workflow.cleanup(incident.pk, by=make.person("it"), summary="换了连接池")
    order = incident.orders.get()
    assert {f"order-{order.pk}", "checklist"} <= set(refused.value.fields)
    assert state_of(incident) == State.CLEANING


def test_an_open_point_is_waived_by_name_and_reason():
    incident = make.incident("cleaning")
    order = incident.orders.get()
    for point in (f"order-{order.pk}", "checklist", "all_clear"):
        workflow.waive(incident.pk, by=make.person("it"), point=point, reason="科室已停用")
    workflow.cleanup(incident.pk, by=make.person("it"), summary="换了连接池")
    assert state_of(incident) == State.REVIEWING
    assert Waiver.objects.filter(incident=incident, by=make.person("it")).count() == 3


def test_what_is_not_open_cannot_be_waived():
    incident = make.incident("cleaning")
    with pytest.raises(Conflict):
        workflow.waive(incident.pk, by=make.person("it"), point="nonsense", reason="x")


def test_a_relapse_as_a_new_incident_blocks_the_clean_up_of_the_old():
    incident = make.incident("cleaning")
    make.end_everything(incident)
    again = make.report(relapse_of=incident)
    missing = [each.key for each in gates.conditions(gates.CLEANUP, incident) if each.open]
    assert missing == ["relapse"]
    workflow.dismiss(again.pk, by=make.person("it"), reason="看错了")
    workflow.cleanup(incident.pk, by=make.person("it"), summary="换了连接池")


def test_dismissed_with_a_reason_and_every_clock_ends():
    incident = make.report()
    with pytest.raises(Incomplete):
        workflow.dismiss(incident.pk, by=make.person("it"), reason=" ")
    workflow.dismiss(incident.pk, by=make.person("it"), reason="网线松了")
    assert state_of(incident) == State.DISMISSED
    assert not Deadline.objects.running().filter(incident=incident).exists()


def test_merged_into_an_open_incident_which_hears_of_it():
    target, incident = make.confirmed(), make.report(location="门诊楼二层")
    workflow.merge(incident.pk, by=make.person("it"), into=target.pk)
    assert state_of(incident) == State.MERGED
    entry = Entry.objects.get(stream=target.stream, event="incident.absorb")
    assert entry.facts["location"] == "门诊楼二层"


def test_nothing_merges_into_itself_or_into_what_has_ended():
    incident, ended = make.report(), make.report()
    workflow.dismiss(ended.pk, by=make.person("it"), reason="误报")
    with pytest.raises(Incomplete):
        workflow.merge(incident.pk, by=make.person("it"), into=incident.pk)
    with pytest.raises(Conflict):
        workflow.merge(incident.pk, by=make.person("it"), into=ended.pk)


def test_the_journal_tells_the_whole_road():
    incident = make.incident("reviewing")
    events = list(Entry.objects.of(incident.stream).values_list("event", flat=True))
    road = ["report", "confirm", "command", "repair", "restore", "pass_restoration", "cleanup"]
    assert [event for event in events if event.removeprefix("incident.") in road] == [
        f"incident.{verb}" for verb in road
    ]


def test_a_clock_that_ran_out_is_told_once():
    incident = make.report()
    Deadline.objects.filter(incident=incident, kind="acknowledge").update(
        due_at="2020-01-01T00:00Z"
    )
    assert workflow.climb() == 1
    assert workflow.climb() == 0
    entry = Entry.objects.get(stream=incident.stream, event="deadline.pass")
    assert entry.facts["holder"] == "信息技术部值班"


def test_the_repair_checklist_can_be_corrected_until_the_site_is_cleaned_up():
    incident = make.incident("reviewing")
    check = Check.objects.filter(incident=incident, round=0).first()
    with pytest.raises(Conflict):
        workflow.decide_check(check.pk, by=make.person("it"), result="done")


def test_a_second_report_never_answers_with_somebody_elses():
    mine, key = make.report(), uuid.uuid4()
    first = workflow.add_report(mine.pk, by=make.person("cs"), seen="也不行", client_uuid=key)
    again = workflow.add_report(mine.pk, by=make.person("cs"), seen="也不行", client_uuid=key)
    assert again.pk == first.pk
    with pytest.raises(Conflict):
        workflow.add_report(mine.pk, by=make.person("it"), seen="网慢", client_uuid=key)
    with pytest.raises(Conflict):
        workflow.add_report(make.report().pk, by=make.person("cs"), seen="慢", client_uuid=key)


def test_a_refusal_lists_what_is_missing_in_one_sentence():
    incident = make.incident("cleaning")
    workflow.command(incident.pk, by=make.person("leader"), orders=make.orders("恢复窗口"))
    with pytest.raises(Incomplete) as refused:
        workflow.cleanup(incident.pk, by=make.person("it"), summary="已恢复")
    assert "。；" not in str(refused.value)
