"""What the demo hospital has behind it: one fault under review, one archived with measures owed.

All of it is done by the verbs, in one go, so the times between the steps are short.
"""

import datetime
import hashlib
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

import incidents.workflow
import inventory.workflow
from incidents.models import Check, Incident
from incidents.workflow.orders import NewOrder
from inventory.models import Fund, Payment
from plans.documents import Document, Signature, to_pdf
from reviews import workflow
from reviews.models import ActionItem, Cause
from teams.models import Department, Person, Service

_TRIED = "试办成功"


def tell() -> None:
    """In the transaction that seeds the hospital."""
    _archive(
        _handled(
            "急诊收费打印机不出票，收费员手写收据",
            services=("缴费",),
            location="急诊楼一层收费窗口",
            department="急诊科",
            fault_type="hardware",
            order="改到 2 号窗口收费，原窗口贴告示",
        )
    )
    _review(
        _handled(
            "网上预约页面打不开，患者到窗口询问",
            services=("预约",),
            location="预约系统",
            department="客户服务部",
            fault_type="software",
            order="窗口和热线改为人工登记预约",
        )
    )


def _handled(
    seen: str,
    *,
    services: tuple[str, ...],
    location: str,
    department: str,
    fault_type: str,
    order: str,
) -> Incident:
    """A minor fault from its report to the end of the clean-up."""
    verbs, it, head = incidents.workflow, _person("zhiban"), _person("xinxi")
    there = Department.objects.get(name=department)
    desk = "jizhen" if department == "急诊科" else "kefuzhuren"
    incident, _is_new = verbs.report(
        by=_person("kefu"),
        seen=seen,
        services=list(Service.objects.filter(name__in=services)),
        location=location,
        department=there,
        waiting=6,
    )
    pk = incident.pk
    verbs.acknowledge(pk, by=it)
    verbs.confirm(
        pk,
        by=it,
        fault_type=fault_type,
        level=3,
        convene=False,
        reason="影响范围小，故障应急小组可以处理",
        affected=[there],
    )
    verbs.command(pk, by=head, orders=[NewOrder(to=there, text=order, minutes=20)])
    issued = incident.orders.get()
    verbs.read_back_order(issued.pk, by=_person(desk))
    verbs.finish_order(issued.pk, by=_person(desk), proof="已照办，患者没有滞留")
    verbs.repair(pk, by=it, lead=it)
    verbs.waive_notice(pk, by=_person("kefu"), reason="窗口当面告知，其他患者不受影响")
    _decide(pk, round_number=0)
    verbs.restore(pk, by=it)
    _decide(pk, round_number=Incident.objects.get(pk=pk).round)
    verbs.add_backup(
        pk,
        by=it,
        name=f"{location}配置.bak",
        size_bytes=524_288,
        sha256=hashlib.sha256(location.encode()).hexdigest(),
    )
    verbs.sign(pk, by=it)
    verbs.sign(pk, by=_person(desk))
    verbs.all_clear(pk, by=head, words="已恢复，请改回系统办理")
    return verbs.cleanup(pk, by=it, summary="已修复并验证，现场清理完毕，记录齐全")


def _decide(pk: int, *, round_number: int) -> None:
    pending = Check.objects.filter(incident=pk, round=round_number, result="pending")
    while check := pending.order_by("pk").first():
        affected = check.incident.affected.get().name
        desk = "jizhen" if affected == "急诊科" else "kefuzhuren"
        incidents.workflow.decide_check(
            check.pk,
            by=_person(desk if check.decider == "department" else "xinxi"),
            result="done",
            remark=_TRIED,
            number=Decimal(1),
        )


def _archive(incident: Incident) -> None:
    """Its report was received; one measure is done, the others are owed."""
    verbs, head = workflow, _person("xinxi")
    pk = incident.pk
    verbs.record_meeting(
        pk,
        by=head,
        meeting_at=timezone.now(),
        place="信息技术部会议室",
        chair=head,
        attendees=[_person("zhiban"), _person("jizhen"), _person("houqin")],
    )
    verbs.record_findings(
        pk,
        by=head,
        root_cause=Cause.DESIGN,
        root_cause_text="急诊窗口只有一台票据打印机，没有备用",
        what_went_well="五分钟内改到另一个窗口收费",
        shortcomings="手写收据的号段没有事先备在窗口",
        process_evaluation="急诊科改窗口及时，信息技术部到场较慢",
    )
    _why(pk, ("打印机不出票", "走纸轮磨断", "超过厂家建议的张数仍在用", "没有按张数更换的规定"))
    owed: tuple[tuple[str, str, str, int], ...] = (
        (ActionItem.Kind.FIX, "急诊窗口加装备用票据打印机", "信息技术部", 14),
        (ActionItem.Kind.SUPPLY, "走纸轮备两套，列入最低库存", "后勤部", 7),
        (ActionItem.Kind.PLAN, "业务卡写明急诊窗口手写收据的号段放在哪里", "急诊科", 30),
    )
    made = [
        verbs.add_action(
            pk, by=head, kind=kind, measure=measure, department=_department(name), due_on=_day(days)
        )
        for kind, measure, name, days in owed
    ]
    _buy(incident, "急诊票据打印机走纸轮两套", Decimal(260), "示范办公设备公司", "0001 2345")
    verbs.submit(pk, by=head)
    verbs.receive(pk, by=_person("yuanzhang"), remark="同意，按期完成")
    verbs.finish_action(made[1].pk, by=_person("cangku"), proof="已采购两套入库，最低库存设为 1")


def _review(incident: Incident) -> None:
    """Its meeting is called for tomorrow; causes and evaluations are being written."""
    verbs, head, chair = workflow, _person("xinxi"), _person("kefuzhuren")
    pk = incident.pk
    verbs.call_meeting(
        pk,
        by=head,
        meeting_at=timezone.localtime().replace(hour=15, minute=0, second=0, microsecond=0)
        + datetime.timedelta(days=1),
        place="行政楼三层会议室",
        chair=chair,
        people=[_person(name) for name in ("xinxi", "zhiban", "kefu", "zhichi")],
    )
    verbs.answer_meeting(pk, by=_person("zhiban"), coming=True)
    verbs.answer_meeting(pk, by=_person("kefu"), coming=False, words="当天在热线值班，由组长参加")
    _why(pk, ("预约页面打不开", "证书过期", "到期提醒发给了离职的人", "交接单里没有证书这一项"))
    verbs.evaluate(
        pk,
        by=_person("kefu"),
        department=_department("信息技术部"),
        cooperation=4,
        speed=3,
        words="电话里说清了原因，改好之后晚了十分钟才告诉我们",
    )
    verbs.evaluate(
        pk, by=_person("zhiban"), department=_department("信息技术部"), cooperation=4, speed=4
    )
    verbs.evaluate(
        pk,
        by=_person("zhiban"),
        department=_department("客户服务部"),
        cooperation=5,
        speed=5,
        words="窗口立刻改为人工登记",
    )
    # Above the fund's limit it waits for a second person.
    incidents.workflow.pay_for(
        pk,
        by=_person("cangku"),
        fund=Fund.objects.earliest("pk"),
        kind=Payment.Kind.ADVANCE,
        amount=Decimal(1800),
        payee="金师傅",
        purpose=inventory.workflow.Purpose("证书续费和到期提醒服务一年"),
    )
    verbs.add_action(
        pk,
        by=head,
        kind=ActionItem.Kind.FIX,
        measure="所有证书列入到期清单，提醒发给值班账号",
        department=_department("信息技术部"),
        person=_person("anquan"),
        due_on=_day(21),
    )


def _buy(incident: Incident, what: str, amount: Decimal, payee: str, number: str) -> None:
    """Paid from the emergency fund, with its receipt as a file, and settled."""
    keeper = _person("cangku")
    paid = incidents.workflow.pay_for(
        incident.pk,
        by=keeper,
        fund=Fund.objects.earliest("pk"),
        kind=Payment.Kind.EXPENSE,
        amount=amount,
        payee=payee,
        purpose=inventory.workflow.Purpose(what),
    )
    sheet = Document(
        title="收　据",
        subtitle=f"（示例，票据号 {number}）",
        organisation=payee,
        dated=timezone.localdate(),
        opening=f"今收到示范医院交来{what}货款，人民币 {amount:.2f} 元。",
        signatures=(Signature("收款人"), Signature("经手人", str(keeper))),
        has_cover=False,
        has_contents=False,
    )
    inventory.workflow.add_receipt(
        paid.pk,
        by=keeper,
        number=number,
        amount=amount,
        what=what,
        file=SimpleUploadedFile(f"收据 {number}.pdf", to_pdf(sheet)),
    )
    inventory.workflow.settle(paid.pk, by=keeper)


def _why(pk: int, answers: tuple[str, ...]) -> None:
    """Asked down to the root."""
    above: int | None = None
    for number, text in enumerate(answers, 1):
        is_root = number == len(answers)
        above = workflow.add_why(
            pk,
            by=_person("xinxi"),
            text=text,
            parent=above,
            is_root=is_root,
            kind=str(Cause.DESIGN) if is_root else "",
        ).pk


def _person(username: str) -> Person:
    return Person.objects.get(username=username)


def _department(name: str) -> Department:
    return Department.objects.get(name=name)


def _day(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)
