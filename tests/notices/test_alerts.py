"""Alerts: who is told of what, exactly once, and who may see and mark them."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from incidents import workflow as incidents
from incidents.models import Deadline, Incident, Order
from journal import live
from journal.models import Entry
from journal.relay import relay
from notices import ladders, workflow
from notices.models import Alert
from reviews import workflow as reviews
from tests import make
from tests.notices import making
from tests.reviews import written

pytestmark = pytest.mark.django_db


def told(event, incident=None):
    """Usernames of those who were told of the last entry of this kind, after a relay."""
    relay()
    entries = Entry.objects.filter(event=event)
    if incident is not None:
        entries = entries.filter(stream=incident.stream)
    entry = entries.latest("pk")
    return set(Alert.objects.filter(entry=entry).values_list("person__username", flat=True))


def test_a_report_tells_everybody_of_it_who_works_here():
    make.hospital()
    gone = make.new_person("it", is_active=False)
    reads = make.new_person("it", "auditor")
    extra = make.new_person("it")
    make.report()
    names = told("ladder.fire")
    assert {"zhiban", extra.username} <= names
    assert not {gone.username, reads.username, "kefu", "shenji"} & names


def test_convening_calls_the_leading_group_and_else_the_fault_group():
    make.confirmed(convene=True)
    assert "yuanzhang" in told("incident.confirm")
    make.confirmed(incident=make.report(location="二楼"), convene=False)
    names = told("incident.confirm")
    assert "xinxi" in names
    assert "yuanzhang" not in names


def test_an_order_tells_its_department_and_a_refusal_tells_the_commander():
    incident = make.incident("commanded")
    names = told("order.issue")
    assert "shoufei" in names
    assert "houqin" not in names
    order = Order.objects.get(incident=incident)
    incidents.refuse_order(order.pk, by=make.person("department"), reason="没有备用机")
    assert told("order.refuse") == {"yuanzhang"}
    alert = Alert.objects.get(entry__event="order.refuse")
    assert "没有备用机" in alert.text
    assert alert.url == incident.get_absolute_url()


@pytest.mark.parametrize(
    ("state", "kind", "some", "nobody"),
    [
        ("reported", "acknowledge", "zhiban", "kefu"),
        ("confirmed", "command", "yuanzhang", "kefu"),
        ("confirmed", "first_notice", "kefu", "zhiban"),
        ("commanded", "read_back", "shoufei", "kefu"),
        ("repairing", "restore", "xinxi", "kefu"),
    ],
)
def test_a_clock_that_runs_out_tells_whoever_holds_it(state, kind, some, nobody):
    incident = make.incident(state)
    Deadline.objects.filter(incident=incident).exclude(kind=kind).update(
        cancelled_at=timezone.now(), met_at=None
    )
    Deadline.objects.filter(incident=incident, kind=kind).update(
        due_at=timezone.now() - timedelta(minutes=1)
    )
    assert incidents.climb() == 1
    names = told("deadline.pass")
    assert some in names
    assert nobody not in names


@pytest.mark.parametrize("level", [2, 3])
def test_a_draft_asks_those_who_may_approve_but_not_its_writer(level):
    notice = making.drafted(make.incident("repairing", level=level))
    names = told("notice.draft")
    assert {"yuanzhang", "xinxi"} <= names
    # From Ⅱ on the leading group approves.
    assert ("kefu2" in names) is (level == 3)
    assert not {"kefu", "zhiban", "shoufei"} & names
    for name in names:
        assert "approve" in notice_verbs(notice, name)


def notice_verbs(notice, username):
    from journal.moving import available

    return available(notice, make.person(username))


def test_other_words_ask_again_only_where_an_approval_was_lost():
    notice = making.drafted()
    workflow.edit(notice.pk, by=make.person("cs"), facts=making.facts(advice="改过"))
    assert told("notice.edit") == set()
    workflow.approve(notice.pk, by=make.person("leader"))
    assert told("notice.approve") == {"kefu"}
    workflow.edit(notice.pk, by=make.person("cs"), facts=making.facts(advice="又改过"))
    assert "yuanzhang" in told("notice.edit")


@pytest.mark.parametrize("event", ["incident.dismiss", "incident.merge"])
def test_reporters_learn_how_the_report_ended(event):
    incident = make.report()
    also = make.new_person("department")
    incidents.add_report(incident.pk, by=also, seen="我们这里也不行")
    if event == "incident.dismiss":
        incidents.dismiss(incident.pk, by=make.person("it"), reason="显示器没有开")
    else:
        target = make.incident("confirmed")
        incidents.merge(incident.pk, by=make.person("it"), into=target.pk)
    assert told(event) == {"kefu", also.username}


def test_who_reported_what_was_merged_learns_of_the_restoration_as_well():
    other = make.new_person("department")
    merged = make.report(by=other)
    restored = make.incident("restoring")
    incidents.merge(merged.pk, by=make.person("it"), into=restored.pk)
    make.pass_checks(restored)
    make.backup(restored)
    incidents.sign(restored.pk, by=make.person("it"))
    incidents.sign(restored.pk, by=make.person("department"))
    assert told("incident.pass_restoration", restored) == {"kefu", other.username}


def test_reporters_of_what_was_merged_twice_over_get_the_same_answers():
    first = make.report(by=make.new_person("department", name="甲"))
    second, third = make.report(by=make.person("cs2")), make.report()
    incidents.merge(first.pk, by=make.person("it"), into=second.pk)
    incidents.merge(second.pk, by=make.person("it"), into=third.pk)
    incidents.dismiss(third.pk, by=make.person("it"), reason="显示器没有开")
    assert told("incident.dismiss") == {first.reporter.username, "kefu2", "kefu"}


def test_a_grade_that_convenes_calls_the_leading_group_and_any_other_calls_nobody():
    incident = make.confirmed(convene=False)
    it = make.person("it")
    incidents.regrade(incident.pk, by=it, level=3, convene=False, reason="只有一个窗口")
    assert told("incident.regrade") == set()
    incidents.regrade(incident.pk, by=it, level=1, convene=True, reason="全院停了")
    names = told("incident.regrade")
    assert {"yuanzhang", "zongzhiban"} <= names
    assert not {"zhichi", "zhiban"} & names


def test_after_the_first_signature_the_other_side_is_asked():
    incident = make.incident("restoring")
    make.pass_checks(incident)
    make.backup(incident)
    incidents.sign(incident.pk, by=make.person("it"))
    names = told("restoration.sign")
    assert {"shoufei", "daozhen"} <= names
    assert not {"zhiban2", "houqin"} & names
    incidents.sign(incident.pk, by=make.person("department"))
    assert told("restoration.sign") == set()


def test_a_department_that_signs_first_asks_the_fault_group():
    incident = make.incident("restoring")
    make.pass_checks(incident)
    make.backup(incident)
    incidents.sign(incident.pk, by=make.person("department"))
    assert {"zhiban", "xinxi"} <= told("restoration.sign")


def test_a_relapse_is_told_to_reporters_and_to_customer_service():
    incident = make.incident("cleaning")
    incidents.relapse(incident.pk, by=make.person("it"), reason="又断了")
    names = told("incident.relapse")
    assert {"kefu", "kefu2"} <= names
    assert "houqin" not in names


def test_the_end_of_the_clean_up_calls_the_heads_to_the_review():
    make.incident("reviewing")
    names = told("incident.cleanup")
    assert {"yuanzhang", "xinxi", "houqin"} <= names
    assert not {"kefu", "shenji"} & names


def test_a_report_goes_to_the_leading_group_and_back_to_who_handed_it_in():
    incident = written.complete()
    reviews.submit(incident.pk, by=make.person("fault_head"))
    assert {"yuanzhang", "kefuzhuren"} <= told("review.submit")
    assert "xinxi" not in told("review.submit")
    reviews.return_report(incident.pk, by=make.person("leader"), remark="原因没有写清")
    assert told("review.return_report") == {"xinxi"}
    assert "原因没有写清" in Alert.objects.latest("pk").text


def test_an_entry_that_is_relayed_again_tells_nobody_twice(alerted):
    first = Alert.objects.count()
    ladders.reported(Entry.objects.get(event="incident.report"))
    assert Alert.objects.count() == first


@pytest.mark.django_db(transaction=True)
def test_side_by_side_relays_tell_everybody_once(monkeypatch):
    announced = []
    monkeypatch.setattr(live, "announce", lambda *hint: announced.append(hint))
    for floor in range(5):
        make.report(location=f"{floor} 楼")
    announced.clear()

    def run():
        relay()
        connection.close()

    threads = [threading.Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    person = make.person("it")
    assert Alert.objects.filter(person=person).count() == 5
    assert announced.count((f"person:{person.pk}", "alerts")) == 5
    assert all("." not in event for stream, event in announced if stream.startswith("person:"))


# Seeing them ------------------------------------------------------------------------------------


@pytest.fixture
def alerted():
    make.report()
    relay()
    return make.person("it")


def test_the_bell_counts_what_was_not_seen(client, alerted):
    client.force_login(alerted)
    page = client.get("/notices/bell/", headers={"HX-Request": "true"}).content.decode()
    assert '<span class="bell__count">1</span>' in page
    assert client.get("/notices/bell/").url == "/alerts/"


def test_opening_an_alert_marks_it_and_leads_to_its_place(client, alerted):
    client.force_login(alerted)
    alert = Alert.objects.get(person=alerted)
    assert alert.text in client.get("/alerts/").content.decode()
    alert.refresh_from_db()
    assert alert.seen_at is None, "looking at the list opens nothing"
    response = client.post(f"/alerts/{alert.pk}/open/")
    assert response.url == Incident.objects.get().get_absolute_url()
    alert.refresh_from_db()
    assert alert.seen_at is not None


def test_marking_all_leaves_what_came_since(client, alerted):
    client.force_login(alerted)
    newest = Alert.objects.filter(person=alerted).latest("pk").pk
    make.report(location="三楼")
    relay()
    client.post("/alerts/seen/", {"newest": newest})
    assert Alert.objects.unseen().filter(person=alerted).count() == 1
    client.post("/alerts/seen/", {"newest": "nonsense"})
    assert Alert.objects.unseen().filter(person=alerted).count() == 1


def test_nobody_opens_or_marks_the_alerts_of_others(client, alerted):
    alert = Alert.objects.get(person=alerted)
    client.force_login(make.person("cs"))
    assert client.post(f"/alerts/{alert.pk}/open/").status_code == 404
    client.post("/alerts/seen/", {"newest": alert.pk})
    alert.refresh_from_db()
    assert alert.seen_at is None
    assert alert.text not in client.get("/alerts/").content.decode()


def test_a_link_does_not_mark_an_alert(client, alerted):
    client.force_login(alerted)
    alert = Alert.objects.get(person=alerted)
    assert client.get(f"/alerts/{alert.pk}/open/").status_code == 405


def test_the_list_has_a_fixed_number_of_queries(client, alerted, django_assert_max_num_queries):
    client.force_login(alerted)
    for floor in range(10):
        make.report(location=f"{floor} 楼")
    relay()
    client.get("/alerts/")
    with django_assert_max_num_queries(4):
        page = client.get("/alerts/").content.decode()
    assert page.count("alert--unseen") == 11
