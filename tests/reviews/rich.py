"""An attack in which something of everything happened, by the product's own verbs."""

from decimal import Decimal

from django.utils import timezone

from incidents import workflow
from incidents.models import Incident, Order
from inventory import workflow as supplies
from inventory.models import Item, Loan
from inventory.workflow import Wanted
from journal.relay import relay
from notices import workflow as notices
from reviews import workflow as reviews
from tests import make
from tests.inventory import keeping
from tests.notices.making import published
from tests.reviews import written


def reviewing() -> Incident:
    """Orders done and refused, a notice, people called, paper, supplies, evidence, exposures."""
    made = make.report()
    make.confirmed(incident=made, fault_type="attack", level=1, records_exposed=0)
    relay()
    workflow.command(
        made.pk,
        by=make.person("leader"),
        orders=[
            *make.orders("启用手工挂号，安排两名工作人员引导", minutes=5),
            *make.orders("断开外联线路，保全日志", to="信息技术部", minutes=15),
        ],
    )
    relay()
    first, second = Order.objects.filter(incident=made).order_by("pk")
    workflow.read_back_order(first.pk, by=make.person("department"))
    workflow.refuse_order(second.pk, by=make.person("it"), reason="外联线路由服务商管理")
    workflow.repair(made.pk, by=make.person("it"), lead=make.person("it"))
    notice = published(made)
    _paper(made)
    _supplies(made)
    _evidence(made)
    notices.end(notice.pk, by=make.person("cs"), text="挂号、缴费已恢复，谢谢您的耐心。")
    workflow.restore(made.pk, by=make.person("it"))
    make._pass(made, {})
    make._cleanup(made, {})
    relay()
    _asked_why(made)
    made = written.complete(Incident.objects.get(pk=made.pk))
    reviews.write_minutes(made.pk, by=make.person("fault_head"), minutes="决定每月核对限流清单。")
    return made


def _asked_why(made: Incident) -> None:
    head = make.person("fault_head")
    first = reviews.add_why(made.pk, by=head, text="外部接口没有限流", evidence="网关日志")
    reviews.add_why(
        made.pk, by=head, text="上线清单不含限流", parent=first.pk, is_root=True, kind="design"
    )
    reviews.evaluate(
        made.pk,
        by=make.person("cs"),
        department=make.department("信息技术部"),
        cooperation=4,
        speed=2,
        words="电话两次没有人接",
    )


def _paper(made: Incident) -> None:
    desk = make.department("门诊收费处")
    workflow.manual_on(
        made.pk,
        by=make.person("leader"),
        departments=[desk],
        reason="预计全停超过 30 分钟",
        minutes=60,
    )
    mode = made.manual_modes.get()
    workflow.confirm_manual_on(mode.pk, by=make.person("department"))
    batch = workflow.reserve(
        by=None, department=desk, kind="手写收据", prefix="SF-", count=60, with_cash=True
    )
    clerk = make.person("chuangkou")
    workflow.open_batch(batch.pk, by=clerk, incident=made)
    workflow.account(batch.pk, by=clerk, used="1-40", void="41", rest_unused=True)
    entry = workflow.reenter(
        batch.pk,
        by=clerk,
        numbers="1-40",
        amount=Decimal("1200.00"),
        event_from=timezone.now(),
    )
    workflow.check_reentry(entry.pk, by=make.person("department"))
    workflow.count_cash(batch.pk, by=clerk, total=Decimal("1212.50"))
    head = make.person("department")
    workflow.explain(batch.pk, by=head, reason="一张收据金额写错，已更正")
    workflow.close_batch(batch.pk, by=head)
    workflow.manual_off(made.pk, by=make.person("leader"), departments=[desk])
    workflow.confirm_manual_off(mode.pk, by=head)


def _supplies(made: Incident) -> None:
    item = Item.objects.get(name="备用交换机")
    workflow.issue_supplies(
        made.pk,
        by=keeping.keeper(),
        department=make.department("信息技术部"),
        wanted=[Wanted(item.pk, 1)],
    )
    supplies.give_back(Loan.objects.get(item=item).pk, by=keeping.keeper(), returned=1)
    purpose = supplies.Purpose("夜间抢修用餐", made.stream, made.get_absolute_url())
    keeping.payment(380, purpose=purpose)


def _evidence(made: Incident) -> None:
    log = make.file(made, note="应用服务器日志")
    workflow.hand_on(
        made.pk,
        by=make.person("it"),
        what="应用服务器日志",
        from_whom="赵工",
        to_whom="保卫科王干事",
        handed_at=timezone.now(),
        kept_where="保卫科铁柜",
        file=log,
    )
    workflow.count_exposed(
        made.pk, by=make.person("it"), kind="挂号记录", count=1200, note="按接口日志数"
    )
