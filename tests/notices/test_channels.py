"""Setting up channels: who may, what is refused, and that no secret ever comes out again."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices import sealing, workflow
from notices.channels import KINDS
from notices.models import Channel
from tests import make

pytestmark = pytest.mark.django_db

WECOM = {
    "name": "信息科群",
    "configuration": {"base": "https://qyapi.weixin.qq.com"},
    "secrets": {"key": "very-secret-key"},
}


def added(**facts):
    return workflow.add_channel("wecom", by=make.person("admin"), **WECOM | facts)


def changed(channel, **facts):
    said = WECOM | {"secrets": {}} | facts
    return workflow.change_channel(channel.pk, by=make.person("admin"), **said)


def typed(**more):
    """What a browser sends for a WeCom robot."""
    said = {"name": "信息科群", "base": "https://qyapi.weixin.qq.com", "key": "very-secret-key"}
    return said | {"position": "100", "each_minute": "20"} | more


# Who may ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["cs", "it", "leader", "department", "logistics", "auditor"])
def test_only_administrators_set_up_channels(who):
    channel = added()
    person = make.person(who)
    before = Entry.objects.count()
    with pytest.raises(NotAllowed):
        workflow.add_channel("wecom", by=person, **WECOM | {"name": "别的群"})
    with pytest.raises(NotAllowed):
        workflow.change_channel(channel.pk, by=person, **WECOM)
    with pytest.raises(NotAllowed):
        workflow.switch_off_channel(channel.pk, by=person, reason="x")
    with pytest.raises(NotAllowed):
        workflow.switch_on_channel(channel.pk, by=person)
    assert Entry.objects.count() == before
    assert Channel.objects.get().is_active


def test_an_administrator_who_audits_changes_nothing():
    with pytest.raises(NotAllowed):
        workflow.add_channel("wecom", by=make.new_person("admin", "auditor"), **WECOM)


# Secrets ------------------------------------------------------------------------------------------


def test_a_secret_is_stored_sealed_and_told_to_nobody(client):
    channel = added()
    changed(channel, secrets={"key": "another-secret"})
    stored = Channel.objects.get()
    assert stored.line.secret("key") == "another-secret"
    row = json.dumps(list(Channel.objects.values("configuration", "sealed", "sealed_names")))
    journal = json.dumps([entry.facts for entry in Entry.objects.all()])
    client.force_login(make.person("admin"))
    pages = b"".join(
        client.get(url).content for url in (reverse("notices:channels"), channel.get_absolute_url())
    ).decode()
    for place in (row, journal, pages, repr(stored.line)):
        assert "very-secret-key" not in place
        assert "another-secret" not in place
    assert "已设置" in pages
    told = Entry.objects.of(channel.stream).last()
    assert (told.event, told.facts["secrets"]) == ("channel.change", ["机器人 key"])


def test_a_secret_that_is_left_empty_stays():
    channel = added()
    changed(channel, name="新名字")
    assert Channel.objects.get().line.secret("key") == "very-secret-key"


def test_who_leads_a_channel_elsewhere_must_know_its_secrets(settings):
    """Else an administrator could have the stored secret sent to a host of their own."""
    settings.CHANNEL_HOSTS = [*settings.CHANNEL_HOSTS, "other.example"]
    channel = added()
    with pytest.raises(Incomplete) as refusal:
        changed(channel, configuration={"base": "https://other.example"})
    assert "key" in refusal.value.fields
    assert Channel.objects.get().configuration["base"] == "https://qyapi.weixin.qq.com"
    changed(channel, configuration={"base": "https://other.example"}, secrets={"key": "theirs"})
    assert Channel.objects.get().line.secret("key") == "theirs"


def test_a_row_that_was_led_elsewhere_behind_our_back_opens_nothing():
    channel = added()
    Channel.objects.filter(pk=channel.pk).update(configuration={"base": "https://evil.example"})
    with pytest.raises(sealing.CannotOpen):
        Channel.objects.get().line  # noqa: B018


def test_without_a_key_no_secret_is_kept(settings):
    settings.CHANNEL_KEYS = []
    with pytest.raises(Incomplete, match="CHANNEL_KEY"):
        added()
    assert not Channel.objects.exists()


def test_keys_can_be_changed_and_the_old_one_then_thrown_away(settings):
    from cryptography.fernet import Fernet

    channel = added()
    old, new = settings.CHANNEL_KEYS, [Fernet.generate_key().decode()]
    settings.CHANNEL_KEYS = new + old
    call_command("seal_channels")
    settings.CHANNEL_KEYS = new
    assert Channel.objects.get().line.secret("key") == "very-secret-key"
    settings.CHANNEL_KEYS = old
    with pytest.raises(sealing.CannotOpen):
        Channel.objects.get().line  # noqa: B018
    with pytest.raises(CommandError, match=channel.name):
        call_command("seal_channels")


def test_a_lost_key_is_told_on_the_page(client, settings):
    from cryptography.fernet import Fernet

    added()
    settings.CHANNEL_KEYS = [Fernet.generate_key().decode()]
    client.force_login(make.person("admin"))
    assert "密钥打不开" in client.get("/channels/").content.decode()
    with pytest.raises(Incomplete, match="CHANNEL_KEY"):
        changed(Channel.objects.get(), secrets={"key": "one of several"})


# What is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"secrets": {}}, "key"),
        ({"configuration": {}}, "base"),
        ({"configuration": {"base": "https://evil.example"}}, "base"),
        ({"configuration": {"base": "https://u:p@qyapi.weixin.qq.com"}}, "base"),
        ({"configuration": {"base": "nonsense"}}, "base"),
        ({"configuration": {"base": "ftp://qyapi.weixin.qq.com"}}, "base"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(facts, field):
    before = Entry.objects.count()
    with pytest.raises(Incomplete) as refusal:
        added(**facts)
    assert set(refusal.value.fields) == {field}
    assert not Channel.objects.exists()
    assert Entry.objects.filter(event__startswith="channel.").count() == 0
    assert before <= Entry.objects.count()


def test_two_channels_have_two_names():
    added()
    with pytest.raises(Incomplete, match="信息科群"):
        added()


def test_a_mail_server_must_be_on_the_list_as_well(settings):
    mail = {
        "host": "mail.hospital.example",
        "port": "25",
        "security": "none",
        "sender": "a@b.example",
    }

    def add():
        return workflow.add_channel(
            "mail", by=make.person("admin"), name="邮件", configuration=mail, secrets={}
        )

    with pytest.raises(Incomplete, match=r"mail\.hospital\.example"):
        add()
    settings.CHANNEL_HOSTS = ["mail.hospital.example:25"]
    assert add().host == "mail.hospital.example:25"


@pytest.mark.parametrize("rate", [{"most": 0, "seconds": 1}, {"most": 9999, "seconds": 60}])
def test_a_rate_without_sense_is_refused(rate):
    with pytest.raises(Incomplete):
        added(rates=[rate | {"per_address": False}])


def test_switching_off_needs_a_reason_and_on_and_off_do_not_repeat():
    channel, admin = added(), make.person("admin")
    with pytest.raises(Incomplete) as refusal:
        workflow.switch_off_channel(channel.pk, by=admin, reason=" ")
    assert "reason" in refusal.value.fields
    workflow.switch_off_channel(channel.pk, by=admin, reason="机器人要换群")
    with pytest.raises(Conflict):
        workflow.switch_off_channel(channel.pk, by=admin, reason="再来")
    workflow.switch_on_channel(channel.pk, by=admin)
    with pytest.raises(Conflict):
        workflow.switch_on_channel(channel.pk, by=admin)
    events = list(Entry.objects.of(channel.stream).values_list("event", flat=True))
    assert events == ["channel.add", "channel.switch_off", "channel.switch_on"]


def test_an_older_version_is_refused():
    channel = added()
    changed(channel, version=1)
    with pytest.raises(Conflict):
        changed(channel, version=1)
    with pytest.raises(Conflict):
        workflow.switch_off_channel(channel.pk, by=make.person("admin"), version=1, reason="x")


# Pages --------------------------------------------------------------------------------------------


def test_a_channel_is_added_changed_and_switched_off_by_pages(client):
    client.force_login(make.person("admin"))
    assert "企业微信" in client.get("/channels/new/").content.decode()
    form = client.get("/channels/new/wecom/").content.decode()
    assert 'value="https://qyapi.weixin.qq.com"' in form
    assert client.post("/channels/new/wecom/", typed()).url == "/channels/"
    channel = Channel.objects.get()
    assert channel.rates == [{"most": 20, "seconds": 60, "per_address": False}]
    url = channel.get_absolute_url()
    assert client.post(url, typed(key="", name="新名字", version="1")).url == "/channels/"
    assert Channel.objects.get().name == "新名字"
    assert client.post(f"{url}off/", {"version": "2", "reason": "换群"}).url == "/channels/"
    assert "停用" in client.get("/channels/").content.decode()
    assert client.post(f"{url}on/", {"version": "3"}).url == "/channels/"
    assert Channel.objects.get().is_active


def test_what_is_wrong_is_said_and_what_was_typed_stays_but_no_secret(client):
    client.force_login(make.person("admin"))
    answer = client.post("/channels/new/wecom/", typed(base="https://evil.example"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "CHANNEL_HOSTS" in page
    assert 'value="https://evil.example"' in page
    assert "very-secret-key" not in page
    assert "请再填一次" in page
    answer = client.post("/channels/new/wecom/", typed(name="", each_minute="0"))
    assert answer.status_code == 422


def test_somebody_was_faster(client):
    channel = added()
    changed(channel, name="别人改的")
    client.force_login(make.person("admin"))
    answer = client.post(channel.get_absolute_url(), typed(version="1", name="我改的"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="我改的"' in page
    assert 'name="version" value="2"' in page
    answer = client.post(f"{channel.get_absolute_url()}off/", {"version": "1", "reason": "旧的"})
    assert answer.status_code == 409
    assert Channel.objects.get().is_active
    answer = client.post(f"{channel.get_absolute_url()}off/", {"version": "2", "reason": ""})
    assert answer.status_code == 422


def test_the_auditor_reads_and_gets_no_form(client):
    channel = added()
    client.force_login(make.person("auditor"))
    page = client.get(channel.get_absolute_url()).content.decode()
    assert "qyapi.weixin.qq.com" in page
    assert "保存修改" not in page
    assert client.post(channel.get_absolute_url(), typed(version="1")).status_code == 403


def test_every_kind_has_a_form(client):
    client.force_login(make.person("admin"))
    for kind in KINDS:
        assert client.get(f"/channels/new/{kind}/").status_code == 200
    assert client.get("/channels/new/pigeon/").status_code == 404


def test_the_list_has_a_fixed_number_of_queries(client, django_assert_max_num_queries):
    for number in range(6):
        added(name=f"群 {number}")
    client.force_login(make.person("admin"))
    client.get("/channels/")
    with django_assert_max_num_queries(5):
        page = client.get("/channels/").content.decode()
    assert page.count('class="channel__name"') == 6
