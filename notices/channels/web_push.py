"""浏览器推送: news for readers of the public page, through the push service of their browser.

What is sent is encrypted for the one browser that asked for it (RFC 8291, aes128gcm): the push
service sees to whom, when and how much, and nothing of what. We prove who we are by a signature
(VAPID, RFC 8292). The service's address comes from the reader's browser, and so from anybody: only
the services that the channel names are spoken to, and of these only those of `CHANNEL_HOSTS`.
"""

import base64
import binascii
import json
import os
import struct
import time
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils.translation import gettext_lazy as _

from notices.channels import wire
from notices.channels.kind import Field, Kind, Line
from notices.channels.message import Message
from notices.channels.outcome import Blame, Outcome, of_status, refused, sent

CURVE = ec.SECP256R1()
# News that could not be brought within these seconds are none any more.
TTL = 6 * 3600
# A token is believed for at most a day (RFC 8292, section 2).
PROOF_HOLDS = 12 * 3600
# Every push service takes 4096 bytes; what the encryption adds has room.
LONGEST = 3000
RECORD = 4096
# Of Chrome, Firefox, Safari and Edge.
SERVICES = (
    "fcm.googleapis.com updates.push.services.mozilla.com *.push.apple.com *.notify.windows.com"
)


@dataclass(frozen=True)
class Browser:
    """One browser that wants to be told. `p256dh` and `auth` are its own keys, `key` is the public
    one of ours for which it asked; all as they come from the browser (Base64, RFC 4648 section 5).
    """

    endpoint: str
    p256dh: str
    auth: str
    key: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises ValueError where it is not the whole of it."""
        said = json.loads(text)
        try:
            return cls(*(str(said[name]) for name in ("endpoint", "p256dh", "auth", "key")))
        except (TypeError, KeyError) as error:
            raise ValueError("not a browser's subscription") from error

    def written(self) -> str:
        return json.dumps(self.__dict__, separators=(",", ":"), sort_keys=True)

    def insist(self, line: Line) -> None:
        """Raises ValueError where nothing could be encrypted for it, Forbidden where its push
        service is none that this channel speaks to."""
        place = wire.host_and_port(self.endpoint)
        if not (wire.is_listed(*place, services_of(line)) and wire.is_allowed_host(*place)):
            raise wire.Forbidden(f"{self.endpoint[:80]} is no push service of this channel")
        _point(unpacked(self.p256dh))
        if len(unpacked(self.auth)) != 16:
            raise ValueError("auth")


def services_of(line: Line) -> list[str]:
    return [
        part for part in line.get("services").replace(",", " ").replace("，", " ").split() if part
    ]


def packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unpacked(text: str) -> bytes:
    """Raises ValueError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error


def new_key() -> str:
    """A key of the hospital's own, as the channel keeps it."""
    number = ec.generate_private_key(CURVE).private_numbers().private_value
    return packed(number.to_bytes(32, "big"))


def public_key(secret: str) -> str:
    """What browsers are told of our key. Raises ValueError."""
    return packed(_raw(_private(secret).public_key()))


def sealed_for(
    browser: Browser,
    content: bytes,
    *,
    salt: bytes | None = None,
    own: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """`content` as one encrypted record that this browser alone can open (RFC 8291, section 3).

    `salt` and `own` are new for each message; only tests give them.
    """
    salt = salt or os.urandom(16)
    own = own or ec.generate_private_key(CURVE)
    theirs = unpacked(browser.p256dh)
    ours = _raw(own.public_key())
    shared = own.exchange(ec.ECDH(), _point(theirs))
    secret = _derived(shared, unpacked(browser.auth), b"WebPush: info\0" + theirs + ours, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    # 0x02 ends the last record; there is one.
    sealed = AESGCM(key).encrypt(nonce, content + b"\x02", None)
    return salt + struct.pack(">IB", RECORD, len(ours)) + ours + sealed


def proof(secret: str, endpoint: str, contact: str, at: float) -> str:
    """The Authorization header: a token for this push service, signed with our key (RFC 8292)."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(at) + PROOF_HOLDS,
        "sub": contact,
    }
    signed = ".".join(
        packed(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims)
    )
    one, other = utils.decode_dss_signature(
        _private(secret).sign(signed.encode(), ec.ECDSA(SHA256()))
    )
    signature = packed(one.to_bytes(32, "big") + other.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={public_key(secret)}"


def send(line: Line, message: Message, address: str) -> Outcome:
    secret = line.secret("key")
    try:
        browser = Browser.read(address)
        if browser.key != public_key(secret):
            # It asked under another key of ours; its push service would refuse this one.
            return refused("other-key", "", Blame.ADDRESS)
        browser.insist(line)
        body = sealed_for(browser, _content(message))
    except wire.Forbidden as error:
        return refused("forbidden", error, Blame.ADDRESS)
    except ValueError as error:
        return refused("not-a-browser", error, Blame.ADDRESS)
    headers = {
        "Authorization": proof(secret, browser.endpoint, line.get("contact"), time.time()),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(TTL),
    }
    answer = wire.post(browser.endpoint, body, headers)
    if answer.status in (404, 410):
        return refused(answer.status, answer.text[:300], Blame.ADDRESS)
    if answer.status == 413:
        return refused(answer.status, answer.text[:300], Blame.MESSAGE)
    # Where a message was put, the push service says in `Location`: of no use to us, so not kept.
    return of_status(answer) or sent(code=answer.status)


def _content(message: Message) -> bytes:
    """What js/push-worker.js shows. The same `key` again replaces what is shown already."""
    said = {"title": message.head, "text": message.text, "url": message.url, "key": message.key}
    if confirm := message.variable("confirm"):
        said["confirm"] = confirm
    while len(content := json.dumps(said, ensure_ascii=False).encode()) > LONGEST:
        said["text"] = said["text"][: len(said["text"]) * 3 // 4].rstrip() + "……"
    return content


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def _private(secret: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unpacked(secret), "big"), CURVE)


def _point(raw: bytes) -> ec.EllipticCurvePublicKey:
    """Raises ValueError where it is no point of the curve."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw)
    except UnsupportedAlgorithm as error:
        raise ValueError("not a point") from error


def _raw(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _wrong_key(value: str) -> Any:
    try:
        good = len(unpacked(value)) == 32 and bool(public_key(value))
    except ValueError:
        good = False
    return "" if good else _("请填写 manage.py web_push_key 给出的密钥。")


def _wrong_contact(value: str) -> Any:
    good = value.startswith("https://") or (value.startswith("mailto:") and "@" in value)
    return "" if good else _("请以 mailto: 或 https:// 开头。")


KIND = Kind(
    "web_push",
    _("浏览器推送（患者订阅）"),
    send,
    (
        Field(
            "contact",
            _("联系方式"),
            _("推送服务有问题时找谁，例如 mailto:it@example.org。"),
            check=_wrong_contact,
        ),
        Field(
            "services",
            _("推送服务"),
            _("只向这些地址推送，用空格隔开；它们也要列在 CHANNEL_HOSTS 里。"),
            default=SERVICES,
        ),
        Field(
            "key",
            _("签名密钥"),
            _("用 manage.py web_push_key 生成。换了密钥，已订阅的浏览器都要重新订阅。"),
            is_secret=True,
            check=_wrong_key,
        ),
    ),
    address_label=_("浏览器"),
)
