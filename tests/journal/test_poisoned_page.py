"""The page of entries whose subscribers failed: who sees it, and who may try again."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from journal import relay as relaying
from journal.models import Entry, PoisonedEntry
from journal.recording import record
from journal.relay import relay, subscribe
from tests import make

pytestmark = pytest.mark.django_db
PAGE = "/journal/poisoned/"


@pytest.fixture
def failing(monkeypatch):
    """An entry whose subscriber fails until `cured` is set."""
    monkeypatch.setattr(relaying, "_subscribers", {})
    state = {"cured": False, "calls": 0}

    def handler(entry):
        state["calls"] += 1
        if not state["cured"]:
            raise ValueError("<b>接口地址不对</b>")

    subscribe("test.poison", handler)
    make.hospital()
    with transaction.atomic():
        record("test:1", "test.poison", by=make.person("it"))
    while relay():
        pass
    # As after many failures: the next try is far away.
    PoisonedEntry.objects.update(
        retry_at=PoisonedEntry.objects.get().failed_at + timedelta(hours=1)
    )
    return state


def retry_url():
    return reverse("journal:retry", args=[PoisonedEntry.objects.get().pk])


@pytest.mark.parametrize("who", ["admin", "auditor"])
def test_administrators_and_auditors_see_what_failed(client, failing, who):
    client.force_login(make.person(who))
    shown = client.get(PAGE).content.decode()
    assert "test:1 #1" in shown
    assert "&lt;b&gt;接口地址不对" in shown
    assert ("立即重试" in shown) is (who == "admin")


@pytest.mark.parametrize("who", ["cs", "it", "leader", "department", "logistics"])
def test_nobody_else_sees_or_retries(client, failing, who):
    client.force_login(make.person(who))
    assert client.get(PAGE).status_code == 403
    assert client.post(retry_url()).status_code == 403


def test_anonymous_people_are_sent_to_the_login(client, failing):
    assert client.get(PAGE).status_code == 302
    assert client.post(retry_url()).status_code == 302
    assert not Entry.objects.filter(event="relay.retry").exists()


def test_an_administrator_lets_it_be_tried_at_once(client, failing):
    relay()
    assert failing["calls"] == 1, "its next try is far away"
    failing["cured"] = True
    client.force_login(make.person("admin"))
    assert client.post(retry_url()).status_code == 302
    entry = Entry.objects.get(event="relay.retry")
    assert entry.actor == f"person:{make.person('admin').pk}"
    assert entry.facts["event"] == "test.poison"
    relay()
    assert failing["calls"] == 2
    assert not PoisonedEntry.objects.exists()
    assert "没有转发失败的日志" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("who", ["auditor", "it"])
def test_others_change_nothing(client, failing, who):
    before = PoisonedEntry.objects.get().retry_at
    client.force_login(make.person(who))
    assert client.post(retry_url()).status_code == 403
    assert PoisonedEntry.objects.get().retry_at == before
    assert not Entry.objects.filter(event="relay.retry").exists()


def test_an_auditor_who_is_administrator_too_changes_nothing(client, failing):
    client.force_login(make.new_person("auditor", "admin"))
    assert client.post(retry_url()).status_code == 403


def test_what_was_relayed_meanwhile_is_a_friendly_conflict(client, failing):
    url = retry_url()
    failing["cured"] = True
    PoisonedEntry.objects.update(retry_at=PoisonedEntry.objects.get().failed_at)
    relay()
    client.force_login(make.person("admin"))
    response = client.post(url)
    assert response.status_code == 409
    assert "已经转发成功" in response.content.decode()
