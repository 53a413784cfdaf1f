"""News in readers' browsers: asked for, confirmed by the browser, sealed for it alone, ended."""

import json
import struct

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from journal.refusals import Conflict
from journal.relay import relay
from notices import pump, workflow
from notices.channels import Line, Message, web_push
from notices.channels.web_push import CURVE, Browser, packed, unpacked
from notices.models import Channel, Delivery, Subscription
from tests import make
from tests.notices import making
from tests.sinks import Sink, reply

KEY = web_push.new_key()
CONTACT = "mailto:it@example.org"


class Reader:
    """A browser at a push service: it has keys of its own, and opens what comes."""

    def __init__(self, url: str):
        self.private = ec.generate_private_key(CURVE)
        self.auth = b"sixteen bytes ok"
        self.public = web_push._raw(self.private.public_key())
        self.endpoint = f"{url}/push/{packed(self.public[1:9])}"

    def asks(self, **other):
        keys = {"p256dh": packed(self.public), "auth": packed(self.auth)}
        return {"endpoint": self.endpoint, "keys": keys, "key": web_push.public_key(KEY)} | other

    def opens(self, body: bytes):
        """RFC 8188 and RFC 8291, from the other side."""
        salt, (size, length) = body[:16], struct.unpack(">IB", body[16:21])
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert (size, length) == (4096, 65)
        shared = self.private.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender)
        )
        info = b"WebPush: info\0" + self.public + sender
        secret = derived(shared, self.auth, info, 32)
        key = derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derived(secret, salt, b"Content-Encoding: nonce\0", 12)
        content = AESGCM(key).decrypt(nonce, sealed, None)
        assert content.endswith(b"\x02")
        return json.loads(content[:-1])


def derived(secret, salt, info, length):
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


@pytest.fixture
def service(settings):
    """A push service on this machine, and a channel to it."""
    settings.CHANNEL_HOSTS = ["127.0.0.1"]
    settings.CHANNEL_NETWORKS = ["127.0.0.0/8"]
    sink = Sink(reply(status=201))
    workflow.add_channel(
        "web_push",
        by=make.person("admin"),
        name="推送",
        configuration={"contact": CONTACT, "services": "127.0.0.1"},
        secrets={"key": KEY},
        rates=[],
    )
    yield sink
    sink.close()


def arrived(service):
    """Everything that is due goes out; gives the requests that came, the newest last."""
    relay()
    Delivery.objects.filter(state="waiting").update(due_at=timezone.now())
    pump.deliver()
    return service.requests


def asks(said):
    return Client(enforce_csrf_checks=True).post(
        "/status/push/begin/", json.dumps(said), content_type="application/json"
    )


def on(url):
    """The same address as the test client takes it."""
    return url.removeprefix("https://yingji.example.org")


def subscribed(service):
    reader = Reader(service.url)
    assert asks(reader.asks()).status_code == 201
    confirm = reader.opens(arrived(service)[-1].body)["confirm"]
    assert Client(enforce_csrf_checks=True).post(on(confirm)).status_code == 200
    service.requests.clear()
    return reader


def test_a_message_is_sealed_as_the_standard_says():
    """The example of RFC 8291, Appendix A."""
    browser = Browser(
        "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
        "",
    )
    body = web_push.sealed_for(
        browser,
        b"When I grow up, I want to be a watermelon",
        salt=unpacked("DGv6ra1nlYgDCS1FRnbzlw"),
        own=web_push._private("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
    )
    assert packed(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_we_prove_who_we_are_to_this_push_service_alone():
    header = web_push.proof(KEY, "https://push.example.net:8443/push/x", CONTACT, 1_000_000.5)
    token, _comma, ours = header.removeprefix("vapid t=").partition(", k=")
    head, claims, signature = token.split(".")
    assert json.loads(unpacked(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(unpacked(claims)) == {
        "aud": "https://push.example.net:8443",
        "exp": 1_000_000 + 12 * 3600,
        "sub": CONTACT,
    }
    raw = unpacked(signature)
    signed = utils.encode_dss_signature(
        int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    )
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unpacked(ours))
    key.verify(signed, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    assert ours == web_push.public_key(KEY)


@pytest.mark.django_db
def test_long_words_are_cut_so_that_every_push_service_takes_them(service, settings):
    reader = Reader(service.url)
    said = reader.asks()
    browser = Browser(said["endpoint"], said["keys"]["p256dh"], said["keys"]["auth"], said["key"])
    line = Line("web_push", "", {"contact": CONTACT, "services": "127.0.0.1"}, {"key": KEY})
    web_push.send(line, Message("挂号中断", "很长的话" * 1000, key="k"), browser.written())
    (request,) = service.requests
    assert len(request.body) <= 4096
    assert reader.opens(request.body)["text"].endswith("……")


@pytest.mark.django_db
def test_a_browser_confirms_by_itself_and_is_told_of_everything(service, client):
    reader = Reader(service.url)
    assert asks(reader.asks()).status_code == 201
    (first,) = arrived(service)
    assert (first.path, first.headers["ttl"]) == (
        reader.endpoint.removeprefix(service.url),
        "21600",
    )
    assert first.headers["content-encoding"] == "aes128gcm"
    assert first.headers["authorization"].startswith("vapid t=")
    told = reader.opens(first.body)
    assert told["title"] == "【示范医院】订阅好了"
    # Before it said that it was reached, nothing else is sent.
    notice = making.published(affected="窗口不能挂号")
    assert len(arrived(service)) == 1
    assert client.post(on(told["confirm"])).status_code == 200
    workflow.end(notice.pk, by=make.person("cs"), text="挂号已恢复")
    told = reader.opens(arrived(service)[-1].body)
    assert "挂号已恢复" in told["title"] + told["text"]
    assert told["url"] == "https://yingji.example.org/status/?lang=zh"
    assert "confirm" not in told
    assert "退订" not in told["text"]


@pytest.mark.django_db
def test_the_language_is_the_readers(service):
    reader = Reader(service.url)
    said = json.dumps(reader.asks())
    Client().post("/status/push/begin/?lang=en", said, content_type="application/json")
    told = reader.opens(arrived(service)[-1].body)
    assert "You are subscribed" in told["title"]


@pytest.mark.django_db
def test_a_browser_that_leaves_is_forgotten_at_once(service):
    reader = subscribed(service)
    making.published()
    relay()
    said = json.dumps({"endpoint": reader.endpoint})
    for _again in range(2):
        answer = Client(enforce_csrf_checks=True).post(
            "/status/push/end/", said, content_type="application/json"
        )
        assert answer.status_code == 200
    assert not Subscription.objects.exists()
    assert arrived(service) == []


@pytest.mark.django_db
def test_a_browser_that_is_gone_is_forgotten_after_three_times(service):
    subscribed(service)
    service.answer = reply(status=410)
    notice = making.published()
    arrived(service)
    for words in ("再说一次", "又说一次"):
        notice = making.updated(notice, affected=words)
        arrived(service)
    assert len(service.requests) == 3
    assert not Subscription.objects.exists()
    # Nothing is wrong with the way itself.
    assert Channel.objects.get().opened_until is None


@pytest.mark.django_db
def test_under_another_key_nothing_is_sent(service):
    subscribed(service)
    channel = Channel.objects.get()
    workflow.change_channel(
        channel.pk,
        by=make.person("admin"),
        version=channel.version,
        name=channel.name,
        configuration=channel.configuration,
        secrets={"key": web_push.new_key()},
        rates=[],
    )
    making.published()
    assert arrived(service) == []
    assert Delivery.objects.latest("pk").code == "other-key"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"endpoint": "https://elsewhere.example.net/x"}, "不连这个浏览器的推送服务"),
        ({"endpoint": "ftp://127.0.0.1/x"}, "不完整"),
        ({"endpoint": None}, "不完整"),
        ({"keys": None}, "不完整"),
        ({"keys": {"p256dh": "BB", "auth": "AA"}}, "不完整"),
        ({"keys": {"p256dh": packed(b"\x04" + b"\x07" * 64), "auth": "AA"}}, "不完整"),
        ({"keys": {"p256dh": "中文", "auth": "AA"}}, "不完整"),
    ],
)
def test_what_is_no_browser_of_ours_is_refused_and_kept_by_nobody(service, wrong, says):
    answer = asks(Reader(service.url).asks(**wrong))
    assert answer.status_code == 422
    assert says in answer.json()["detail"]
    assert not Subscription.objects.exists()


@pytest.mark.django_db
def test_a_reader_cannot_send_us_to_a_host_that_is_no_push_service(service, settings):
    """What staff's channels may speak to is none of a reader's business."""
    settings.CHANNEL_HOSTS = ["127.0.0.1", "gateway.example.org"]
    answer = asks(Reader("https://gateway.example.org").asks())
    assert answer.status_code == 422
    assert "不连这个浏览器的推送服务" in answer.json()["detail"]
    reader = Reader(service.url)
    assert asks(reader.asks()).status_code == 201
    channel = Channel.objects.get()
    channel.configuration["services"] = "push.example.net"
    channel.save()
    assert arrived(service) == []
    assert Delivery.objects.latest("pk").code == "forbidden"


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[1" * 5000])
def test_what_is_no_json_is_no_accident(service, body):
    for door in ("begin", "end"):
        answer = Client().post(f"/status/push/{door}/", body, content_type="application/json")
        assert answer.status_code in (200, 422)


@pytest.mark.django_db
def test_it_is_offered_only_where_it_is_set_up(client):
    assert "还没有开通浏览器推送" in client.get("/status/push/").text
    assert "/status/push/" not in client.get("/status/").text
    assert asks(Reader("http://127.0.0.1:9").asks()).status_code == 422


@pytest.mark.django_db
def test_with_a_channel_it_is(service, client):
    assert "/status/push/?lang=zh" in client.get("/status/").text
    page = client.get("/status/push/").text
    assert f'data-push="{web_push.public_key(KEY)}"' in page
    # What goes to nobody on the staff is tried by subscribing.
    channel = Channel.objects.get()
    with pytest.raises(Conflict, match="公开页"):
        workflow.try_channel(channel.pk, by=make.person("admin"), address="x")
    client.force_login(make.person("admin"))
    page = client.get(channel.get_absolute_url()).text
    assert "发测试消息" not in page
    assert KEY not in page


def test_the_command_gives_a_key_that_the_channel_takes(capsys):
    call_command("web_push_key")
    made = capsys.readouterr().out.strip()
    check = next(field.check for field in web_push.KIND.fields if field.name == "key")
    assert check(made) == ""
    assert check("x") != ""
    assert check("中") != ""
