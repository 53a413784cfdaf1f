"""What templates need to speak of time and place: clocks, distances, the hospital's name.

Tags rather than context: the error pages are drawn without any context at all.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


@dataclass(frozen=True)
class ClockFace:
    """How a deadline looks at one moment. `mood` is waiting, soon, now or met."""

    mood: str
    words: str


@register.simple_tag
def hospital() -> str:
    """The hospital's name."""
    return settings.HOSPITAL_NAME


@register.simple_tag
def duty_phone() -> str:
    """The number to ring when nothing else works."""
    return settings.DUTY_PHONE


@register.simple_tag
def zone() -> str:
    """The hospital's time zone, as browsers name it."""
    return settings.TIME_ZONE


@register.simple_tag
def server_now() -> str:
    """This moment in UTC, ISO 8601: the browser's clocks run by it, not by the device's."""
    return timezone.now().isoformat(timespec="milliseconds")


@register.simple_tag
def clock_face(
    due: datetime | None, armed: datetime | None = None, met: datetime | None = None
) -> ClockFace:
    """The state of a clock when the page is made; `js/clock.js` goes on from there.

    `soon` from two thirds of the way between `armed` and `due`; without `armed` from ten minutes
    before `due`. A clock that was met says whether in time. Without `due` it waits in silence;
    a variable that a template does not have comes as an empty string.
    """
    if not due:
        return ClockFace("waiting", "")
    at = met or timezone.now()
    left = due - at
    if met:
        mood = "met" if left >= timedelta() else "now"
        words = (
            _("按时完成")
            if left >= timedelta()
            else _("超时 %(time)s 完成") % {"time": span(-left)}
        )
        return ClockFace(mood, words)
    if left < timedelta():
        return ClockFace("now", _("超时 %(time)s") % {"time": digits(-left)})
    warn = (due - armed) / 3 if armed else timedelta(minutes=10)
    return ClockFace(
        "soon" if left < warn else "waiting", _("剩 %(time)s") % {"time": digits(left)}
    )


@register.filter
def digits(length: timedelta) -> str:
    """A length on a clock's face: 02:14, 1:02:14, 3 天 2 时. The same in js/clock.js."""
    seconds = int(length.total_seconds())
    hours, rest = divmod(seconds, 3600)
    if hours >= 24:
        return _("%(days)d 天 %(hours)d 时") % {"days": hours // 24, "hours": hours % 24}
    if hours:
        return f"{hours}:{rest // 60:02}:{rest % 60:02}"
    return f"{rest // 60:02}:{rest % 60:02}"


@register.filter
def span(length: timedelta | int | str | None) -> str:
    """A length in words: 不到 1 分钟, 4 分钟, 1 小时 20 分钟. Whole numbers are minutes."""
    if length is None or isinstance(length, str):
        return ""
    minutes = length if isinstance(length, int) else int(length.total_seconds() // 60)
    if minutes < 1:
        return _("不到 1 分钟")
    hours, minutes = divmod(minutes, 60)
    words = []
    if hours:
        words.append(ngettext("%d 小时", "%d 小时", hours) % hours)
    if minutes:
        words.append(ngettext("%d 分钟", "%d 分钟", minutes) % minutes)
    return " ".join(words)


@register.filter
def ago(at: datetime | None) -> str:
    """The distance to a moment that has passed: 刚刚, 4 分钟前."""
    if not at:
        return ""
    passed = timezone.now() - at
    if passed < timedelta(minutes=1):
        return _("刚刚")
    if passed >= timedelta(days=1):
        return ngettext("%d 天前", "%d 天前", passed.days) % passed.days
    return _("%(time)s前") % {"time": span(passed)}


@register.filter
def clock_time(at: datetime | None) -> str:
    """A moment as people say it: 10:32 today, 昨天 22:10, else with the date."""
    if not at:
        return ""
    local = timezone.localtime(at)
    today = timezone.localdate()
    time = f"{local:%H:%M}"
    if local.date() == today:
        return time
    if local.date() == today - timedelta(days=1):
        return _("昨天 %(time)s") % {"time": time}
    if local.date() == today + timedelta(days=1):
        return _("明天 %(time)s") % {"time": time}
    day = date_format(local, "MONTH_DAY_FORMAT" if local.year == today.year else "DATE_FORMAT")
    return f"{day} {time}"
