"""我的联系方式 over HTTP: everything by plain forms, and what others did is shown."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from journal.models import Entry
from notices.models import Alert
from teams import workflow
from teams.models import ContactPoint
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/me/contacts/"


@pytest.fixture
def nurse():
    person = make.new_person("cs", name="护士")
    workflow.add_contact(person.pk, by=None, kind="in_app", address="")
    return person


@pytest.fixture
def hers(client, nurse):
    client.force_login(nurse)
    return client


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def add(hers, **said):
    return hers.post(PAGE, {"kind": "phone", "address": "8119"} | said)


def test_a_way_is_added_changed_moved_and_removed_by_plain_forms(hers, nurse):
    assert add(hers, hours_from="20:00", hours_to="08:00").status_code == 302
    point = ContactPoint.objects.get(person=nurse, kind="phone")
    shown = text(hers.get(PAGE))
    assert "20:00–08:00" in shown
    assert "还没有证实能收到" in shown
    change = reverse("teams:change_contact", args=[point.pk])
    assert 'value="8119"' in text(hers.get(change))
    said = {"version": point.version, "address": "8120", "hours_from": "", "hours_to": ""}
    assert hers.post(change, said).status_code == 302
    assert hers.post(reverse("teams:contact_verb", args=[point.pk, "up"])).status_code == 302
    assert [way.kind for way in nurse.contact_points.all()] == ["phone", "in_app"]
    hers.post(reverse("teams:contact_verb", args=[point.pk, "switch_off"]))
    assert "已停用" in text(hers.get(PAGE))
    hers.post(reverse("teams:contact_verb", args=[point.pk, "remove"]))
    assert [way.kind for way in nurse.contact_points.all()] == ["in_app"]


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"address": "护士站"}, "只写数字"),
        ({"address": ""}, "请填写号码或账号"),
        ({"kind": ""}, "请选择一种方式"),
        ({"hours_from": "20:00"}, "要一起填"),
        ({"hours_from": "20:00", "hours_to": "20:00"}, "不能相同"),
        ({"hours_from": "夜里"}, "请写成时间"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_the_typed_text_stays(hers, said, says):
    answer = add(hers, **said)
    assert answer.status_code == 422
    assert says in text(answer)
    if said.get("address"):
        assert f'value="{said["address"]}"' in text(answer)
    assert not ContactPoint.objects.filter(kind="phone", person__name="护士").exists()


def test_an_older_form_is_told_what_it_is_now_and_may_be_sent_again(hers, nurse):
    point = workflow.add_contact(nurse.pk, by=nurse, kind="phone", address="8119")
    workflow.change_contact(point.pk, by=nurse, address="8120")
    change = reverse("teams:change_contact", args=[point.pk])
    answer = hers.post(change, {"version": 1, "address": "8121"})
    assert answer.status_code == 409
    assert "8120" in text(answer)
    assert "8121" in text(answer)
    again = re.search(r'name="version" value="(\d+)"', text(answer))
    assert hers.post(change, {"version": again[1], "address": "8121"}).status_code == 302
    assert ContactPoint.objects.get(pk=point.pk).address == "8121"


def test_other_peoples_ways_do_not_exist_here(hers):
    theirs = ContactPoint.objects.filter(person=make.person("it")).first()
    for name, arguments in (
        ("teams:change_contact", [theirs.pk]),
        ("teams:contact_verb", [theirs.pk, "remove"]),
        ("notices:test_contact", [theirs.pk]),
    ):
        assert hers.post(reverse(name, args=arguments)).status_code == 404
    assert ContactPoint.objects.filter(pk=theirs.pk).exists()


def test_a_proof_is_told_by_its_age_and_by_what(hers, nurse):
    point = workflow.add_contact(nurse.pk, by=nurse, kind="phone", address="8119")
    workflow.note_contact_worked(point.pk, how="test", at=timezone.now() - timedelta(days=3))
    assert "3 天前由测试消息证实" in text(hers.get(PAGE))


def test_without_a_telephone_the_page_says_that_nobody_finds_them(hers, nurse):
    warning = "院内网络断了，就找不到您"
    assert warning in text(hers.get(PAGE))
    workflow.add_contact(nurse.pk, by=nurse, kind="phone", address="8119")
    assert warning not in text(hers.get(PAGE))


def test_who_looked_and_why_is_shown_to_the_person_and_own_acts_are_not(hers, nurse):
    assert "没有人看过您的全部号码" in text(hers.get(PAGE))
    workflow.add_contact(nurse.pk, by=nurse, kind="phone", address="8119")
    workflow.reveal_contacts(nurse.pk, by=make.person("it"), reason="夜间找人替班")
    workflow.add_contact(nurse.pk, by=make.person("admin"), kind="email", address="n@example.org")
    shown = text(hers.get(PAGE))
    assert "夜间找人替班" in shown
    assert "陈工（值班工程师）" in shown
    assert "魏工（系统管理员）" in shown
    assert shown.count("entry__what") == 2


def test_a_test_message_in_the_product_is_proved_by_being_opened(hers, nurse):
    point = nurse.contact_points.get(kind="in_app")
    answer = hers.post(reverse("notices:test_contact", args=[point.pk]), follow=True)
    assert "请点右上角的铃" in text(answer)
    alert = Alert.objects.get(person=nurse)
    assert alert.incident is None
    assert "测试消息" in text(hers.get(reverse("notices:inbox")))
    point.refresh_from_db()
    assert point.last_ok_at is None
    opened = hers.post(reverse("notices:open_alert", args=[alert.pk]))
    assert opened["Location"] == PAGE
    point.refresh_from_db()
    assert point.last_ok_how == "test"


def test_a_second_test_at_once_is_not_sent(hers, nurse):
    url = reverse("notices:test_contact", args=[nurse.contact_points.get().pk])
    hers.post(url)
    assert "一分钟后再试" in text(hers.post(url, follow=True))
    assert Alert.objects.filter(person=nurse).count() == 1


def test_without_a_channel_nothing_is_sent_and_the_page_says_who_can_help(hers, nurse):
    make.hospital()
    point = workflow.add_contact(nurse.pk, by=nurse, kind="sms", address="13000000000")
    before = Entry.objects.count()
    shown = text(hers.post(reverse("notices:test_contact", args=[point.pk]), follow=True))
    assert "尚未配置短信渠道" in shown
    assert "魏工（8129）" in shown
    workflow.switch_contact(point.pk, by=nurse, on=False)
    shown = text(hers.post(reverse("notices:test_contact", args=[point.pk]), follow=True))
    assert "停用了" in shown
    assert Entry.objects.count() == before + 1


def test_an_auditor_sees_their_own_ways_and_changes_nothing(client):
    auditor = make.person("auditor")
    client.force_login(auditor)
    shown = text(client.get(PAGE))
    assert "站内告警" in shown
    assert "发测试消息" not in shown
    point = auditor.contact_points.get()
    assert client.post(PAGE, {"kind": "phone", "address": "8119"}).status_code == 403
    for name, arguments in (
        ("teams:contact_verb", [point.pk, "up"]),
        ("notices:test_contact", [point.pk]),
    ):
        assert client.post(reverse(name, args=arguments)).status_code == 403


def test_the_page_costs_the_same_queries_whatever_it_holds(
    hers, nurse, django_assert_max_num_queries
):
    for number in range(8110, 8125):
        workflow.add_contact(nurse.pk, by=nurse, kind="phone", address=str(number))
    with django_assert_max_num_queries(5):
        hers.get(PAGE)
