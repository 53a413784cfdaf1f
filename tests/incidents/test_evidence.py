"""Files of evidence: taken by content, counted by the server, given out as downloads only."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from incidents import workflow
from incidents.models import Evidence
from journal import keeping
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from tests import make

pytestmark = pytest.mark.django_db

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + bytes(32)


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def on_disk() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def signed_in(who: str) -> Client:
    client = Client()
    client.force_login(make.person(who))
    return client


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"%PDF-1.7\n%more", "application/pdf"),
        ("故障日志\n".encode(), "text/plain"),
        ("故障日志\n".encode("gb18030"), "text/plain"),
        (zipped("a.log"), "application/zip"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), keeping._ZIPPED["xl/"]),
        (zipped("[Content_Types].xml", "xl/vbaProject.bin"), "application/zip"),
        (b"<html><script>alert(1)</script>", ""),
        (b"  <svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (b"MZ\x90\0" + bytes(64), ""),
        (b"\x7fELF" + bytes(64), ""),
        (b"#!/bin/sh\n", ""),
    ],
)
def test_the_kind_is_told_by_the_content_alone(content, kind):
    assert keeping.kind_of(make.upload(content, "photo.png")) == kind


def test_size_and_sum_are_the_servers_and_stand_in_the_journal():
    incident = make.incident("repairing")
    check = incident.checks.first()
    evidence = make.file(
        incident, check=check.pk, note="截图", file=make.upload(PNG, "../../a.png")
    )
    assert (evidence.name, evidence.kind, evidence.size_bytes) == ("a.png", "image/png", len(PNG))
    assert evidence.sha256 == hashlib.sha256(PNG).hexdigest()
    assert (Path(settings.MEDIA_ROOT) / evidence.path).read_bytes() == PNG
    assert "a.png" not in evidence.path
    entry = Entry.objects.of(incident.stream).last()
    assert entry.event == "file.attach"
    assert entry.facts["sha256"] == evidence.sha256
    assert check.text in entry.facts["about"]


def test_the_same_file_twice_is_one():
    incident = make.incident("repairing")
    first = make.file(incident)
    before = on_disk()
    assert make.file(incident) == first
    assert on_disk() == before
    assert make.file(incident, order=incident.orders.get().pk) != first


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"by": "auditor"}, NotAllowed),
        ({"file": None}, Incomplete),
        ({"file": b""}, Incomplete),
        ({"file": b"<html>"}, Incomplete),
        ({"check": 10**9}, Incomplete),
        ({"check": 1, "order": 1}, Incomplete),
    ],
)
def test_a_refusal_leaves_no_file_and_no_row(facts, refusal):
    incident = make.incident("repairing")
    before, entries = on_disk(), Entry.objects.count()
    if "by" in facts:
        facts["by"] = make.person(facts["by"])
    if isinstance(facts.get("file"), bytes):
        facts["file"] = make.upload(facts["file"])
    with pytest.raises(refusal):
        make.file(incident, **facts)
    assert on_disk() == before
    assert not Evidence.objects.exists()
    assert Entry.objects.count() == entries


def test_an_incident_that_has_ended_takes_none():
    incident = make.report()
    workflow.dismiss(incident.pk, by=make.person("it"), reason="误报")
    with pytest.raises(Conflict):
        make.file(incident)


@override_settings(FILE_LARGEST=10)
def test_a_file_that_is_too_large_is_refused_at_its_field():
    incident = make.incident("repairing")
    url = reverse("incidents:files", args=[incident.pk])
    answer = signed_in("it").post(url, {"file": make.upload(b"x" * 11), "note": "留着"})
    assert answer.status_code == 422
    assert "压缩或分开" in answer.content.decode()
    assert "留着" in answer.content.decode()


def test_it_is_handed_in_and_downloaded_over_the_page():
    incident = make.incident("repairing")
    client, url = signed_in("department"), reverse("incidents:files", args=[incident.pk])
    order = incident.orders.get()
    sent = {"file": make.upload(b"<b>x", "说明 1.txt"), "about": f"order-{order.pk}"}
    assert client.post(url, sent).status_code == 302
    evidence = Evidence.objects.get()
    assert evidence.order == order
    shown = client.get(url).content.decode()
    assert evidence.sha256 in shown
    assert "说明 1.txt" in shown
    answer = client.get(reverse("incidents:file", args=[incident.pk, evidence.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == b"<b>x"
    other = make.report()
    assert client.get(reverse("incidents:file", args=[other.pk, evidence.pk])).status_code == 404


def test_the_list_asks_a_fixed_number_of_queries(django_assert_max_num_queries):
    incident = make.incident("repairing")
    for number in range(12):
        make.file(incident, file=make.upload(f"{number}".encode()))
    client = signed_in("auditor")
    with django_assert_max_num_queries(14):
        client.get(reverse("incidents:files", args=[incident.pk]))


def test_over_the_api():
    incident = make.incident("repairing")
    client = signed_in("it")
    sent = {"incident": incident.pk, "file": make.upload(), "check": incident.checks.first().pk}
    answer = client.post("/api/files/", sent)
    assert answer.status_code == 201, answer.content
    assert answer.json()["sha256"] == hashlib.sha256(make.upload().read()).hexdigest()
    listed = client.get(f"/api/files/?incident={incident.pk}").json()["results"]
    assert [row["id"] for row in listed] == [answer.json()["id"]]
    content = client.get(f"/api/files/{answer.json()['id']}/content/")
    assert content["Content-Disposition"].startswith("attachment")
