"""大厅屏: what hangs where, in which language, and which screens are dark."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from notices import public, workflow
from notices.models import Notice, Screen
from notices.screens import light_of
from tests import make
from tests.notices import making

pytestmark = pytest.mark.django_db
DEVICE = "0123456789abcdef0123456789abcdef"


def read(client, path, **headers):
    public.forget()
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_all_is_well_is_said_calmly(client):
    make.hospital()
    page = read(client, "/screen/hall-1/")
    assert "各项服务正常" in page
    assert "门诊一层大厅" in page
    assert "slide--calm" in page


def test_a_screen_shows_what_concerns_its_place(client):
    notice = making.published(services=[make.service("住院登记")])
    for slug, is_shown in (("hall-1", True), ("ward-fee", True), ("fee-1", False)):
        assert (notice.affected in read(client, f"/screen/{slug}/")) == is_shown
    assert notice.affected in read(client, "/screen/")


def test_a_notice_that_names_no_service_concerns_every_place(client):
    notice = making.published()
    notice.services.clear()
    assert notice.affected in read(client, "/screen/ward-fee/")


@pytest.mark.parametrize(
    ("query", "languages"),
    [
        ("", ["zh-Hans", "en"]),
        ("?lang=zh", ["zh-Hans"]),
        ("?lang=en", ["en"]),
        ("?lang=zh+en", ["zh-Hans", "en"]),
        ("?lang=en%2Bzh", ["en", "zh-Hans"]),
        ("?lang=fr", ["zh-Hans", "en"]),
    ],
)
def test_each_notice_is_shown_in_the_languages_of_the_place_or_of_the_address(
    client, query, languages
):
    making.published()
    page = read(client, f"/screen/hall-1/{query}")
    found = [line.split('lang="')[1].split('"')[0] for line in page.split("<article")[1:]]
    assert found == languages


def test_a_late_update_is_owned_up_to_and_a_promise_brings_its_words_along(client):
    notice = making.published()
    page = read(client, "/screen/?lang=zh")
    assert "slide__line--late" not in page
    assert f"原定 {timezone.localtime(notice.next_update_at):%H:%M} 通报" in page
    assert "data-next=" in page
    past = timezone.now() - timedelta(minutes=2)
    Notice.objects.filter(pk=notice.pk).update(
        published_at=past - timedelta(minutes=20), next_update_at=past
    )
    page = read(client, "/screen/?lang=zh")
    assert "slide__line--late" in page
    assert "data-next=" not in page


def test_the_all_clear_stands_there_for_an_hour(client):
    notice = making.published()
    workflow.end(notice.pk, by=make.person("cs"), text="挂号、缴费已恢复正常")
    page = read(client, "/screen/")
    assert "slide--over" in page
    assert "挂号、缴费已恢复正常" in page
    Notice.objects.filter(pk=notice.pk).update(ended_at=timezone.now() - timedelta(minutes=61))
    assert "slide--calm" in read(client, "/screen/")


def test_drafts_and_names_of_staff_never_reach_a_screen(client):
    notice = making.drafted(make.incident("repairing"))
    assert notice.affected not in read(client, "/screen/")
    making.published(make.incident("repairing"))
    page = read(client, "/screen/hall-1/")
    for who in ("cs", "cs2", "it", "leader"):
        assert make.person(who).name not in page


def test_a_place_that_was_retired_says_so_and_an_unknown_one_is_not_found(client):
    place = make.place(slug="old")
    workflow.retire_place(place.pk, by=make.person("admin"))
    assert "这块屏已停用" in read(client, "/screen/old/")
    public.forget()
    answer = client.get("/screen/nowhere/")
    assert answer.status_code == 404
    assert "没有这块屏" in answer.content.decode()


def test_the_part_that_comes_anew_is_not_a_whole_page(client):
    make.hospital()
    part = read(client, "/screen/hall-1/", **{"HX-Request": "true"})
    assert part.lstrip().startswith('<div id="screen"')
    assert "<html" not in part


def test_the_worker_lies_below_the_screens(client):
    answer = client.get("/screen/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert b"fetch" in answer.content


# Which are dark -------------------------------------------------------------------------------


def say(client, slug="hall-1", device=DEVICE, size="1920×1080"):
    return client.post(f"/screen/{slug}/seen/", {"device": device, "size": size})


def test_a_screen_that_calls_is_alight_and_one_that_stops_is_dark(client):
    place = make.place()
    assert light_of(place).state == "never"
    assert say(client, place.slug).status_code == 204
    assert light_of(place).state == "lit"
    Screen.objects.update(seen_at=timezone.now() - timedelta(minutes=4))
    light = light_of(place)
    assert (light.state, light.is_dark) == ("dark", True)
    say(client, place.slug, device=DEVICE[::-1])
    assert (light_of(place).state, light_of(place).dark) == ("lit", 1)


def test_little_is_believed_of_who_says_that_it_is_a_screen(client):
    make.hospital()
    assert say(client, device="<b>").status_code == 422
    assert say(client, slug="nowhere").status_code == 422
    assert say(client, slug="kiosk-2").status_code == 422
    assert say(client, size="<script>").status_code == 204
    assert Screen.objects.get().size == ""
    for number in range(30):
        say(client, device=f"{number:032x}")
    assert Screen.objects.count() == 12


def test_a_screen_that_calls_all_the_time_is_written_down_now_and_then(
    client, django_assert_num_queries
):
    make.hospital()
    say(client)
    seen = Screen.objects.get().seen_at
    say(client)
    assert Screen.objects.get().seen_at == seen


def test_a_device_that_was_taken_away_is_forgotten(client):
    make.hospital()
    say(client)
    Screen.objects.update(seen_at=timezone.now() - timedelta(days=31))
    say(client, device=DEVICE[::-1])
    assert Screen.objects.get().device == DEVICE[::-1]


def test_customer_service_sees_which_screens_are_dark(client):
    make.hospital()
    say(client)
    staff = Client()
    staff.force_login(make.person("cs"))
    line = staff.get("/screens/dark/").content.decode()
    assert "急诊大厅" in line
    assert "门诊一层大厅" not in line
    assert "/screens/dark/" in staff.get("/notices/").content.decode()
    sheet = staff.get(f"/places/{Screen.objects.get().place_id}/").content.decode()
    assert "1920×1080" in sheet
    assert "/screen/hall-1/" in sheet


# Feeds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/status.atom", "/status.rss"])
def test_feeds_tell_of_every_version_and_of_the_end(client, path):
    notice = making.published()
    public.forget()
    answer = client.get(path)
    assert answer["Content-Type"].startswith(("application/atom+xml", "application/rss+xml"))
    told = answer.content.decode()
    assert notice.affected in told
    assert f"#notice-{notice.pk}" in told
    assert "https://yingji.example.org/status/?lang=zh" in told
    workflow.end(notice.pk, by=make.person("cs"), text="挂号、缴费已恢复正常")
    public.forget()
    told = client.get(path).content.decode()
    assert f"#notice-{notice.pk}-ended" in told
    assert "挂号、缴费已恢复正常" in told
    english = client.get(path, {"lang": "en"}).content.decode()
    assert "Service status" in english


def test_the_json_says_which_version_of_its_shape_it_is(client):
    making.published()
    public.forget()
    told = client.get("/status.json").json()
    assert told["version"] == 1
    assert set(told) == {
        *("version", "as_of", "services", "notices", "ended", "withdrawn", "is_copy"),
        *("planned", "planned_past", "relapsed"),
    }
