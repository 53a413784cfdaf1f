"""Contact points: whose they are, what they must be, who sees them, what proves them."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams import workflow
from teams.models import ContactPoint
from tests import make

pytestmark = pytest.mark.django_db

DAY = (datetime.time(8), datetime.time(20))
NIGHT = (datetime.time(20), datetime.time(8))
MOBILE = "13000000000"


def points_of(person):
    return list(ContactPoint.objects.filter(person=person))


def stranger(*roles, **facts):
    """Somebody with nothing but the product itself."""
    person = make.new_person(*roles, **facts)
    workflow.add_contact(person.pk, by=None, kind="in_app", address="")
    return person


def told(person, event):
    return Entry.objects.of(f"person:{person.pk}").filter(event=event)


def test_everybody_of_a_new_hospital_reads_alerts_in_the_product():
    assert ContactPoint.objects.filter(person=make.person("cs"), kind="in_app").exists()


def test_a_new_way_stands_behind_the_others_and_has_no_proof_yet():
    nurse = stranger("cs")
    point = workflow.add_contact(nurse.pk, by=nurse, kind="sms", address="+86 130 0000 0000")
    assert (point.address, point.position, point.last_ok_at) == (MOBILE, 2, None)
    assert points_of(nurse)[-1] == point


def test_the_journal_never_learns_the_number():
    nurse = stranger("cs")
    point = workflow.add_contact(nurse.pk, by=nurse, kind="sms", address=MOBILE)
    workflow.change_contact(point.pk, by=nurse, address="13000000001")
    workflow.remove_contact(point.pk, by=nurse)
    entries = Entry.objects.of(f"person:{nurse.pk}")
    assert [entry.event for entry in entries][1:] == [
        "contact.add",
        "contact.change",
        "contact.remove",
    ]
    assert "1300000" not in str([entry.facts for entry in entries])
    assert entries[1].facts["address"] == "••••00"


@pytest.mark.parametrize(
    ("kind", "address", "field"),
    [("sms", "8119", "address"), ("phone", "x", "address"), ("pigeon", "8119", "kind")],
)
def test_what_cannot_be_right_is_refused_at_its_field_and_nothing_is_kept(kind, address, field):
    nurse = stranger("cs")
    with pytest.raises(Incomplete) as refused:
        workflow.add_contact(nurse.pk, by=nurse, kind=kind, address=address)
    assert field in refused.value.fields
    assert len(points_of(nurse)) == 1


def test_the_same_way_is_not_there_twice():
    nurse = stranger("cs")
    workflow.add_contact(nurse.pk, by=nurse, kind="phone", address="8119")
    with pytest.raises(Incomplete, match="已经有了"):
        workflow.add_contact(nurse.pk, by=nurse, kind="phone", address="内线 8119")
    other = workflow.add_contact(nurse.pk, by=nurse, kind="phone", address="8120")
    with pytest.raises(Incomplete, match="已经有了"):
        workflow.change_contact(other.pk, by=nurse, address="8119")


def test_nobody_has_more_ways_than_anybody_could_try():
    nurse = stranger("cs")
    for number in range(8100, 8119):
        workflow.add_contact(nurse.pk, by=nurse, kind="phone", address=str(number))
    with pytest.raises(Incomplete, match="最多"):
        workflow.add_contact(nurse.pk, by=nurse, kind="phone", address="8200")


def test_a_new_address_has_yet_to_prove_itself_new_hours_do_not():
    nurse = stranger("cs")
    point = workflow.add_contact(nurse.pk, by=nurse, kind="phone", address="8119")
    workflow.note_contact_worked(point.pk, how="test")
    same = workflow.change_contact(point.pk, by=nurse, address="8119", hours=DAY)
    assert same.last_ok_at is not None
    other = workflow.change_contact(point.pk, by=nurse, address="8120")
    assert (other.last_ok_at, other.last_ok_how, other.hours_from) == (None, "", None)


def test_who_saw_an_older_version_is_told():
    nurse = stranger("cs")
    point = workflow.add_contact(nurse.pk, by=nurse, kind="phone", address="8119")
    workflow.change_contact(point.pk, by=nurse, version=1, address="8120")
    with pytest.raises(Conflict):
        workflow.change_contact(point.pk, by=nurse, version=1, address="8121")
    assert points_of(nurse)[-1].address == "8120"


def test_the_order_is_the_persons_own():
    nurse = stranger("cs")
    phone = workflow.add_contact(nurse.pk, by=nurse, kind="phone", address="8119")
    mail = workflow.add_contact(nurse.pk, by=nurse, kind="email", address="n@example.org")
    workflow.move_contact(mail.pk, by=nurse, up=True)
    assert [point.kind for point in points_of(nurse)] == ["in_app", "email", "phone"]
    assert [point.position for point in points_of(nurse)] == [1, 2, 3]
    workflow.move_contact(phone.pk, by=nurse, up=False)
    assert [point.kind for point in points_of(nurse)] == ["in_app", "email", "phone"]
    assert told(nurse, "contact.move").count() == 1


def test_the_product_itself_stays_a_way():
    nurse = stranger("cs")
    (own,) = points_of(nurse)
    with pytest.raises(Incomplete, match="始终开着"):
        workflow.remove_contact(own.pk, by=nurse)
    with pytest.raises(Incomplete, match="始终开着"):
        workflow.switch_contact(own.pk, by=nurse, on=False)


def test_a_way_is_switched_off_and_on_again_once():
    nurse = stranger("cs")
    point = workflow.add_contact(nurse.pk, by=nurse, kind="phone", address="8119")
    for _again in range(2):
        assert not workflow.switch_contact(point.pk, by=nurse, on=False).is_active
    assert point not in ContactPoint.objects.in_use()
    assert told(nurse, "contact.switch_off").count() == 1
    assert workflow.switch_contact(point.pk, by=nurse, on=True).is_active


@pytest.mark.parametrize("who", ["cs", "it", "leader", "department", "auditor", "admin"])
def test_each_edits_their_own_and_administrators_everybodys(who):
    by, nurse = make.person(who), stranger("cs")
    point = workflow.add_contact(nurse.pk, by=nurse, kind="phone", address="8119")
    before = Entry.objects.count()
    verbs = [
        lambda by: workflow.add_contact(nurse.pk, by=by, kind="phone", address="8120"),
        lambda by: workflow.change_contact(point.pk, by=by, address="8121"),
        lambda by: workflow.move_contact(point.pk, by=by, up=True),
        lambda by: workflow.switch_contact(point.pk, by=by, on=False),
        lambda by: workflow.remove_contact(point.pk, by=by),
    ]
    for verb in verbs:
        if who == "admin":
            verb(by)
        else:
            with pytest.raises(NotAllowed):
                verb(by)
    if who != "admin":
        assert Entry.objects.count() == before
        assert points_of(nurse)[-1].address == "8119"


def test_an_auditor_changes_not_even_their_own():
    auditor = make.person("auditor")
    with pytest.raises(NotAllowed):
        workflow.add_contact(auditor.pk, by=auditor, kind="phone", address="8119")


@pytest.mark.parametrize(
    ("who", "may"),
    [("it", True), ("leader", True), ("admin", True), ("cs", False), ("auditor", False)],
)
def test_revealing_is_for_those_who_ring_and_is_written_down(who, may):
    nurse = stranger("cs")
    workflow.add_contact(nurse.pk, by=nurse, kind="sms", address=MOBILE)
    by = make.person(who)
    if not may:
        with pytest.raises(NotAllowed):
            workflow.reveal_contacts(nurse.pk, by=by, reason="联系不上")
        assert not told(nurse, "contact.reveal").exists()
        return
    shown = workflow.reveal_contacts(nurse.pk, by=by, reason="联系不上")
    assert MOBILE in [point.address for point in shown]
    (entry,) = told(nurse, "contact.reveal")
    assert (entry.actor, entry.facts["reason"]) == (f"person:{by.pk}", "联系不上")
    assert MOBILE not in str(entry.facts)


def test_the_head_of_a_department_reveals_its_own_people_only():
    head = make.person("department")
    here = stranger("cs", department="门诊收费处")
    there = stranger("cs", department="急诊科")
    assert workflow.reveal_contacts(here.pk, by=head, reason="找人替班")
    with pytest.raises(NotAllowed):
        workflow.reveal_contacts(there.pk, by=head, reason="找人替班")


def test_nobody_looks_without_saying_why_but_at_their_own():
    nurse = stranger("cs")
    with pytest.raises(Incomplete) as refused:
        workflow.reveal_contacts(nurse.pk, by=make.person("it"), reason="  ")
    assert "reason" in refused.value.fields
    assert workflow.reveal_contacts(nurse.pk, by=nurse, reason="")
    assert not told(nurse, "contact.reveal").exists()


def test_a_proof_is_the_latest_one_whatever_order_they_come_in():
    nurse = stranger("cs")
    point = workflow.add_contact(nurse.pk, by=nurse, kind="phone", address="8119")
    late, early = timezone.now(), timezone.now() - datetime.timedelta(days=3)
    assert workflow.note_contact_worked(point.pk, how="acknowledged", at=late)
    assert not workflow.note_contact_worked(point.pk, how="test", at=early)
    point.refresh_from_db()
    assert (point.last_ok_at, point.last_ok_how) == (late, "acknowledged")
    with pytest.raises(ValueError, match="hearsay"):
        workflow.note_contact_worked(point.pk, how="hearsay")


@pytest.mark.parametrize(
    ("hours", "clock", "is_open"),
    [
        (None, "03:00", True),
        (DAY, "08:00", True),
        (DAY, "07:59", False),
        (DAY, "20:00", False),
        (NIGHT, "23:30", True),
        (NIGHT, "07:59", True),
        (NIGHT, "08:00", False),
        (NIGHT, "12:00", False),
    ],
)
def test_hours_are_local_and_may_pass_midnight(hours, clock, is_open):
    begin, end = hours or (None, None)
    point = ContactPoint(kind="phone", address="8119", hours_from=begin, hours_to=end)
    hour, minute = map(int, clock.split(":"))
    at = datetime.datetime(2026, 11, 23, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert point.is_open_at(at.astimezone(datetime.UTC)) == is_open


def test_hours_that_end_where_they_begin_mean_nothing():
    nurse = stranger("cs")
    with pytest.raises(Incomplete) as refused:
        workflow.add_contact(
            nurse.pk, by=nurse, kind="phone", address="8119", hours=(DAY[0], DAY[0])
        )
    assert "hours_to" in refused.value.fields


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (MOBILE, "••••00"),
        ("8119", "••••"),
        ("zhang@example.org", "z•••@example.org"),
        ("chen@wecom", "••••om"),
        ("", ""),
    ],
)
def test_a_masked_address_is_enough_to_recognise_and_not_to_use(address, shown):
    assert ContactPoint(kind="phone", address=address).masked == shown


def test_only_a_telephone_needs_no_network_of_the_hospital():
    assert {"phone"} == ContactPoint.OFF_NETWORK
    assert ContactPoint(kind="phone").is_off_network
    assert not ContactPoint(kind="wecom").is_off_network


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "pigeon"},
        {"kind": "in_app"},
        {"address": ""},
        {"hours_from": DAY[0]},
        {"hours_from": DAY[0], "hours_to": DAY[0]},
        {"last_ok_how": "test"},
    ],
)
def test_the_database_refuses_what_makes_no_sense(wrong):
    facts = {"person": make.person("cs"), "kind": "phone", "address": "8119"} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPoint.objects.create(**facts)


def test_a_telephone_waits_before_it_dials_the_extension():
    assert ContactPoint(kind="phone", address="010-00000000转8119").dialled == "010-00000000,8119"
    assert ContactPoint(kind="phone", address="8119").dialled == "8119"
