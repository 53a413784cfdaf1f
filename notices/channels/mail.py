"""邮件 through Django's mail, over the same guarded wire as everything else.

The Message-ID is made of the idempotency key, so that a mail program shows a repeat once.
"""

import smtplib
from contextlib import suppress
from email.utils import parseaddr
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email
from django.forms import ValidationError
from django.utils.translation import gettext_lazy as _

from notices.channels import wire
from notices.channels.kind import Field, Kind, Line
from notices.channels.message import Message
from notices.channels.outcome import Blame, Outcome, failed, refused, sent, unknown

PATIENCE = 15.0


class _Smtp(smtplib.SMTP):
    """Connects by the wire: allowed hosts and addresses only, and an end to all waiting."""

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        return wire.connect(host, port, secure=False)


class _SmtpOverTls(smtplib.SMTP):
    def __init__(self, *arguments: Any, context: Any = None, **options: Any) -> None:
        # The wire has the context already.
        super().__init__(*arguments, **options)

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        return wire.connect(host, port, secure=True)


class _StartTls(_Smtp):
    """Begins in the clear, so that the wire is told that TLS follows: `starttls` insists on it."""

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        return wire.connect(host, port, secure=False, tls_follows=True)


class Backend(EmailBackend):
    """Django's SMTP backend with our own way of connecting."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        if self.use_ssl:
            return _SmtpOverTls
        return _StartTls if self.use_tls else _Smtp

    @property
    def ssl_context(self) -> Any:
        return wire.tls()


def send(line: Line, message: Message, address: str) -> Outcome:
    with wire.bounded(PATIENCE):
        return _send(line, message, address)


def _send(line: Line, message: Message, address: str) -> Outcome:
    security = line.get("security")
    backend = Backend(
        host=line.get("host"),
        port=int(line.get("port")),
        username=line.get("username"),
        password=line.secret("password"),
        use_tls=security == "starttls",
        use_ssl=security == "tls",
        timeout=PATIENCE,
    )
    sender = line.get("sender")
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    mail = EmailMessage(
        subject=" ".join(message.head.split()),
        body="\n\n".join(part for part in (message.head, message.text, message.url) if part),
        from_email=sender,
        to=[address],
        headers={
            "Message-ID": f"<{message.key}@{domain}>",
            "Auto-Submitted": "auto-generated",
            **({"X-Priority": "1"} if message.level in (1, 2) else {}),
            **(_leaving(message.leave_url) if message.leave_url else {}),
        },
        connection=backend,
    )
    for file in message.files:
        mail.attach(file.name, file.content, file.kind)
    try:
        backend.open()
        if backend.connection is not None:
            backend.connection.ehlo_or_helo_if_needed()
    except smtplib.SMTPAuthenticationError as error:
        return refused(error.smtp_code, _words(error.smtp_error))
    except smtplib.SMTPResponseException as error:
        return _by_code(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return failed("", f"{type(error).__name__}: {error}")
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        return _by_code(code, words, Blame.ADDRESS)
    except smtplib.SMTPResponseException as error:
        return _by_code(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        # The line broke while the mail was handed over: the server may have it.
        return unknown("", f"{type(error).__name__}: {error}")
    finally:
        # What the server says to our good-bye changes nothing.
        with suppress(OSError):
            backend.close()
    return sent(mail.extra_headers["Message-ID"], code=250)


def _leaving(url: str) -> dict[str, str]:
    """Headers by which a mail program offers to end the subscription (RFC 2369, RFC 8058)."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _by_code(code: int, words: object, blame: Blame = Blame.CHANNEL) -> Outcome:
    """SMTP's own rule: 4xx is for now, 5xx is for good."""
    if 400 <= code < 500 or code == -1:
        return failed(code, _words(words))
    return refused(code, _words(words), blame)


def _words(words: object) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else str(words)


def _wrong_port(value: str) -> Any:
    is_port = value.isdecimal() and 0 < int(value[:6]) < 65_536
    return "" if is_port else _("请填写 1 到 65535 的端口。")


def _wrong_sender(value: str) -> Any:
    try:
        validate_email(parseaddr(value)[1])
    except ValidationError:
        return _("请填写有效的邮件地址。")
    return ""


KIND = Kind(
    "mail",
    _("邮件（SMTP）"),
    send,
    (
        Field("host", _("服务器"), is_place=True),
        Field("port", _("端口"), default="465", check=_wrong_port),
        Field(
            "security",
            _("加密"),
            default="tls",
            choices=(
                ("tls", _("TLS（465）")),
                ("starttls", _("STARTTLS（587）")),
                ("none", _("不加密，只能用于院内服务器")),
            ),
        ),
        Field("username", _("用户名"), is_required=False),
        Field("password", _("密码"), is_secret=True, is_required=False),
        Field("sender", _("发件人"), check=_wrong_sender),
    ),
    reaches=frozenset({"email"}),
    address_label=_("邮件地址"),
)
