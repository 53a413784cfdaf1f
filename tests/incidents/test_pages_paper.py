"""Numbered forms over HTTP: the window clerk's desk, the check, the cash, the printed account."""

import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from incidents import workflow
from incidents.models import Batch, Reentry
from incidents.tally import Tally
from tests import make

pytestmark = pytest.mark.django_db


def signed_in(who):
    client = Client()
    client.force_login(make.person(who))
    return client


def opened(count=60):
    batch = workflow.reserve(
        by=None,
        department=make.department(),
        kind="手写收据",
        prefix="SF-",
        count=count,
        with_cash=True,
    )
    incident = make.incident("commanded")
    return workflow.open_batch(batch.pk, by=make.person("chuangkou"), incident=incident)


def verb(batch, name):
    return reverse("incidents:batch_verb", args=[batch.pk, name])


def hours_ago(hours):
    return f"{timezone.localtime() - timedelta(hours=hours):%Y-%m-%dT%H:%M}"


def test_the_head_registers_and_the_clerk_opens_it_on_the_incidents_page():
    incident = make.incident("commanded")
    head, clerk = signed_in("department"), signed_in("chuangkou")
    url = reverse("incidents:batches")
    said = {
        "department": make.department().pk,
        "kind": "手写收据",
        "with_cash": "on",
        "prefix": "sf-",
        "first": "1",
        "last": "240",
        "client_uuid": "0a0c7c5e-5a4e-4c0e-9b51-0f3a4c1a0001",
    }
    assert head.post(url, said | {"last": "0"}).status_code == 422
    assert head.post(url, said).status_code == 302
    assert head.post(url, said).status_code == 302
    batch = Batch.objects.get()
    assert (batch.prefix, batch.count) == ("SF-", 240)
    again = head.post(url, said | {"client_uuid": "0a0c7c5e-5a4e-4c0e-9b51-0f3a4c1a0002"})
    assert "1 到 240 号已在门诊收费处" in again.text
    paper = clerk.get(reverse("incidents:paper", args=[incident.pk])).text
    assert verb(batch, "open") in paper
    answer = clerk.post(verb(batch, "open"), {"incident": incident.pk, "version": 1})
    assert answer.status_code == 302
    assert clerk.post(verb(batch, "open"), {"incident": 0}).status_code == 404
    assert "去补录" in clerk.get(reverse("incidents:paper_band")).text


def test_the_clerk_notes_enters_and_the_head_checks_explains_and_settles():
    batch = opened()
    clerk, head = signed_in("chuangkou"), signed_in("department")
    url = batch.get_absolute_url()
    assert "不要写患者姓名" in clerk.get(url).text
    assert clerk.post(verb(batch, "mark"), {"numbers": "1", "fate": "used"}).status_code == 302
    twice = clerk.post(verb(batch, "mark"), {"numbers": "1", "fate": "void"})
    assert twice.status_code == 409
    assert "1 号已在使用里" in twice.text
    said = {
        "numbers": "1-40",
        "event_from": hours_ago(3),
        "event_to": hours_ago(2),
        "amount": "100.50",
        "client_uuid": "0a0c7c5e-5a4e-4c0e-9b51-0f3a4c1a0003",
    }
    wrong = clerk.post(verb(batch, "reenter"), said | {"amount": "1.005", "numbers": "壹"})
    assert wrong.status_code == 422
    assert "写到分" in wrong.text
    assert 'value="壹"' in wrong.text
    assert clerk.post(verb(batch, "reenter"), said).status_code == 302
    assert clerk.post(verb(batch, "reenter"), said).status_code == 302
    entry = Reentry.objects.get()
    check = reverse("incidents:entry_verb", args=[entry.pk, "check"])
    assert check not in clerk.get(url).text
    assert check in head.get(url).text
    assert clerk.post(check).status_code == 403
    account = {"used": "1-40", "void": "41", "version": Batch.objects.get().version}
    missing = head.post(verb(batch, "account"), account)
    assert missing.status_code == 422
    assert "缺 42 到 60 号" in missing.text
    assert head.post(verb(batch, "account"), account | {"rest_unused": "on"}).status_code == 302
    stale = head.post(verb(batch, "account"), account | {"rest_unused": "on"})
    assert stale.status_code == 409
    assert head.post(check).status_code == 302
    version = Batch.objects.get().version
    assert head.post(verb(batch, "cash"), {"total": "99", "version": version}).status_code == 302
    refused = head.post(verb(batch, "close"), {"version": version + 1})
    assert refused.status_code == 422
    assert "相差 +1.50 元" in refused.text
    explained = {"reason": "12 号找零少记 1.50", "version": version + 1}
    assert head.post(verb(batch, "explain"), explained).status_code == 302
    assert head.post(verb(batch, "close"), {"version": version + 2}).status_code == 302
    batch.refresh_from_db()
    assert (batch.state, batch.entered_total) == ("closed", Decimal("100.50"))
    assert "结清" in clerk.get(url).text


def test_while_typing_the_counts_come_along():
    batch, clerk = opened(), signed_in("chuangkou")
    url = reverse("incidents:count", args=[batch.pk])
    text = clerk.get(url, {"used": "1-40, 43", "void": "41", "lost": "42"}).text
    assert '<strong class="figures">41</strong>' in text
    assert "缺 44 到 60 号" in text
    assert "60 张都有去向" in clerk.get(url, {"used": "1-60"}).text
    assert "17 到 19 号已在使用里" in clerk.get(url, {"used": "1-60", "void": "17-19"}).text
    assert "看不懂" in clerk.get(url, {"used": "一"}).text


def test_the_account_is_printed_and_exported():
    batch = opened(9)
    clerk = make.person("chuangkou")
    workflow.reenter(
        batch.pk,
        by=clerk,
        numbers="1-3",
        amount=Decimal("3.10"),
        event_from=timezone.now() - timedelta(hours=1),
    )
    workflow.account(batch.pk, by=clerk, used="1-3", lost="4", lost_reason="=1+1", rest_unused=True)
    reader = signed_in("auditor")
    sheet = reader.get(reverse("incidents:batch_sheet", args=[batch.pk])).text
    for words in ("SF-0001–SF-0009", "复核人", "3.10", "5-9"):
        assert words in sheet
    book = load_workbook(
        io.BytesIO(reader.get(reverse("incidents:batch_export", args=[batch.pk])).content)
    )
    rows = {row[0].value: row[1] for row in book.worksheets[0].iter_rows(min_row=2)}
    assert rows["使用"].value == 3
    assert (rows["遗失说明"].value, rows["遗失说明"].data_type) == ("=1+1", "s")
    assert [cell.value for cell in book.worksheets[2]["B"]][1:6] == ["使用"] * 3 + ["遗失", "未用"]


def test_the_pages_ask_the_same_queries_however_many_batches(django_assert_num_queries):
    batch = opened()
    client = signed_in("department")
    for url in (reverse("incidents:batches"), batch.get_absolute_url()):
        client.get(url)
    count = {}
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for url in (reverse("incidents:batches"), batch.get_absolute_url()):
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        count[url] = len(asked)
    for _n in range(4):
        opened()
    Tally.of(batch)
    for url, queries in count.items():
        with django_assert_num_queries(queries):
            client.get(url)


def test_each_label_of_a_batch_names_its_own_field():
    """Several forms on the page ask for numbers; a name that stands twice names the first only."""
    page = signed_in("department").get(reverse("incidents:batch", args=[opened().pk])).text
    names = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(names) == sorted(set(names))
    assert set(re.findall(r'<label[^>]* for="([^"]+)"', page)) <= set(names)
