"""What a device is installed from: scope, headers, nothing of anybody's own, no database."""

import json
import re
import struct
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve, reverse

from ops import installable
from tests import make

JS = Path(settings.BASE_DIR) / "static" / "js"


def constants(script: str) -> dict:
    return {
        name: json.loads(value)
        for name, value in re.findall(r"^const ([A-Z_]+) = (.+);$", script, re.M)
        if value[0] in '["{' or value.isdigit()
    }


def test_the_worker_stands_at_the_root_and_is_asked_for_again_each_time(client):
    # No `db` fixture: it is served with the database away.
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert not answer.cookies
    again = client.get("/sw.js", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_a_release_changes_the_worker(client, settings):
    before = client.get("/sw.js")
    installable.release.cache_clear()
    installable._worker.cache_clear()
    settings.DUTY_PHONE = "内线 8000"
    try:
        after = client.get("/sw.js", headers={"If-None-Match": before["ETag"]})
        assert after.status_code == 200
        now, then = (constants(one.content.decode())["RELEASE"] for one in (after, before))
        assert now != then
    finally:
        installable.release.cache_clear()
        installable._worker.cache_clear()


def test_everything_that_is_kept_for_everybody_exists_and_is_nobodys(client, settings):
    said = constants(client.get("/sw.js").content.decode())
    assert said["RELEASE"] == installable.release()
    for address in said["SHELL"]:
        answer = client.get(address)
        assert answer.status_code == 200, address
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert b"data-person" not in body or address.endswith((".js", ".css")), address
    for address in said["KEPT"]:
        assert resolve(address)
    assert len(said["SHELL"]) == len(set(said["SHELL"]))


def test_whatever_a_kept_page_links_is_kept_with_it(client, db):
    client.force_login(make.person("cs"))
    said = constants(client.get("/sw.js").content.decode())
    for page in said["KEPT"]:
        text = client.get(page).content.decode()
        assert f'data-person="{make.person("cs").pk}"' in text
        for link in re.findall(r'(?:src|href)="(/static/[^"?]+)', text):
            assert link in said["SHELL"] or link.endswith("app-180.png"), (page, link)


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "应急"), ("en", "Yingji")])
def test_the_manifest_speaks_the_language_of_its_address(client, language, name):
    answer = client.get(reverse("manifest", args=[language]))
    assert answer["Content-Type"].startswith("application/manifest+json")
    assert "max-age" in answer["Cache-Control"]
    said = answer.json()
    assert (said["id"], said["scope"], said["short_name"]) == ("/", "/", name)
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}
    for icon in said["icons"]:
        png = (Path(settings.BASE_DIR) / icon["src"].lstrip("/")).read_bytes()
        assert "{}x{}".format(*struct.unpack(">II", png[16:24])) == icon["sizes"]


def test_a_language_that_we_do_not_speak_has_no_manifest(client):
    assert client.get("/app-fr.webmanifest").status_code == 404
    assert client.get("/offline/fr/").status_code == 404


def test_every_page_links_the_manifest_of_its_language(client, db):
    assert 'href="/app-zh-hans.webmanifest"' in client.get("/accounts/login/").content.decode()
    client.cookies["django_language"] = "en"
    assert 'href="/app-en.webmanifest"' in client.get("/accounts/login/").content.decode()


def test_the_page_without_network_says_whom_to_ring(client):
    for language in ("zh-hans", "en"):
        answer = client.get(reverse("offline", args=[language]))
        assert settings.DUTY_PHONE in answer.content.decode()
        assert not answer.cookies


def test_the_session_is_told_without_a_name_and_kept_by_nobody(client, db):
    answer = client.get("/session/")
    assert answer.json()["person"] is None
    client.force_login(make.person("it"))
    answer = client.get("/session/")
    assert (set(answer.json()), answer.json()["person"]) == (
        {"person", "token"},
        make.person("it").pk,
    )
    assert "no-store" in answer["Cache-Control"]


def test_the_token_of_the_session_sends_a_report(db):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.person("cs"))
    said = {"seen": "断网", "location": "门诊"}
    ask = {"path": "/api/incidents/", "data": said, "content_type": "application/json"}
    assert client.post(**ask).status_code == 403
    token = client.get("/session/").json()["token"]
    assert client.post(**ask, headers={"X-CSRFToken": token}).status_code == 201
    # Somebody else signs in at the same browser: what the first one's tab fetched is worth nothing.
    client.post("/accounts/logout/", {"csrfmiddlewaretoken": token})
    form = client.get("/session/").json()["token"]
    client.post(
        "/accounts/login/",
        {"login": "zhiban", "password": make.PASSWORD, "csrfmiddlewaretoken": form},
    )
    assert client.get("/session/").json()["person"] == make.person("it").pk
    assert client.post(**ask, headers={"X-CSRFToken": form}).status_code == 403


def test_what_nobody_asked_for_renews_no_session(db):
    client = Client()
    client.force_login(make.person("cs"))
    session = client.session
    session["renewed_at"] = before = session["renewed_at"] - settings.SESSION_COOKIE_AGE // 2
    session.save()
    client.get("/report/", headers={"X-By-Itself": "1"})
    client.get("/session/", headers={"X-By-Itself": "1"})
    assert client.session["renewed_at"] == before
    client.get("/report/")
    assert client.session["renewed_at"] > before


def test_a_page_of_somebodys_own_is_kept_by_nobody_on_the_way(client, db):
    assert "private" not in client.get("/status/")["Cache-Control"]
    client.force_login(make.person("cs"))
    for page in ("/report/", "/orders/", "/duty/", "/plan/"):
        assert client.get(page)["Cache-Control"] == "private, no-cache", page


def test_the_addresses_in_the_script_are_ours():
    script = (JS / "outbox.js").read_text()
    assert f'SESSION = "{reverse("session")}"' in script
    assert f'INCIDENTS = "{reverse("api:incident-list")}"' in script


def test_without_tls_the_page_of_reachability_says_that_nothing_is_kept(client, db, settings):
    settings.ALLOWED_HOSTS = ["yingji.hospital.test", "localhost"]
    client.force_login(make.person("it"))
    words = "不能离线使用"
    there = client.get("/reachable/", headers={"Host": "yingji.hospital.test"})
    assert words in there.content.decode()
    here = client.get("/reachable/", headers={"Host": "localhost:8000"})
    assert words not in here.content.decode()
    assert words not in client.get("/reachable/", secure=True).content.decode()
