"""A running incident is moved to a newer version of the plan only deliberately (issue: plan)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from incidents import workflow
from incidents.checklists import Checklists
from incidents.models import Check, Deadline, Incident
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from plans import content
from plans.models import PlanVersion
from reviews.report import handling
from tests import make

pytestmark = pytest.mark.django_db
CONFIRM, RESTORE, READ_BACK = "confirm", "restore", "read_back"


def signed_in(who: str) -> Client:
    client = Client()
    client.force_login(make.person(who))
    return client


def again(incident: Incident) -> Incident:
    return Incident.objects.get(pk=incident.pk)


def newer(**targets: int | None) -> PlanVersion:
    """A newer version in force; `targets` of grades Ⅰ to Ⅳ are set to these minutes."""
    make.hospital()
    in_force = PlanVersion.objects.in_force()
    grades = [{**row, **targets} for row in content.read_part(in_force, "grades")]
    return make.plan(grades=grades)


def change(incident: Incident, plan: PlanVersion, who: str = "leader", **more) -> Incident:
    facts = {"number": plan.number, "reason": "新版补了检查项"} | more
    return workflow.change_plan(incident.pk, by=make.person(who), **facts)


def clock(incident: Incident, kind: str) -> Deadline:
    return Deadline.objects.running().get(incident=incident, kind=kind)


def checklists(**lists: list[str]) -> dict:
    """The checklists in force, with these in place of those of the same key."""
    make.hospital()
    found = content.read_part(PlanVersion.objects.in_force(), "checklists")
    return found | {key: [[text, ""] for text in texts] for key, texts in lists.items()}


def test_the_laws_clocks_are_neither_doubled_nor_forget_since_when_it_is_known():
    incident = make.confirmed()
    workflow.arm_regulatory(incident.pk)
    it = make.person("it")
    known = again(incident).confirmed_at - timedelta(hours=2)
    workflow.set_knowledge(incident.pk, by=it, known_at=known, reason="厂商来电")
    law = Deadline.objects.filter(incident=incident, kind="regulatory")
    # What a later finding adds counts from the same moment.
    workflow.note_regulatory(law.earliest("pk").pk, by=it, proof="电话 12387，编号 1")
    workflow.count_exposed(incident.pk, by=it, kind="预约登记", count=200)
    before = {clock.pk for clock in law.all()}
    assert len(before) == 4
    change(incident, newer())
    assert workflow.arm_regulatory(incident.pk) == 0
    assert {clock.pk for clock in law.all()} == before
    assert {clock.armed_at for clock in law.all()} == {known}


def test_an_incident_stays_on_its_version_until_somebody_moves_it():
    incident = make.incident("confirmed")
    plan = newer(restore=17)
    assert again(incident).plan.number < plan.number
    moved = change(incident, plan)
    assert (moved.plan, moved.grade.plan, moved.grade.level) == (plan, plan, 2)
    entry = Entry.objects.of(incident.stream).get(event="incident.change_plan")
    assert (entry.facts["plan_before"], entry.facts["plan"]) == (1, plan.number)
    assert entry.facts["reason"] == "新版补了检查项"


def test_clocks_count_by_the_new_targets_from_their_original_moments():
    incident = make.incident("commanded")
    before = clock(incident, RESTORE)
    order = incident.orders.get()
    change(incident, newer(restore=17, read_back=3))
    after = clock(incident, RESTORE)
    assert after.pk != before.pk
    assert after.armed_at == before.armed_at == incident.reported_at
    assert after.due_at == incident.reported_at + timedelta(minutes=17)
    assert after.epoch == again(incident).epoch == incident.epoch + 1
    assert clock(incident, READ_BACK).due_at == order.issued_at + timedelta(minutes=3)


def test_clocks_that_the_new_version_leaves_alone_go_on_untouched():
    incident = make.incident("confirmed")
    before = set(Deadline.objects.running().values_list("pk", flat=True))
    change(incident, newer(no_progress=44))
    assert set(Deadline.objects.running().values_list("pk", flat=True)) == before


def test_a_target_that_is_gone_ends_its_clock_and_a_new_one_starts_it():
    incident = make.incident("confirmed")
    change(incident, newer(restore=None))
    assert not Deadline.objects.running().filter(incident=incident, kind=RESTORE).exists()
    change(incident, newer(restore=50))
    assert clock(incident, RESTORE).due_at == incident.reported_at + timedelta(minutes=50)


def test_after_a_relapse_the_clock_counts_from_the_relapse():
    incident = make.incident("cleaning")
    workflow.relapse(incident.pk, by=make.person("it"), reason="又断了")
    since = clock(incident, RESTORE).armed_at
    change(incident, newer(restore=17))
    assert clock(incident, RESTORE).due_at == since + timedelta(minutes=17)


def test_before_it_is_graded_the_provisional_grade_of_the_new_version_holds():
    incident = make.report()
    moved = change(incident, newer(confirm=3), who="fault_head")
    assert moved.grade is None
    assert clock(incident, CONFIRM).due_at == incident.reported_at + timedelta(minutes=3)


def test_checks_open_stay_decided_stay_new_ones_come_and_vanished_ones_are_marked():
    make.plan(checklists=checklists(software=["甲", "乙", "丙"], any=["总"]))
    incident = make.incident("repairing")
    done = Check.objects.get(incident=incident, item__text="甲")
    workflow.decide_check(done.pk, by=make.person("it"), result="done")
    plan = make.plan(checklists=checklists(software=["乙", "丁", "甲"], any=["总"]))
    change(incident, plan)
    found = {check.item.text: check for check in incident.checks.select_related("item")}
    assert set(found) == {"甲", "乙", "丙", "丁", "总"}
    assert found["甲"].result == "done"
    assert found["甲"].item.plan != plan
    assert found["乙"].item.plan == plan
    assert found["丁"].result == "pending"
    assert found["丙"].dropped_in == plan
    assert "已取消这一项" in signed_in("it").get(incident.get_absolute_url()).text
    it = make.person("it")
    assert found["丙"].pk not in {check.pk for check in Checklists(again(incident), it, []).to_do}
    for act in (
        lambda: workflow.decide_check(found["丙"].pk, by=it, result="done"),
        lambda: workflow.take_check(found["丙"].pk, by=it),
    ):
        with pytest.raises(Conflict, match="已取消这一项"):
            act()
    assert {row["item"] for row in handling.proof(again(incident), [])["repair"]} == {
        *("甲", "乙", "丁", "总")
    }
    # What is not demanded any more does not stand in the way of the clean-up.
    for text in ("乙", "丁", "总"):
        workflow.decide_check(found[text].pk, by=make.person("it"), result="done")
    assert not incident.checks.demanded().filter(result="pending").exists()


def test_a_vanished_check_that_comes_back_is_demanded_again():
    make.plan(checklists=checklists(software=["甲", "乙"]))
    incident = make.incident("repairing")
    change(incident, make.plan(checklists=checklists(software=["甲"])))
    change(incident, make.plan(checklists=checklists(software=["甲", "乙"])))
    assert Check.objects.get(incident=incident, item__text="乙").dropped_in is None


def test_a_checklist_that_is_not_open_yet_opens_by_the_new_version():
    incident = make.incident("commanded")
    change(incident, make.plan(checklists=checklists(software=["丁"])))
    workflow.repair(incident.pk, by=make.person("it"), lead=make.person("it"))
    assert incident.checks.filter(item__text="丁").exists()


@pytest.mark.parametrize("who", ["cs", "it", "admin", "auditor", "department", "stranger"])
def test_only_who_commands_may(who):
    incident = make.incident("confirmed")
    plan = newer(restore=17)
    with pytest.raises(NotAllowed):
        change(incident, plan, who=who)
    assert again(incident).plan.number == 1


@pytest.mark.parametrize("state", ["cleaning", "reviewing"])
def test_a_restored_incident_is_measured_by_the_plan_that_held(state):
    incident = make.incident(state)
    with pytest.raises(Conflict):
        change(incident, newer(restore=17))


def test_refusals_leave_nothing_behind():
    incident = make.incident("confirmed")
    with pytest.raises(Conflict):
        change(incident, incident.plan)
    plan = newer(restore=17)
    with pytest.raises(Incomplete):
        change(incident, plan, reason=" ")
    with pytest.raises(Conflict):
        change(incident, plan, version=incident.version - 1)
    newest = newer(restore=18)
    with pytest.raises(Conflict):
        change(incident, plan)
    change(incident, newest)
    with pytest.raises(Conflict):
        change(incident, newest)
    assert again(incident).version == incident.version + 1
    assert Entry.objects.of(incident.stream).filter(event="incident.change_plan").count() == 1


def test_a_version_without_the_grade_is_refused():
    incident = make.incident("confirmed", level=4)
    rows = content.read_part(PlanVersion.objects.in_force(), "grades")
    ladders = content.read_part(PlanVersion.objects.in_force(), "ladders")
    make_ladders = {key: rungs for key, rungs in ladders.items() if key != "4"}
    plan = make.plan(ladders=make_ladders, grades=[row for row in rows if row["level"] != 4])
    with pytest.raises(Incomplete, match="没有Ⅳ级"):
        change(incident, plan)


def test_what_was_signed_does_not_change_under_the_signature():
    incident = make.incident("restoring")
    make.pass_checks(incident)
    make.backup(incident)
    workflow.sign(incident.pk, by=make.person("it"))
    with pytest.raises(Conflict, match="已经有人签字"):
        change(incident, newer(restore=17))


def test_the_page_shows_what_would_change_and_does_it():
    make.plan(checklists=checklists(software=["甲", "丙"]))
    incident = make.incident("repairing")
    client, url = signed_in("leader"), reverse("incidents:verb", args=[incident.pk, "change_plan"])
    assert url not in client.get(incident.get_absolute_url()).text
    assert client.get(url).status_code == 409
    plan = make.plan(checklists=checklists(software=["甲", "丁"]))
    assert url in client.get(incident.get_absolute_url()).text
    page = client.get(url)
    assert page.status_code == 200
    assert "丁" in page.text
    assert "丙" in page.text
    said = {"version": incident.version, "number": plan.number, "reason": "新版更全"}
    assert client.post(url, said | {"reason": ""}).status_code == 422
    assert client.post(url, said).status_code == 302
    assert again(incident).plan == plan


def test_a_page_that_another_version_overtook_shows_the_newest_and_can_be_sent_again():
    incident = make.incident("confirmed")
    stale = newer(restore=17)
    client, url = signed_in("leader"), reverse("incidents:verb", args=[incident.pk, "change_plan"])
    newest = newer(restore=18)
    said = {"version": incident.version, "number": stale.number, "reason": "我写的理由"}
    answer = client.post(url, said)
    assert answer.status_code == 409
    assert "我写的理由" in answer.text
    assert answer.context["form"]["number"].value() == newest.number


def test_the_api_moves_and_offers_it_only_where_there_is_a_way_to_go():
    incident = make.incident("confirmed")
    client = signed_in("leader")
    assert "change_plan" not in client.get(f"/api/incidents/{incident.pk}/").json()["verbs"]
    plan = newer(restore=17)
    assert "change_plan" in client.get(f"/api/incidents/{incident.pk}/").json()["verbs"]
    answer = client.post(
        f"/api/incidents/{incident.pk}/change_plan/",
        {"number": plan.number, "reason": "新版更全", "version": incident.version},
        content_type="application/json",
    )
    assert answer.status_code == 200
    assert client.get(f"/api/incidents/{incident.pk}/").json()["plan"] == plan.number
