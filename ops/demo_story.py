"""What goes on in the demo hospital when somebody looks at it for the first time.

All of it is done by the verbs, so it runs on from there: clocks run, and people have something to
do. `DEMO_STORY=0` leaves the hospital quiet.
"""

import datetime

from django.utils import timezone

import incidents.workflow
import notices.workflow
from incidents.models import Incident
from notices.models import Place
from notices.workflow import Facts, Planned
from teams.models import Department, Person, Service


def tell() -> None:
    """In the transaction that seeds the hospital."""
    urgent(kiosks_down())
    plan_the_night()


def kiosks_down() -> Incident:
    """A minor fault, known for a few minutes: its grade lets customer service publish first."""
    incident, _is_new = incidents.workflow.report(
        by=_person("kefu"),
        seen="二层自助机都停在登录界面，刷卡没有反应，排队的人往一层走",
        services=_services("自助机"),
        location="门诊楼二层自助机区",
        department=Department.objects.get(name="门诊收费处"),
        waiting=35,
    )
    incidents.workflow.acknowledge(incident.pk, by=_person("zhiban"))
    return incidents.workflow.confirm(
        incident.pk,
        by=_person("zhiban"),
        fault_type="software",
        level=3,
        convene=False,
        reason="只有二层自助机受影响，窗口正常，故障应急小组可以处理",
        affected=[Department.objects.get(name="门诊收费处")],
    )


def urgent(incident: Incident) -> None:
    """Patients read of it already; a second person has yet to approve it. One sign hangs."""
    notice = notices.workflow.draft(
        incident.pk,
        by=_person("kefu"),
        facts=Facts(
            affected="二层自助机暂时不能挂号、缴费",
            advice="请到一层人工窗口办理，已在自助机上缴过费的不用再缴",
            where_to_go="门诊楼一层 1 至 4 号窗口",
            contact="内线 8100",
            next_update_at=_in(minutes=40),
            affected_en="Kiosks on the second floor are out of service",
            advice_en="Please use the counters on the first floor.",
            where_en="Counters 1 to 4, first floor, outpatient building",
            services=_services("自助机"),
        ),
    )
    notices.workflow.publish_urgently(
        notice.pk, by=_person("kefu"), reason="二层已有三十多人排队，批准人都不在座位上"
    )
    for slug, who, word in (
        ("kiosk-2", "daozhen", "自助机区入口立牌上"),
        ("fee-1", "shoufei", "1 号窗口玻璃上"),
    ):
        place = Place.objects.get(slug=slug)
        notices.workflow.hang(notice.pk, by=_person(who), place=place, word=word)


def plan_the_night() -> None:
    """One maintenance is announced for tomorrow night, one waits for its approval."""
    night = timezone.localtime().replace(hour=23, minute=0, second=0, microsecond=0)
    tomorrow, next_week = night + datetime.timedelta(days=1), night + datetime.timedelta(days=7)
    announced = notices.workflow.plan_maintenance(
        by=_person("zhiban"),
        facts=Planned(
            title="挂号系统升级",
            affected="自助机和网上暂时不能挂号、预约",
            advice="请提前办好，或第二天再来；夜间请到急诊挂号窗口",
            starts_at=tomorrow,
            ends_at=tomorrow + datetime.timedelta(hours=2),
            contact="内线 8100",
            services=_services("挂号", "预约", "自助机"),
        ),
    )
    notices.workflow.approve_maintenance(announced.pk, by=_person("kefuzhuren"))
    notices.workflow.announce_maintenance(announced.pk, by=_person("kefu"))
    notices.workflow.plan_maintenance(
        by=_person("wangluo"),
        facts=Planned(
            title="住院楼网络设备更换",
            affected="住院收费处暂时不能办理住院登记和缴费",
            advice="请在 22:30 之前办好，或第二天再来",
            starts_at=next_week,
            ends_at=next_week + datetime.timedelta(hours=1),
            services=_services("住院登记"),
        ),
    )


def _person(username: str) -> Person:
    return Person.objects.get(username=username)


def _services(*names: str) -> list[Service]:
    return list(Service.objects.filter(name__in=names))


def _in(*, minutes: int) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(minutes=minutes)
