"""Numbers, mailboxes and accounts as people write them, brought into one form.

What is wrong is said in words that tell how it is written right; nothing here asks whether
anybody answers: that is what the test message is for.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from teams.models.contact import Kind

_LONGEST = 120

# An extension of the hospital's own exchange, and a local number without its area.
_EXTENSION = re.compile(r"[0-9]{3,6}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
# Area of two or three digits after the 0, then seven or eight digits (Chinese numbering plan).
_LANDLINE = re.compile(r"(0(?:10|2[0-9]|[3-9][0-9]{2}))([0-9]{7,8})")
_SERVICE_LINE = re.compile(r"[48]00[0-9]{7}")
# E.164: a plus, the country, at most fifteen digits.
_ABROAD = re.compile(r"\+[1-9][0-9]{6,14}")
_BEHIND = re.compile(r"(?:转|分机|ext\.?|x|#|,|;)+([0-9]{1,6})$", re.IGNORECASE)
# 企业微信 takes letters, digits and _-@. after a letter or digit; the others little more.
_ACCOUNT = {
    Kind.WECOM: re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}"),
    Kind.DINGTALK: re.compile(r"[A-Za-z0-9$:_\-@.]{1,64}"),
    Kind.FEISHU: re.compile(r"[A-Za-z0-9_\-]{1,64}"),
}


class WrongAddress(ValueError):
    """The address cannot be one of its kind; the text is a sentence for the person."""


def normal(kind: str, text: str) -> str:
    """The address in the one form in which it is kept. Raises WrongAddress.

    Takes what a person typed, also in the wide signs of a Chinese keyboard. Numbers lose their
    blanks and strokes (a landline keeps one behind its area), an extension behind a number
    follows 转: `010-…转8119`.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if kind == Kind.IN_APP:
        if text:
            raise WrongAddress(_("站内告警不用填号码。"))
        return ""
    if not text:
        raise WrongAddress(_("请填写号码或账号。"))
    if len(text) > _LONGEST:
        raise WrongAddress(_("太长了，请再核对一下。"))
    if kind == Kind.EMAIL:
        return _mailbox(text)
    if kind in _ACCOUNT:
        return _account(Kind(kind), text)
    number = _number(text)
    if kind == Kind.SMS and not _is_mobile(number):
        raise WrongAddress(_("短信只能发到手机：11 位手机号，境外号码以 + 开头。"))
    return number


def _number(text: str) -> str:
    text, extension = _split_extension(text)
    digits = re.sub(r"[\s\-–—().·]|^内线[:：]?", "", text)
    digits = re.sub(r"^00(?=[1-9])", "+", digits)
    is_national = digits.startswith("+86")
    digits = digits.removeprefix("+86")
    if not re.fullmatch(r"\+?[0-9]+", digits):
        raise WrongAddress(_("电话号码只写数字；分机写成「号码 转 分机」，境外号码以 + 开头。"))
    # Behind the country's code the area loses its 0.
    landline = _LANDLINE.fullmatch("0" + digits if is_national else digits)
    if _MOBILE.fullmatch(digits) or _SERVICE_LINE.fullmatch(digits) or _ABROAD.fullmatch(digits):
        number = digits
    elif landline:
        number = f"{landline[1]}-{landline[2]}"
    elif _EXTENSION.fullmatch(digits) and not extension and not is_national:
        return digits
    else:
        raise WrongAddress(_what_is_wrong(digits))
    return f"{number}转{extension}" if extension else number


def _split_extension(text: str) -> tuple[str, str]:
    """The number itself and the extension behind it; a last short group counts as one too."""
    found = _BEHIND.search(text.replace(" ", ""))
    if found:
        return text.replace(" ", "")[: found.start()], found[1]
    # 010-xxxxxxxx-8119: three groups of a landline.
    area, *rest = re.split(r"\s*-\s*", text)
    if area.startswith("0") and len(rest) == 2 and re.fullmatch(r"[0-9]{1,6}", rest[1]):
        return f"{area}-{rest[0]}", rest[1]
    return text, ""


def _what_is_wrong(digits: str) -> str:
    count = len(digits)
    if digits.startswith("1") and count in (10, 12):
        return _("手机号应是 11 位，这里是 %(count)s 位。") % {"count": count}
    if digits.startswith("0"):
        return _("固定电话是区号加 7 到 8 位号码，请再核对一下。")
    if count in (7, 8):
        return _("固定电话请带上区号；院内分机只写 3 到 6 位分机号。")
    return _("这不像电话号码：手机 11 位，固定电话带区号，院内分机 3 到 6 位，境外号码以 + 开头。")


def _is_mobile(number: str) -> bool:
    return bool(_MOBILE.fullmatch(number) or _ABROAD.fullmatch(number))


def _mailbox(text: str) -> str:
    name, _at, domain = text.rpartition("@")
    mailbox = f"{name}@{domain.lower()}"
    try:
        validate_email(mailbox)
    except ValidationError:
        raise WrongAddress(
            _("邮箱要写成「名字@域名」，中间没有空格，例如 zhang@example.org。")
        ) from None
    return mailbox


def _account(kind: Kind, text: str) -> str:
    if not _ACCOUNT[kind].fullmatch(text):
        raise WrongAddress(
            _("这里填%(kind)s的账号（字母和数字），不是姓名。不清楚可以问管理员。")
            % {"kind": kind.label}
        )
    return text
