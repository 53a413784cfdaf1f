"""The restoration: backup looked at by the server, staged reopening, signatures, relapse."""

import hashlib

import pytest
from django.test import Client
from django.urls import reverse

from incidents import gates, workflow
from incidents.models import Evidence, Incident, Reopening
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from tests import make

pytestmark = pytest.mark.django_db

BACKUP = b"table,rows\nregistrations,120\n"
SUM = hashlib.sha256(BACKUP).hexdigest()


def signed_in(who: str) -> Client:
    client = Client()
    client.force_login(make.person(who))
    return client


def add(incident, **facts):
    facts = {"by": make.person("it"), "name": "his.csv"} | facts
    return workflow.add_backup(incident.pk, **facts)


def test_a_backup_that_the_server_has_counted_says_so():
    incident = make.incident("restoring")
    backup = add(incident, file=make.upload(BACKUP, "his.csv"))
    assert (backup.size_bytes, backup.sha256, backup.verified) == (len(BACKUP), SUM, "file")
    assert backup.files.get().sha256 == SUM
    entry = Entry.objects.of(incident.stream).get(event="backup.add")
    assert entry.facts["verified"] == "file"


def test_a_manifest_must_name_the_stated_sum():
    incident = make.incident("restoring")
    stated = "ab" * 32
    manifest = f"{stated.upper()}  his.bak\n".encode()
    with pytest.raises(Incomplete) as refused:
        add(incident, size_bytes=9, sha256="cd" * 32, file=make.upload(manifest, "sums.txt"))
    assert set(refused.value.fields) == {"file"}
    assert not incident.backups.exists()
    assert not Evidence.objects.exists()
    backup = add(incident, size_bytes=9, sha256=stated, file=make.upload(manifest, "sums.txt"))
    assert (backup.verified, backup.sha256, backup.size_bytes) == ("manifest", stated, 9)


def test_a_list_of_sums_is_not_taken_for_the_backup_itself():
    incident = make.incident("restoring")
    manifest = f"{'ab' * 32}  his.bak\n".encode()
    with pytest.raises(Incomplete) as refused:
        add(incident, file=make.upload(manifest, "sums.txt"))
    assert set(refused.value.fields) == {"sha256"}
    with pytest.raises(Incomplete) as refused:
        add(incident, size_bytes=5 * 10**9, file=make.upload(BACKUP, "his.csv"))
    assert set(refused.value.fields) == {"file"}
    assert not incident.backups.exists()
    assert not Evidence.objects.exists()
    # A size that was rounded is no lie.
    assert add(incident, size_bytes=30, file=make.upload(BACKUP, "his.csv")).size_bytes == 29


def test_what_nobody_verified_is_shown_as_somebodys_word():
    incident = make.incident("restoring")
    make.backup(incident)
    url = reverse("incidents:restoration", args=[incident.pk])
    assert "自报，未核验" in signed_in("leader").get(url).text


def test_restoration_is_refused_without_a_backup_and_passes_with_one_over_the_pages():
    incident = make.incident("restoring")
    make.pass_checks(incident)
    it, window = signed_in("it"), signed_in("department")
    url = reverse("incidents:restoration", args=[incident.pk])
    assert "还没有恢复后的备份凭证" in it.get(url).text
    sign = reverse("incidents:sign", args=[incident.pk])
    assert it.post(sign).status_code == 422
    sent = {"name": "his.csv", "unit": "MB", "file": make.upload(BACKUP, "his.csv")}
    assert it.post(reverse("incidents:add_backup", args=[incident.pk]), sent).status_code == 302
    assert it.post(sign).status_code == 302
    assert window.post(sign).status_code == 302
    assert Incident.objects.get(pk=incident.pk).state == "cleaning"
    text = it.get(url).text
    assert "服务器已核算" in text
    assert str(make.person("department").department) in text.split("恢复签字")[1]


def open_again(incident, by="department", **facts):
    facts = {"department": make.department("门诊收费处")} | facts
    return workflow.reopen(incident.pk, by=make.person(by), **facts)


def test_windows_open_one_by_one_once_the_technical_checks_have_passed():
    incident = make.incident("restoring")
    with pytest.raises(Incomplete):
        open_again(incident, window="3 号窗口")
    make.pass_checks(incident)
    with pytest.raises(NotAllowed):
        open_again(incident, by="cs")
    with pytest.raises(Incomplete):
        open_again(incident, by="it", department=make.department("保卫科"))
    assert not Reopening.objects.exists()
    for _twice in range(2):
        open_again(incident, window="3 号窗口")
    assert Reopening.objects.count() == 1
    dashboard = signed_in("leader").get(reverse("incidents:reopening")).text
    assert "3 号窗口" in dashboard
    assert str(make.person("department")) in dashboard
    assert "还没有开放" in dashboard
    open_again(incident)
    assert "全部开放" in signed_in("it").get(reverse("incidents:reopening")).text


def test_nothing_opens_before_the_restoration():
    with pytest.raises(Conflict):
        open_again(make.incident("repairing"), by="it")


def test_a_relapse_undoes_the_reopening_and_the_waivers_of_the_cleanup():
    incident = make.incident("cleaning")
    open_again(incident, window="3 号窗口")
    point = next(c.key for c in gates.conditions(gates.CLEANUP, incident) if c.open)
    workflow.waive(incident.pk, by=make.person("it"), point=point, reason="已电话核实")
    workflow.relapse(incident.pk, by=make.person("it"), reason="又断了")
    undone = Reopening.objects.get()
    assert (undone.undone_by, undone.undone_reason) == (make.person("it"), "又断了")
    assert incident.waivers.get(point=point).ended_at is not None
    waived = {c.key: c.waived for c in gates.conditions(gates.CLEANUP, incident)}
    assert not waived.get(point)
    entry = Entry.objects.of(incident.stream).get(event="incident.relapse")
    assert entry.facts["waivers_ended"] == [point]
    text = signed_in("it").get(reverse("incidents:restoration", args=[incident.pk])).text
    assert "又断了" in text


def test_a_try_at_a_window_that_fails_sends_back_and_closes_what_was_open():
    incident = make.incident("restoring")
    make.pass_checks(incident)
    open_again(incident)
    check = next(one for one in incident.checks.filter(round=1) if one.decider == "department")
    decided = workflow.decide_check(
        check.pk, by=make.person("department"), result="failed", remark="医保仍超时"
    )
    assert decided.result == "failed"
    assert Incident.objects.get(pk=incident.pk).state == "repairing"
    assert Reopening.objects.get().undone_at is not None


def test_a_check_is_decided_on_the_restorations_own_page():
    incident = make.incident("restoring")
    check = next(one for one in incident.checks.filter(round=1) if one.decider == "department")
    url = reverse("incidents:restoration", args=[incident.pk])
    client, address = (
        signed_in("department"),
        reverse("incidents:decide_check", args=[incident.pk, check.pk]),
    )
    assert address in client.get(url).text
    assert address not in signed_in("it").get(url).text
    sent = {"result": "done", "version": "pending", "back": "restoration"}
    assert client.post(address, sent).status_code == 422
    assert client.post(address, sent | {"remark": "挂上了"})["Location"] == url
