"""All clear: said when all is over, to every department, confirmed, revoked by a relapse."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents import gates, workflow
from incidents.models import AllClear, AllClearReceipt, Deadline, Incident, ManualMode
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from journal.relay import relay
from notices import workflow as telling
from notices.models import Alert
from teams.models import Department, Person
from tests import make

pytestmark = pytest.mark.django_db


def say(incident, by="leader", **facts):
    return workflow.all_clear(incident.pk, by=make.person(by), words="已恢复", **facts)


def signed_in(who):
    client = Client()
    client.force_login(make.person(who))
    return client


def demand(incident, key="all_clear"):
    return next(c for c in gates.conditions(gates.CLEANUP, incident) if c.key == key)


def test_every_department_is_told_and_the_cleanup_waits_for_it():
    incident = make.incident("cleaning")
    assert "还没有宣布解除" in demand(incident).missing
    said = say(incident)
    told = {str(receipt) for receipt in said.receipts.all()}
    assert told == set(Department.objects.values_list("name", flat=True))
    assert demand(incident).met
    entry = Entry.objects.of(incident.stream).get(event="incident.all_clear")
    assert entry.facts["all_clear"] == said.pk
    assert set(entry.facts["departments"]) == told
    assert Deadline.objects.running().filter(kind="all_clear", step=said.pk).exists()


@pytest.mark.parametrize("who", ["cs", "it", "department", "logistics", "admin", "auditor"])
def test_only_who_commands_says_it(who):
    incident = make.incident("cleaning")
    with pytest.raises(NotAllowed):
        say(incident, by=who)
    assert not AllClear.objects.exists()


def test_it_may_be_waived_by_name_and_a_small_fault_needs_none():
    incident = make.incident("cleaning")
    workflow.waive(incident.pk, by=make.person("it"), point="all_clear", reason="已逐个打电话")
    assert not demand(incident).open
    assert demand(make.incident("cleaning", convene=False)).met


@pytest.mark.parametrize("state", ["commanded", "restoring", "reviewing"])
def test_it_is_refused_outside_the_cleanup(state):
    incident = make.incident(state)
    AllClearReceipt.objects.all().delete()
    AllClear.objects.all().delete()
    with pytest.raises(Conflict):
        say(incident)
    assert not AllClear.objects.exists()


def test_it_is_refused_while_somebody_works_on_paper_saying_exactly_who():
    incident, other = make.incident("cleaning"), make.incident("commanded")
    workflow.manual_on(
        other.pk,
        by=make.person("leader"),
        departments=[make.department("急诊科")],
        reason="x",
        minutes=30,
    )
    ManualMode.objects.update(incident=incident)
    with pytest.raises(Incomplete, match="急诊科还在用手工模式"):
        say(incident)
    assert not AllClear.objects.exists()


def test_saying_it_again_changes_nothing_and_somebody_else_is_told_who_was_faster():
    incident = make.incident("cleaning")
    said = say(incident)
    assert say(incident, version=1) == said
    with pytest.raises(Conflict, match="钱院长已经宣布解除"):
        say(incident, by="fault_head")
    with pytest.raises(IntegrityError), transaction.atomic():
        AllClear.objects.create(incident=incident, words="x", at=said.at, by=said.by)


def test_each_department_confirms_for_itself_and_the_last_one_ends_the_clock():
    said = say(make.incident("cleaning"))
    for receipt in said.receipts.select_related("department"):
        person = Person.objects.filter(department=receipt.department).exclude(roles=["auditor"])
        with pytest.raises(NotAllowed):
            workflow.confirm_all_clear(
                receipt.pk, by=Person.objects.exclude(department=receipt.department).first()
            )
        first = workflow.confirm_all_clear(receipt.pk, by=person.first())
        assert workflow.confirm_all_clear(receipt.pk, by=person.last()) == first
    clock = Deadline.objects.get(kind="all_clear")
    assert clock.met_at is not None


def test_heads_are_called_everybody_is_told_and_acknowledging_confirms():
    incident = make.incident("cleaning")
    said = say(incident)
    relay()
    alerts = Alert.objects.filter(entry__event="incident.all_clear")
    called = set(alerts.filter(calls=True).values_list("person__username", flat=True))
    assert {"shoufei", "jizhen", "zhiban"} <= called
    assert "chuangkou" not in called
    # Everybody but who said it and the auditor.
    assert alerts.count() == Person.objects.filter(is_active=True).count() - 2
    mine = alerts.get(person=make.person("department"))
    telling.acknowledge_alert(mine.pk, how="page", by=mine.person)
    receipt = said.receipts.get(department=mine.person.department)
    assert receipt.confirmed_by == mine.person
    page = signed_in("it").get(reverse("notices:all_clear_told", args=[incident.pk])).text
    assert "韩组长" in page
    assert "已确认（代表科室）" in page
    others = alerts.exclude(pk=mine.pk)
    assert f"已确认 1，只看到 0，没看 {others.count()}" in page
    telling.open_alert(others.first().pk, by=others.first().person)
    page = signed_in("it").get(reverse("notices:all_clear_told", args=[incident.pk])).text
    assert f"已确认 1，只看到 1，没看 {others.count() - 1}" in page
    assert "患者没有看到过这次故障的通知" in page


def test_who_has_not_confirmed_in_time_is_reminded_by_name():
    incident = make.incident("cleaning")
    said = say(incident)
    Deadline.objects.filter(kind="all_clear").update(due_at=timezone.now() - timedelta(minutes=1))
    mine = said.receipts.get(department=make.department())
    workflow.confirm_all_clear(mine.pk, by=make.person("department"))
    assert workflow.climb() == 1
    relay()
    reminded = Alert.objects.filter(text__startswith="还没有确认解除")
    names = set(reminded.values_list("person__username", flat=True))
    assert {"jizhen", "yuanzhang"} <= names
    assert not {"shoufei", "chuangkou"} & names


def test_a_relapse_revokes_it_and_says_so_to_everybody():
    incident = make.incident("cleaning")
    said = say(incident)
    relay()
    workflow.relapse(incident.pk, by=make.person("it"), reason="又连不上了")
    relay()
    said.refresh_from_db()
    assert (said.revoked_reason, said.revoked_by.username) == ("又连不上了", "zhiban")
    receipt = said.receipts.first()
    with pytest.raises(Conflict, match="解除已经撤销"):
        workflow.confirm_all_clear(
            receipt.pk, by=Person.objects.filter(department=receipt.department).first()
        )
    assert not Deadline.objects.running().filter(kind="all_clear").exists()
    assert Alert.objects.filter(
        entry__event="incident.revoke_all_clear", person=make.person("department"), calls=True
    ).exists()
    assert Incident.objects.get(pk=incident.pk).state == "repairing"


def test_the_page_says_what_is_missing_who_confirmed_and_what_was_revoked():
    incident = make.incident("cleaning")
    url = reverse("incidents:all_clear", args=[incident.pk])
    verb = reverse("incidents:verb", args=[incident.pk, "all_clear"])
    assert verb in signed_in("leader").get(url).text
    assert verb not in signed_in("it").get(url).text
    leader = signed_in("leader")
    assert incident.title in leader.get(verb).text
    assert leader.post(verb, {"words": "", "version": incident.version}).status_code == 422
    assert leader.post(verb, {"words": "恢复了", "version": incident.version}).status_code == 302
    receipt = AllClearReceipt.objects.get(department=make.department())
    confirm = reverse("incidents:confirm_all_clear", args=[receipt.pk])
    clerk = signed_in("chuangkou")
    assert confirm in clerk.get(url).text
    assert signed_in("jizhen").post(confirm).status_code == 403
    assert clerk.post(confirm).status_code == 302
    assert "沈月确认" in signed_in("auditor").get(url).text
    workflow.relapse(incident.pk, by=make.person("it"), reason="又断了")
    assert "撤销：又断了" in clerk.get(url).text


def test_the_page_asks_the_same_queries_however_many_have_it(django_assert_max_num_queries):
    incident = make.incident("cleaning")
    say(incident)
    relay()
    client = signed_in("department")
    for name in ("incidents:all_clear", "notices:all_clear_told"):
        url = reverse(name, args=[incident.pk])
        client.get(url)
        with django_assert_max_num_queries(12):
            client.get(url, headers={"HX-Request": "true"})
