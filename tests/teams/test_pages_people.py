"""Pages of people and departments: finding, adding, changing, masking, the first password."""

import re

import pytest
from django.urls import reverse

from journal.models import Entry
from teams import workflow
from teams.models import Department, Person
from tests import make

pytestmark = pytest.mark.django_db
MOBILE = "13000000000"


@pytest.fixture
def as_(client):
    def sign_in(who):
        client.force_login(make.person(who) if isinstance(who, str) else who)
        return client

    return sign_in


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def names(answer):
    return set(re.findall(r'<a href="/people/\d+/">([^<]+)</a>', text(answer)))


def nurse_with_mobile(**facts):
    nurse = make.new_person("cs", name="护士", **facts)
    workflow.add_contact(nurse.pk, by=nurse, kind="sms", address=MOBILE)
    return nurse


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"q": "陈"}, {"陈工"}),
        ({"q": "zhiban2"}, {"杨工"}),
        ({"q": "8503"}, {"曹科长"}),
        ({"q": "院长"}, {"钱院长"}),
        ({"role": "auditor"}, {"陶老师"}),
        ({"skill": "网络"}, {"许工"}),
        ({"q": "陈", "role": "auditor"}, set()),
        ({"state": "off"}, {"走了的人"}),
        ({"role": "nonsense", "q": "陈"}, {"陈工"}),
    ],
)
def test_people_are_found_by_words_and_filters(as_, wanted, found):
    make.hospital()
    make.new_person("cs", name="走了的人", is_active=False)
    answer = as_("admin").get("/people/", wanted)
    assert names(answer) == found
    if not found:
        assert "没有符合条件的人" in text(answer)


def test_people_are_found_by_department(as_):
    place = make.department("保卫科")
    assert names(as_("auditor").get("/people/", {"department": place.pk})) == {"曹科长"}


def test_the_list_pages_and_keeps_its_filters(as_):
    for _each in range(60):
        make.new_person("logistics")
    first = as_("admin").get("/people/", {"role": "logistics"})
    assert len(names(first)) == 50
    assert "?role=logistics&amp;page=2" in text(first)
    second = as_("admin").get("/people/", {"role": "logistics", "page": "2"})
    assert names(second)
    assert not names(first) & names(second)


def test_the_list_costs_the_same_queries_whatever_its_length(as_, django_assert_num_queries):
    client = as_("admin")
    for _each in range(40):
        make.new_person("cs", department="急诊科")
    with django_assert_num_queries(6):
        client.get("/people/")


def test_an_account_is_added_and_its_password_shown_once(as_):
    client = as_("admin")
    said = {"username": "xinren", "name": "新人", "roles": ["cs", "it"], "skills": "网络，布线"}
    answer = client.post("/people/new/", said | {"department": make.department().pk})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    password = re.search(r'class="handover"[^>]*>([^<]+)<', text(answer))[1]
    person = Person.objects.get(username="xinren")
    assert person.check_password(password)
    assert (person.skills, str(person.department)) == (["网络", "布线"], "门诊收费处")
    assert password not in text(client.get(person.get_absolute_url()))
    again = client.post("/people/new/", said)
    assert again.status_code == 422
    assert "已经有人用了" in text(again)
    assert 'value="网络，布线"' in text(again)


def test_the_first_password_opens_one_door_only(client):
    person, password = workflow.add_person(
        by=make.person("admin"), username="xinren", name="新人", roles=["it"]
    )
    entered = client.post("/accounts/login/", {"login": "xinren", "password": password})
    assert entered.status_code == 302
    change = reverse("account_change_password")
    for page in ("/dashboard/", "/report/", "/people/", "/me/contacts/", "/"):
        assert client.get(page)["Location"] == change, page
    assert client.post("/report/", {"seen": "x", "location": "y"})["Location"] == change
    assert client.get("/notices/bell/", headers={"HX-Request": "true"}).status_code == 204
    assert client.get("/api/incidents/").status_code == 403
    assert client.get("/status/").status_code == 200
    token = client.post(
        "/api/tokens/", {"username": "xinren", "password": password}, "application/json"
    )
    assert (token.status_code, token.json()["title"]) == (403, "password_change_required")
    assert "您用的是初始密码" in text(client.get(change))
    own = {"password1": "eigenes-wort-77", "password2": "eigenes-wort-77"}
    wrong = client.post(change, own | {"oldpassword": "nonsense"})
    assert "oldpassword_error" in text(wrong)
    changed = client.post(change, own | {"oldpassword": password})
    assert (changed.status_code, changed["Location"]) == (302, "/")
    assert client.get("/dashboard/").status_code == 200
    person.refresh_from_db()
    assert not person.must_change_password
    assert Entry.objects.of(f"person:{person.pk}").last().event == "person.choose_password"


def test_a_change_is_saved_and_an_older_form_is_told_what_changed(as_):
    client, nurse = as_("admin"), make.new_person("cs", name="护士", duty="护士")
    url = reverse("teams:change_person", args=[nurse.pk])
    said = {"version": 1, "name": "护士", "duty": "护士长", "roles": ["cs"]}
    assert client.post(url, said)["Location"] == nurse.get_absolute_url()
    stale = client.post(url, said | {"duty": "主任"})
    assert stale.status_code == 409
    assert "护士长" in text(stale)
    assert 'value="主任"' in text(stale)
    again = re.search(r'name="version" value="(\d+)"', text(stale))[1]
    assert client.post(url, said | {"duty": "主任", "version": again}).status_code == 302
    nurse.refresh_from_db()
    assert nurse.duty == "主任"
    assert "职务：护士长 → 主任" in text(client.get(nurse.get_absolute_url()))


def test_numbers_are_masked_and_shown_once_with_a_reason(as_):
    nurse = nurse_with_mobile()
    client = as_("it")
    page, url = nurse.get_absolute_url(), reverse("teams:reveal", args=[nurse.pk])
    assert "••••00" in text(client.get(page))
    assert MOBILE not in text(client.get(page))
    unsaid = client.post(url, {"reason": " "})
    assert unsaid.status_code == 422
    assert MOBILE not in text(unsaid)
    shown = client.post(url, {"reason": "夜间找人"})
    assert f'href="tel:{MOBILE}"' in text(shown)
    assert shown["Cache-Control"] == "no-store"
    assert MOBILE not in text(client.get(page))
    entries = Entry.objects.of(f"person:{nurse.pk}").filter(event="contact.reveal")
    assert [entry.facts["reason"] for entry in entries] == ["夜间找人"]


@pytest.mark.parametrize("who", ["cs", "auditor", "logistics"])
def test_those_without_need_are_not_offered_the_numbers(as_, who):
    nurse = nurse_with_mobile()
    client = as_(who)
    assert "查看全部号码" not in text(client.get(nurse.get_absolute_url()))
    refused = client.post(reverse("teams:reveal", args=[nurse.pk]), {"reason": "x"})
    assert refused.status_code == 403


def test_ones_own_page_masks_nothing(as_):
    nurse = nurse_with_mobile()
    assert MOBILE in text(as_(nurse).get(nurse.get_absolute_url()))


def test_accounts_are_shown_to_those_who_oversee_them_only(as_):
    nurse = make.new_person("cs", name="护士")
    page = nurse.get_absolute_url()
    assert nurse.username not in text(as_("cs").get(page))
    assert "改动记录" not in text(as_("cs").get(page))
    seen = text(as_("auditor").get(page))
    assert nurse.username in seen
    assert "停用账号" not in seen
    assert "停用账号" in text(as_("admin").get(page))


def test_an_account_is_switched_off_and_on_by_plain_forms(as_):
    nurse, client = make.new_person("cs", name="护士"), as_("admin")
    off = reverse("teams:person_verb", args=[nurse.pk, "switch_off"])
    unsaid = client.post(off, {"version": 1})
    assert unsaid.status_code == 422
    assert "请写明为什么停用" in text(unsaid)
    assert client.post(off, {"version": 1, "reason": "调离"}).status_code == 302
    assert "账号已停用" in text(client.get(nurse.get_absolute_url()))
    stale = client.post(off, {"version": 1, "reason": "调离"})
    assert stale.status_code == 409
    on = client.post(reverse("teams:person_verb", args=[nurse.pk, "switch_on"]), {"version": 2})
    assert "handover" in text(on)
    nurse.refresh_from_db()
    assert nurse.is_active
    own = reverse("teams:person_verb", args=[make.person("admin").pk, "switch_off"])
    assert "不能停用自己" in text(client.post(own, {"reason": "调离"}))


def test_an_administrator_adds_a_way_for_somebody_and_takes_it_out_of_use(as_):
    nurse, client = make.new_person("cs", name="护士"), as_("admin")
    add = reverse("teams:person_verb", args=[nurse.pk, "add_contact"])
    wrong = client.post(add, {"kind": "sms", "address": "8119"})
    assert wrong.status_code == 422
    assert "只能发到手机" in text(wrong)
    assert client.post(add, {"kind": "sms", "address": MOBILE}).status_code == 302
    point = nurse.contact_points.get()
    off = client.post(reverse("teams:contact_verb", args=[point.pk, "switch_off"]))
    assert off["Location"] == nurse.get_absolute_url()
    point.refresh_from_db()
    assert not point.is_active


def test_departments_are_found_changed_and_switched_off(as_):
    client = as_("admin")
    shown = text(client.get("/departments/", {"q": "急诊"}))
    assert "急诊科" in shown
    assert "保卫科" not in shown
    assert "没有符合条件的科室" in text(client.get("/departments/", {"q": "没有"}))
    assert client.post("/departments/new/", {"name": "药房", "kind": "support"}).status_code == 422
    said = {"name": "药房", "kind": "support", "phone": "8601", "position": "30"}
    assert client.post("/departments/new/", said).status_code == 302
    made = Department.objects.get(name="药房")
    url = reverse("teams:department", args=[made.pk])
    assert client.post(url, said | {"version": 1, "phone": "8602"}).status_code == 302
    stale = client.post(url, said | {"version": 1, "phone": "8603"})
    assert stale.status_code == 409
    assert "8602" in text(stale)
    off = reverse("teams:department_verb", args=[made.pk, "switch_off"])
    assert client.post(off).status_code == 302
    assert "已停用" in text(client.get(url))
    busy = make.department("急诊科")
    refused = client.post(reverse("teams:department_verb", args=[busy.pk, "switch_off"]))
    assert refused.status_code == 422
    assert "请先转到别的科室" in text(refused)


def test_the_list_of_departments_costs_the_same_queries_whatever_its_length(
    as_, django_assert_num_queries
):
    client = as_("auditor")
    for number in range(30):
        Department.objects.create(name=f"科室{number}", kind="support")
    url = reverse("teams:department", args=[make.department("急诊科").pk])
    with django_assert_num_queries(4):
        client.get("/departments/")
    with django_assert_num_queries(6):
        client.get(url)


def test_the_administration_calls_the_same_verbs(as_):
    client, nurse = as_("admin"), make.new_person("cs", name="护士")
    url = reverse("admin:teams_person_change", args=[nurse.pk])
    said = {"name": "护士", "duty": "护士长", "phone": "", "skills": "", "roles": ["cs"]}
    assert client.post(url, said).status_code == 302
    entry = Entry.objects.of(f"person:{nurse.pk}").get()
    assert (entry.event, entry.facts["changes"]) == ("person.change", ["职务：– → 护士长"])
    own = reverse("admin:teams_person_change", args=[make.person("admin").pk])
    kept = client.post(own, {"name": "魏工", "duty": "系统管理员", "roles": ["it"]}, follow=True)
    assert "至少要留一位管理员" in text(kept)
    assert make.person("admin").roles == ["admin"]
    added = {"username": "xinren", "name": "新人", "password1": "a-9-b-9-c-9-d"}
    client.post(reverse("admin:teams_person_add"), added | {"password2": "a-9-b-9-c-9-d"})
    person = Person.objects.get(username="xinren")
    assert person.must_change_password
    assert person.contact_points.count() == 1
    place = make.department("保卫科")
    said = {"name": "保卫科", "kind": "support", "phone": "8599", "position": "10"}
    client.post(reverse("admin:teams_department_change", args=[place.pk]), said)
    assert "请先转到别的科室" in text(
        client.get(reverse("admin:teams_department_change", args=[place.pk]))
    )
    assert make.department("保卫科").phone == "8503"
