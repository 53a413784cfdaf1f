"""Verbs of people and departments: who may, what a refusal leaves behind, what the journal says."""

import threading

import pytest
from django.db import connection
from knox.models import AuthToken

from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams import workflow
from teams.models import Department, Person
from tests import make

pytestmark = pytest.mark.django_db
EVERYBODY = ["cs", "it", "leader", "department", "logistics", "auditor", "admin"]


def add(**facts):
    facts = {"by": make.person("admin"), "username": "xinren", "name": "新人"} | facts
    return workflow.add_person(**facts)


def last(row, event):
    kind = row._meta.model_name
    return Entry.objects.filter(stream=f"{kind}:{row.pk}", event=event).latest("seq")


def test_somebody_new_comes_in_once_with_the_first_password_and_reads_alerts():
    person, password = add(roles=["it", "cs"], skills=["网络", " 网络 ", ""], phone="8130")
    assert person.check_password(password)
    assert person.must_change_password
    assert (person.roles, person.skills) == (["cs", "it"], ["网络"])
    assert [point.kind for point in person.contact_points.all()] == ["in_app"]
    entry = last(person, "person.add")
    assert entry.facts == {"what": "新人", "username": "xinren", "roles": "客服人员、信息技术人员"}
    assert password not in str(entry.facts)


def test_first_passwords_differ_and_can_be_read_aloud():
    made = {workflow.people.new_password() for _each in range(50)}
    assert len(made) == 50
    assert not set("".join(made)) & set("0o1lI")
    assert all(len(password) == 14 for password in made)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"username": "ZHIBAN"}, "username"),
        ({"username": "新 人"}, "username"),
        ({"username": " "}, "username"),
        ({"name": " "}, "name"),
        ({"roles": ["king"]}, "roles"),
    ],
)
def test_what_cannot_be_an_account_is_said_at_its_field(facts, field):
    with pytest.raises(Incomplete) as refused:
        add(**facts)
    assert field in refused.value.fields
    assert not Person.objects.filter(name="新人").exists()


def test_a_change_is_told_in_words_and_what_is_the_same_is_no_change():
    nurse = make.new_person("cs", department="门诊收费处")
    by = make.person("admin")
    changed = workflow.change_person(
        nurse.pk,
        by=by,
        version=1,
        duty="护士长",
        department=make.department("急诊科"),
        roles=["it"],
    )
    assert changed.version == 2
    assert last(nurse, "person.change").facts["changes"] == [
        "职务：– → 护士长",
        "科室：门诊收费处 → 急诊科",
        "角色：客服人员 → 信息技术人员",
    ]
    before = Entry.objects.count()
    assert workflow.change_person(nurse.pk, by=by, duty="护士长").version == 2
    assert Entry.objects.count() == before


def test_who_saw_an_older_version_is_told():
    nurse, by = make.new_person("cs"), make.person("admin")
    workflow.change_person(nurse.pk, by=by, version=1, duty="护士长")
    for verb in (
        lambda: workflow.change_person(nurse.pk, by=by, version=1, duty="主任"),
        lambda: workflow.switch_off_person(nurse.pk, by=by, version=1, reason="调离"),
        lambda: workflow.give_new_password(nurse.pk, by=by, version=1),
    ):
        with pytest.raises(Conflict):
            verb()
    nurse.refresh_from_db()
    assert (nurse.duty, nurse.is_active) == ("护士长", True)


def test_administrators_and_auditors_are_let_into_the_administration_nobody_else():
    nurse, by = make.new_person("cs"), make.person("admin")
    assert workflow.change_person(nurse.pk, by=by, roles=["admin"]).is_staff
    assert not workflow.change_person(nurse.pk, by=by, roles=["cs"]).is_staff
    assert add(roles=["auditor"])[0].is_staff


def test_who_left_is_signed_out_everywhere_and_their_old_password_never_works_again(client):
    nurse, by = make.new_person("it"), make.person("admin")
    nurse.set_password(make.PASSWORD)
    nurse.save()
    client.force_login(nurse)
    AuthToken.objects.create(nurse)
    assert client.get("/dashboard/").status_code == 200
    workflow.switch_off_person(nurse.pk, by=by, reason="调离")
    assert client.get("/dashboard/").status_code == 302
    assert not AuthToken.objects.filter(user=nurse).exists()
    person, password = workflow.switch_on_person(nurse.pk, by=by)
    assert client.get("/dashboard/").status_code == 302
    assert not person.check_password(make.PASSWORD)
    assert person.check_password(password)
    assert person.must_change_password
    assert last(nurse, "person.switch_off").facts["reason"] == "调离"


def test_switching_off_wants_a_reason_and_happens_once():
    nurse, by = make.new_person("cs"), make.person("admin")
    with pytest.raises(Incomplete) as refused:
        workflow.switch_off_person(nurse.pk, by=by, reason=" ")
    assert "reason" in refused.value.fields
    with pytest.raises(Conflict):
        workflow.switch_on_person(nurse.pk, by=by)
    workflow.switch_off_person(nurse.pk, by=by, reason="调离")
    for verb in (
        lambda: workflow.switch_off_person(nurse.pk, by=by, reason="调离"),
        lambda: workflow.give_new_password(nurse.pk, by=by),
    ):
        with pytest.raises(Conflict):
            verb()


def test_the_hospital_is_never_left_without_an_administrator():
    admin = make.person("admin")
    make.new_person("admin", "auditor")  # reads only, administers nothing
    with pytest.raises(Incomplete, match="至少要留一位管理员"):
        workflow.change_person(admin.pk, by=admin, roles=["it"])
    with pytest.raises(Incomplete, match="至少要留一位管理员"):
        workflow.change_person(admin.pk, by=admin, roles=["admin", "auditor"])
    with pytest.raises(Incomplete, match="不能停用自己"):
        workflow.switch_off_person(admin.pk, by=admin, reason="调离")
    other = make.new_person("admin")
    assert workflow.change_person(admin.pk, by=admin, roles=["it"]).roles == ["it"]
    with pytest.raises(Incomplete, match="至少要留一位管理员"):
        workflow.switch_off_person(other.pk, by=None, reason="调离")


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_switch_each_other_off_leave_one():
    make.hospital()
    Person.objects.filter(username="guanli").update(roles=["it"])
    pair = [make.new_person("admin"), make.new_person("admin")]
    start, refused = threading.Barrier(2), []

    def switch_off(by, other):
        start.wait()
        try:
            workflow.switch_off_person(other.pk, by=by, reason="调离")
        except Incomplete as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=switch_off, args=(pair[0], pair[1])),
        threading.Thread(target=switch_off, args=(pair[1], pair[0])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(refused) == 1
    assert Person.objects.filter(roles__contains=["admin"], is_active=True).count() == 1


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_administrators_keep_people_and_departments(who):
    by, nurse, place = make.person(who), make.new_person("cs"), make.department("保卫科")
    gone = make.new_person("cs", is_active=False)
    before = Entry.objects.count()
    verbs = [
        lambda: workflow.add_person(by=by, username="xinren", name="新人"),
        lambda: workflow.change_person(nurse.pk, by=by, duty="护士长"),
        lambda: workflow.give_new_password(nurse.pk, by=by),
        lambda: workflow.switch_off_person(nurse.pk, by=by, reason="调离"),
        lambda: workflow.switch_on_person(gone.pk, by=by),
        lambda: workflow.add_department(by=by, name="药房", kind="support"),
        lambda: workflow.change_department(place.pk, by=by, phone="8599"),
        lambda: workflow.switch_department(place.pk, by=by, on=True),
    ]
    for verb in verbs:
        if who == "admin":
            verb()
        else:
            with pytest.raises(NotAllowed):
                verb()
    if who != "admin":
        assert Entry.objects.count() == before
        assert Person.objects.get(pk=nurse.pk).is_active


def test_a_department_with_people_or_services_is_not_switched_off():
    by = make.person("admin")
    with pytest.raises(Incomplete, match="人在这个科室"):
        workflow.switch_department(make.department("急诊科").pk, by=by, on=False)
    empty = workflow.add_department(by=by, name="药房", kind="support")
    service = make.service("导诊")
    service.department = empty
    service.save()
    with pytest.raises(Incomplete, match="还负责业务服务（导诊）"):
        workflow.switch_department(empty.pk, by=by, on=False)
    service.department = make.department("急诊科")
    service.save()
    assert not workflow.switch_department(empty.pk, by=by, on=False).is_active
    assert workflow.switch_department(empty.pk, by=by, on=True).is_active
    events = Entry.objects.of(f"department:{empty.pk}").values_list("event", flat=True)
    assert list(events) == ["department.add", "department.switch_off", "department.switch_on"]


def test_a_departments_name_is_its_own():
    by = make.person("admin")
    with pytest.raises(Incomplete) as refused:
        workflow.add_department(by=by, name=" 急诊科 ", kind="support")
    assert "name" in refused.value.fields
    with pytest.raises(Incomplete) as refused:
        workflow.add_department(by=by, name="药房", kind="pharmacy")
    assert "kind" in refused.value.fields
    assert not Department.objects.filter(name="药房").exists()
    made = workflow.add_department(by=by, name="药房", kind="support")
    workflow.change_department(made.pk, by=by, version=1, kind="outpatient", phone="8601")
    assert last(made, "department.change").facts["changes"] == [
        "类别：后勤与财务 → 门诊",
        "内线：– → 8601",
    ]
    with pytest.raises(Conflict):
        workflow.change_department(made.pk, by=by, version=1, phone="8602")
