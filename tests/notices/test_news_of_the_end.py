"""What subscribers and the surfaces say once all works again, when it does not, of planned work."""

import pytest
from django.test import Client
from django.urls import reverse

from incidents import workflow as incidents
from incidents.models import AllClearReceipt
from journal.relay import relay
from notices import public, showing, workflow
from notices.models import Delivery, Place
from tests import make
from tests.notices import making
from tests.notices.mailing import ADDRESS, arrived, subscribed

pytestmark = pytest.mark.django_db


def read(language="zh"):
    public.forget()
    return Client().get(f"/status/?lang={language}").content.decode()


def ended(notice=None):
    """A notice that was public and has ended; its fault is restored and cleaned up after."""
    notice = notice or making.published(make.incident("repairing"))
    incidents.restore(notice.incident_id, by=make.person("it"))
    make.pass_checks(notice.incident)
    make.backup(notice.incident)
    incidents.sign(notice.incident_id, by=make.person("it"))
    incidents.sign(notice.incident_id, by=make.person("department"))
    return workflow.end(notice.pk, by=make.person("cs"), text="挂号、缴费已恢复正常")


def all_clear(notice):
    return incidents.all_clear(notice.incident_id, by=make.person("leader"), words="已恢复")


def relapse(notice):
    return incidents.relapse(notice.incident_id, by=make.person("it"), reason="连接又断了")


def mails(post):
    """What the reader got: subject and words of each mail. Staff are mailed as well."""
    return [mail["Subject"] + mail.get_content() for to, mail in arrived(post) if to == [ADDRESS]]


def last(post):
    return mails(post)[-1]


def test_the_all_clear_stands_on_every_surface_and_goes_to_every_subscriber(post):
    subscribed(post)
    notice = ended()
    assert "挂号、缴费已恢复正常" in last(post)
    assert "宣布解除" not in read()
    all_clear(notice)
    told = last(post)
    assert "已全部恢复正常" in told
    assert "宣布解除" in told
    assert "宣布解除" in read()
    assert "all clear" in read("en")
    (shown,) = showing.screen(public.current(), {"services": ["挂号"], "languages": ["zh"]})[
        "pieces"
    ]
    assert shown.surface.heading == "已全部恢复正常"
    assert f"#notice-{notice.pk}-all-clear-ended" in Client().get("/status.atom").content.decode()
    assert Client().get("/status.json").json()["ended"][0]["all_clear_at"]


def test_when_the_fault_is_back_nobody_reads_on_that_all_is_well(post):
    subscribed(post)
    notice = ended()
    all_clear(notice)
    assert "宣布解除" in last(post)
    relapse(notice)
    told = last(post)
    assert "又出现故障" in told
    assert "已恢复正常" not in told
    page = read()
    assert "又出现故障" in page
    assert "部分服务受影响" in page
    assert "24 小时内已恢复" not in page
    assert [each["id"] for each in Client().get("/status.json").json()["relapsed"]] == [notice.pk]
    newer = making.published(notice.incident, affected="窗口又不能挂号")
    page = read()
    assert "窗口又不能挂号" in page
    assert "此前已恢复的服务又出现故障" not in page
    assert newer.affected in last(post)


def test_a_relapse_without_an_all_clear_is_told_as_well(post):
    subscribed(post)
    notice = ended()
    mails(post)
    relapse(notice)
    assert "又出现故障" in last(post)


def test_what_is_over_before_its_mail_went_is_not_sent_any_more(post):
    subscribed(post)
    notice = ended()
    all_clear(notice)
    relay()
    relapse(notice)
    told = mails(post)
    assert "又出现故障" in told[-1]
    assert not any("宣布解除" in each for each in told)
    dropped = Delivery.objects.filter(entry__event="incident.all_clear").get()
    assert (dropped.state, dropped.words) == ("dropped", "已有新的一版。")


def test_where_patients_were_told_nothing_subscribers_are_not_told_that_it_is_over(post):
    subscribed(post)
    incident = make.incident("cleaning")
    incidents.all_clear(incident.pk, by=make.person("leader"), words="已恢复")
    assert mails(post) == []


def test_planned_maintenance_is_told_when_it_is_announced_begins_and_is_over(post):
    subscribed(post)
    row = making.planned("approved")
    assert mails(post) == []
    workflow.announce_maintenance(row.pk, by=make.person("it"))
    assert "计划维护：窗口和自助机暂时不能挂号" in last(post)
    making.pass_time(row, -1, 60)
    workflow.keep_planned()
    assert "正在维护" in last(post)
    making.pass_time(row, -60, -1)
    workflow.keep_planned()
    assert "如果还不能办理" in last(post)
    workflow.finish_maintenance(row.pk, by=make.person("it"))
    assert "可以照常办理" in last(post)
    assert len(mails(post)) == 4


def test_a_change_of_what_was_announced_says_that_it_is_one_and_a_cancellation_why(post):
    subscribed(post)
    row = making.planned("announced")
    mails(post)
    change = workflow.change_maintenance(
        row.pk, by=make.person("cs"), facts=making.plan_of(advice="改到周日")
    )
    workflow.approve_maintenance(change.pk, by=make.person("it"))
    workflow.announce_maintenance(change.pk, by=make.person("cs"))
    told = last(post)
    assert "安排有变更" in told
    assert "改到周日" in told
    assert "安排有变更" in read()
    workflow.cancel_maintenance(change.pk, by=make.person("cs"), reason="改到下周再做")
    assert "改到下周再做" in last(post)
    assert len(mails(post)) == 3


def test_what_never_was_public_is_told_to_nobody(post):
    subscribed(post)
    row = making.planned("approved")
    workflow.cancel_maintenance(row.pk, by=make.person("cs"), reason="不做了")
    assert mails(post) == []


def test_the_page_says_which_surface_sign_and_subscriber_got_the_all_clear(
    post, django_assert_max_num_queries
):
    subscribed(post)
    hall = Place.objects.get(slug="hall-1")
    notice = making.published(make.incident("repairing"))
    workflow.hang(notice.pk, by=make.person("cs"), place=hall, word="玻璃上")
    ended(notice)
    all_clear(notice)
    relay()
    workflow.note_screen(hall.slug, device="0123456789abcdef" * 2, size="1920×1080")
    client = Client()
    client.force_login(make.person("it"))
    page = client.get(reverse("notices:all_clear_told", args=[notice.incident_id])).text
    assert "写着解除" in page
    assert "解除后还亮着" in page
    assert "从未连接" in page
    assert "还贴着" in page
    assert "0/1 份已发出" in page
    mails(post)
    workflow.take_down(notice.pk, by=make.person("cs"), place=hall, word="已取下")
    receipt = AllClearReceipt.objects.get(department=make.department())
    incidents.confirm_all_clear(receipt.pk, by=make.person("department"))
    # Twelve of them are a reading of the public page, where the last one is older than a second.
    with django_assert_max_num_queries(30):
        page = client.get(reverse("notices:all_clear_told", args=[notice.incident_id])).text
    assert "1/1 份已发出" in page
    assert "已确认（代表科室）" in page
    assert "已确认 1，只看到 0" in page
    assert "还贴着" not in page
    assert "取下" in page
