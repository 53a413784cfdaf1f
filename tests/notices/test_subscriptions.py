"""Mail subscriptions: asked for, confirmed, told of everything, and forgotten when they leave."""

import re
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from journal.relay import relay
from notices import links, public, pump, workflow
from notices.models import Delivery, Notice, Subscription
from notices.workflow import subscribing
from tests import make
from tests.notices import making
from tests.notices.mailing import ADDRESS, arrived, subscribed

pytestmark = pytest.mark.django_db


def words_of(answer):
    return answer.content.decode().partition("<main")[2]


def links_in(mail):
    return re.findall(r"https://yingji\.example\.org(/\S+)", mail.get_content())


def test_nothing_is_sent_before_the_link_in_the_first_mail_was_followed(post, client):
    # Also in a browser that keeps no cookies; and patients get none.
    patient = Client(enforce_csrf_checks=True)
    assert not patient.get("/status/subscribe/").cookies
    answer = patient.post("/status/subscribe/", {"address": ADDRESS}, follow=True)
    assert "请看您的邮箱" in answer.content.decode()
    assert not patient.cookies
    ((to, mail),) = arrived(post)
    assert to == [ADDRESS]
    assert mail["Subject"] == "【示范医院】请确认邮件订阅"
    (link,) = links_in(mail)
    making.published()
    assert len(arrived(post)) == 1
    # A mail program that looks at the link confirms nothing.
    assert "确认订阅" in client.get(link).content.decode()
    assert Subscription.objects.get().confirmed_at is None
    stranger = Client(enforce_csrf_checks=True)
    assert "已订阅" in stranger.post(link).content.decode()
    making.published(make.incident("repairing"), affected="窗口不能挂号")
    assert "窗口不能挂号" in arrived(post)[-1][1]["Subject"]


def test_a_drill_is_told_to_no_subscriber(post):
    subscribed(post)
    notice = making.published(make.incident("repairing", is_drill=True))
    workflow.withdraw(notice.pk, by=make.person("cs"), reason="练习撤回")
    assert arrived(post) == []


def test_every_publication_update_and_end_is_told(post):
    subscribed(post)
    first = making.published()
    second = making.updated(first, affected="自助机暂时不能缴费")
    workflow.end(second.pk, by=make.person("cs"), text="都已恢复")
    mails = [mail for _to, mail in arrived(post)]
    told = "\n".join(mail["Subject"] + mail.get_content() for mail in mails)
    assert "都已恢复" in told
    # What was replaced before it went out is not sent any more, and says so.
    dropped = Delivery.objects.filter(purpose="public", state="dropped")
    assert [each.notice for each in dropped] == [first, second]
    assert {each.words for each in dropped} == {"已有新的一版。"}
    assert len(mails) == 1
    assert Delivery.objects.filter(purpose="public", state="sent").count() == len(mails)


def test_a_mail_says_what_the_page_says_and_how_to_leave(post, client):
    row = subscribed(post, language="en")
    making.published()
    ((_to, mail),) = arrived(post)
    assert mail["Subject"].strip().startswith("[示范医院] ")
    assert "Emergency patients are seen as usual" in mail.get_content()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leave = mail["List-Unsubscribe"].strip(" <>").removeprefix("https://yingji.example.org")
    assert leave in links_in(mail)
    assert "X-Priority" not in mail
    assert "Unsubscribe" in client.get(leave, {"lang": "en"}).content.decode()
    assert Subscription.objects.filter(pk=row.pk).exists()
    one_click = Client(enforce_csrf_checks=True)
    assert one_click.post(leave, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Subscription.objects.exists()
    assert one_click.post(leave).status_code == 200


def test_whoever_leaves_gets_nothing_that_was_on_its_way_and_nothing_of_them_stays(post):
    row = subscribed(post)
    making.published()
    relay()
    workflow.unsubscribe(links.subscription_token(row.pk))
    assert arrived(post) == []
    delivery = Delivery.objects.get(purpose="public")
    assert (delivery.state, delivery.words) == ("dropped", "已经退订。")
    assert (delivery.subscription, delivery.shown, delivery.sealed_address) == (None, "", "")


def test_browsers_may_send_the_form(post, client):
    """Under `no-referrer` they say `Origin: null`, which is refused as somebody else's form."""
    assert client.get("/status/subscribe/")["Referrer-Policy"] == "same-origin"


def test_the_address_lies_sealed(post):
    row = subscribed(post)
    assert ADDRESS not in row.sealed_address + row.digest
    assert row.address == ADDRESS


def test_addresses_are_sealed_with_the_new_key_when_the_old_one_goes(post, settings):
    row = subscribed(post)
    old, new = settings.CHANNEL_KEYS[0], Fernet.generate_key().decode()
    settings.CHANNEL_KEYS = [new, old]
    call_command("seal_channels")
    settings.CHANNEL_KEYS = [new]
    row.refresh_from_db()
    assert row.address == ADDRESS


def test_a_wrong_key_costs_no_subscription(post, settings):
    row = subscribed(post)
    right = settings.CHANNEL_KEYS
    settings.CHANNEL_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="1 个订阅"):
        call_command("seal_channels")
    settings.CHANNEL_KEYS = right
    row.refresh_from_db()
    assert row.address == ADDRESS


def test_whether_an_address_is_known_is_told_to_nobody(post, client):
    subscribed(post)
    answers = [
        words_of(client.post("/status/subscribe/", {"address": address}, follow=True))
        for address in (ADDRESS, ADDRESS.upper(), "li@example.org")
    ]
    assert len(set(answers)) == 1
    assert [to for to, _mail in arrived(post)] == [["li@example.org"]]


def test_the_first_mail_is_no_way_to_pester_somebody(post):
    for _time in range(5):
        workflow.subscribe(ADDRESS)
    assert len(arrived(post)) == 1
    for _time in range(5):
        Subscription.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
        workflow.subscribe(ADDRESS)
        arrived(post)
    assert len(post.mails) == 3


def test_what_is_kept_and_sent_is_bounded(post, client, monkeypatch):
    monkeypatch.setitem(subscribing.MOST_AN_HOUR, "email", 2)
    for number in range(2):
        workflow.subscribe(f"reader{number}@example.org")
    answer = client.post("/status/subscribe/", {"address": "one@example.org"})
    assert answer.status_code == 422
    assert "请过一会儿再试" in answer.content.decode()
    monkeypatch.setitem(subscribing.MOST_AN_HOUR, "email", 99)
    monkeypatch.setattr(subscribing, "MOST", 2)
    answer = client.post("/status/subscribe/", {"address": "one@example.org"})
    assert "名额已满" in answer.content.decode()
    assert Subscription.objects.count() == 2


def test_nobody_who_did_not_confirm_is_kept_longer_than_a_day(post):
    workflow.subscribe(ADDRESS)
    kept = subscribed(post, "li@example.org")
    Subscription.objects.update(asked_at=timezone.now() - timedelta(hours=25))
    assert workflow.tidy() > 0
    assert Subscription.objects.get() == kept


def test_an_address_from_which_everything_comes_back_is_forgotten(post):
    subscribed(post)
    post.answers["rcpt"] = "550 no such mailbox"
    notice = making.published()
    for number in range(3):
        notice = making.updated(notice, affected=f"第 {number} 次通报的内容")
        arrived(post)
    assert not Subscription.objects.exists()


def test_drafts_and_what_was_taken_back_unpublished_are_told_to_nobody(post):
    subscribed(post)
    notice = making.drafted(make.incident("repairing"))
    workflow.withdraw(notice.pk, by=make.person("cs"), reason="写错了")
    assert arrived(post) == []
    assert not Delivery.objects.filter(purpose="public").exists()


def test_what_may_not_be_public_any_more_is_not_sent(post):
    subscribed(post)
    notice = making.published()
    relay()
    Notice.objects.filter(pk=notice.pk).update(incident=make.incident("repairing"))
    incident = Notice.objects.get(pk=notice.pk).incident
    type(incident).objects.filter(pk=incident.pk).update(
        state="merged", merged_into=make.incident("repairing").pk
    )
    assert arrived(post) == []


@pytest.mark.parametrize("address", ["", "x", "a@b", "a@b.c\nBcc: d@e.f"])
def test_what_is_no_address_is_refused_at_its_field(post, client, address):
    answer = client.post("/status/subscribe/", {"address": address})
    assert answer.status_code == 422
    assert "邮件地址" in answer.content.decode()
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("path", ["subscribe/1-x", "unsubscribe/1-x", "unsubscribe/²-x"])
def test_a_link_with_another_token_leads_nowhere(client, path):
    assert client.post(f"/status/{path}/").status_code == 404


def test_without_a_mail_channel_the_page_offers_no_mail(client, settings):
    make.hospital()
    public.forget()
    assert "/status/subscribe/" not in client.get("/status/").content.decode()
    assert "还没有开通" in client.get("/status/subscribe/").content.decode()
    assert client.post("/status/subscribe/", {"address": ADDRESS}).status_code == 422


def test_with_one_it_does(client, post):
    public.forget()
    assert "/status/subscribe/?lang=zh" in client.get("/status/").content.decode()


def test_the_large_version_stays_large_without_a_script(client, post):
    public.forget()
    page = client.get("/status/?size=2").text
    assert 'data-text="2"' in page
    assert "/status/subscribe/?lang=zh&amp;size=2" in page
    page = client.get("/status/subscribe/?lang=zh&size=2").text
    assert 'data-text="2"' in page
    assert "/status/?lang=zh&amp;size=2" in page
    answer = client.post("/status/subscribe/?lang=zh&size=2", {"address": ADDRESS})
    assert answer.url.endswith("&size=2")
    assert 'data-text="' not in client.get("/status/?size=12").text


def test_calls_to_staff_find_half_of_the_channels_pace_free(post):
    channel = Delivery._meta.get_field("channel").related_model.objects.get()
    channel.rates = [{"most": 4, "seconds": 60, "per_address": False}]
    channel.save()
    for number in range(5):
        workflow.subscribe(f"reader{number}@example.org")
    Subscription.objects.update(confirmed_at=timezone.now())
    making.published()
    relay()
    pump.deliver()
    assert len(post.mails) == 2
