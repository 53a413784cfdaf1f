from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone
from knox.models import AuthToken

from tests import make


def sign_in(client, username="zhiban", password=make.PASSWORD):
    return client.post("/api/tokens/", {"username": username, "password": password})


def test_name_and_password_give_a_token_that_opens_the_api(api):
    make.hospital()
    answer = sign_in(api())
    assert answer.status_code == 201
    assert answer.json()["person"]["name"] == "陈工"
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Token {answer.json()['token']}")
    assert client.get("/api/incidents/").status_code == 200
    assert AuthToken.objects.filter(digest=answer.json()["token"]).count() == 0


def test_a_wrong_password_gives_none_and_five_lock_the_name(api):
    make.hospital()
    cache.clear()
    for _ in range(5):
        answer = sign_in(api(), password="wrong-password")
        assert answer.status_code == 401
        assert answer.json()["title"] == "wrong_password"
    answer = sign_in(api())
    assert answer.status_code == 429
    assert answer.json()["title"] == "too_many_attempts"
    assert AuthToken.objects.count() == 0
    cache.clear()


def test_an_expired_token_opens_nothing_and_is_tidied_away_at_the_next_sign_in(api):
    client = api("it")
    AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    answer = client.get("/api/incidents/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"
    assert sign_in(client).status_code == 201
    assert AuthToken.objects.count() == 1


def test_somebody_who_has_left_is_let_in_no_more(api):
    client = api("it")
    person = make.person("it")
    person.is_active = False
    person.save()
    assert client.get("/api/incidents/").status_code == 401
    assert sign_in(api()).status_code == 401


def test_a_token_ends_itself(api):
    client = api("it")
    assert client.delete("/api/tokens/").status_code == 204
    assert client.get("/api/incidents/").status_code == 401


def test_a_session_has_no_token_to_end(api):
    client = api()
    client.force_login(make.person("it"))
    assert client.delete("/api/tokens/").status_code == 409


def test_a_header_of_nonsense_is_refused_not_tripped_over(api):
    make.hospital()
    for header in ("Token", "Token a b", "Token \xff\xfe", "Token " + "0" * 64, "Bearer x"):
        client = api()
        client.credentials(HTTP_AUTHORIZATION=header)
        assert client.get("/api/incidents/").status_code == 401, header
