"""Role cards: who does what, in the manner of HICS job action sheets, from the plan in force.

A card is a page: mission, whom one reports to, and what to do at once, while it lasts, and at the
end, each with a box, the time and a signature.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ops.kits.blocks import Block, fields, page, tasks, text
from ops.kits.clocks import every, within
from ops.kits.hospital import Hospital
from teams.models import Department, Membership, Person, ResponseGroup

Kind = Department.Kind
Group = ResponseGroup.Kind
Part = Membership.Part

AT_ONCE = "立即做（前 15 分钟）"
MEANWHILE = "处置期间"
AT_THE_END = "恢复和收尾"
_WITH_PATIENTS = (Kind.OUTPATIENT, Kind.EMERGENCY, Kind.INPATIENT, Kind.CUSTOMER_SERVICE)


@dataclass(frozen=True)
class Card:
    title: str
    mission: str
    holders: str
    reports_to: str
    at_once: list[str]
    meanwhile: list[str]
    at_the_end: list[str]

    def page(self) -> Block:
        return page(
            f"岗位卡：{self.title}",
            [
                fields(
                    [
                        ("由谁担任", self.holders),
                        ("向谁报告", self.reports_to),
                        ("今天担任的人", ""),
                        ("到岗时间", ""),
                    ]
                ),
                text(f"任务：{self.mission}"),
                tasks(AT_ONCE, self.at_once, wide=True),
                tasks(MEANWHILE, self.meanwhile, wide=True),
                tasks(AT_THE_END, self.at_the_end, wide=True),
            ],
        )


def cards(hospital: Hospital, department: Department) -> Iterator[Card]:
    """The cards that this department's people need, its head's first."""
    yield _head(hospital, department)
    if department.kind in _WITH_PATIENTS:
        yield _front(hospital, department)
    if department.kind == Kind.CUSTOMER_SERVICE:
        yield _voice(hospital, department)
    if department.kind == Kind.INFORMATION:
        yield _it(hospital, department)
    own = {person.pk for person in hospital.of_department(department)}
    for group in hospital.groups:
        members = [each for each in hospital.parts_of(group) if each.person_id in own]
        if members:
            yield _member(hospital, group, members)


def _head(hospital: Hospital, department: Department) -> Card:
    return Card(
        title="科室负责人",
        mission="让本科室的业务在系统用不了时继续办下去，保护患者和员工；管好编号表单，恢复后补录齐全。",
        holders=names(hospital.heads_of(department)),
        reports_to=_leader(hospital),
        at_once=[
            (
                f"打报障电话 {hospital.duty_phone}：说清科室、哪些业务、看到什么、有多少人在等，"
                "在活动日志上记下时间。"
            ),
            (
                "到时间没有人确认收到，按呼叫表打下一级，"
                f"直到有人说「收到」{within(hospital, 'acknowledge')}。"
            ),
            "急诊、危重、行动不便的患者先办，指定专人带送。",
            f"接到指令，原话复述一遍给下令的人听{within(hospital, 'read_back')}。",
            "接到启用手工模式的通知：复述确认，照「手工模式检查单」分工、发表单、挂告示。",
        ],
        meanwhile=[
            f"对患者只说客服部已发布的内容；每次更新后换话术{every(hospital, 'next_notice')}。",
            "每小时清点一次：表单用到几号，排队有多少人，现金有多少，记进活动日志。",
            "人手、现金、对讲机、饮水不够，打电话给后勤保障组。",
            "交接班时把本包、表单、现金和没办完的事当面交给下一班，两人签字。",
        ],
        at_the_end=[
            "信息技术部请您验证恢复时，各业务实际办一笔，办成了才签字。",
            "收到解除通知，复述确认，撤下告示，停止用手工表单。",
            "收齐全部表单：用了的、没用的、作废的、丢了的，逐号对上。",
            "安排一人补录，另一人核对；现金合计与补录后的合计对不上，写明差额和原因。",
            "把活动日志和本页交给客户服务部存档。",
        ],
    )


def _front(hospital: Hospital, department: Department) -> Card:
    return Card(
        title="一线人员",
        mission="照业务卡手工办理，每办一笔填一张编号表单，让患者知道现在怎么办。",
        holders=f"{department.name}当班人员",
        reports_to=names(hospital.heads_of(department)) or "科室负责人",
        at_once=[
            f"看见系统用不了，马上告诉科室负责人；找不到人，自己打 {hospital.duty_phone} 报障。",
            "不反复重启设备，不拔插网线；屏幕上的提示照抄或拍下来。",
            "没有启用手工模式以前，先安抚排队的人：照窗口话术说，不猜原因，不许诺时间。",
            "启用手工模式：领编号表单，核对第一个和最后一个号，在检查单上签名。",
        ],
        meanwhile=[
            "一笔一行，先写真实的办理时间；写错了划一道线重填一行，不涂改，不撕掉。",
            "收现金当面点清，写金额，开收据；两人在场时再开钱箱。",
            "姓名和卡号问两遍，核对两项身份标识。",
            "急诊和危重患者不排队，先送诊，后补手续。",
        ],
        at_the_end=[
            "收到解除通知后，最后一笔写完，在表单末尾划线，注明结束时间和号码。",
            "表单和现金当面交给科室负责人，两人签字。",
            "补录时照表单原样录入，录一笔写一次补录时间和姓名。",
        ],
    )


def _voice(hospital: Hospital, department: Department) -> Card:
    return Card(
        title="患者通知与热线",
        mission="让患者知道什么用不了、现在怎么办、去哪里、下次什么时候再通报；热线、窗口、广播一个口径。",
        holders=f"{department.name}当班人员",
        reports_to=names(hospital.heads_of(department)) or _leader(hospital),
        at_once=[
            (
                "向信息技术部问清受影响的业务和范围，写好第一份患者通知，"
                f"请批准人口头批准并记下姓名、时间{within(hospital, 'first_notice')}。"
            ),
            "把批准的内容填进话术页，读给各窗口、导诊台、广播室听，请他们复述。",
            "网页和大厅屏用不了：手写告示贴到大门、收费处、导诊台、自助机旁，记下贴在哪里。",
            "热线不通：启用备用手机，号码告诉院办公室和导诊台。",
        ],
        meanwhile=[
            (
                "到时间必须更新，没有新情况也要说「还在处理」，"
                f"并写下一次的时间{every(hospital, 'next_notice')}。"
            ),
            "恢复时间只说范围，说不准就说不准；不说技术原因，不说患者姓名和病情。",
            "热线登记每一个要回电的人。",
        ],
        at_the_end=[
            "接到解除：通知每个科室、窗口、广播、热线，逐个记下谁确认了、几点。",
            "撤下每一张告示，对着张贴记录逐张划掉。",
            "给登记要回电的人回电；把话术页和登记表存档。",
        ],
    )


def _it(hospital: Hospital, department: Department) -> Card:
    return Card(
        title="信息技术值班",
        mission="接报，确认是什么故障、影响谁、定几级，带人修复；每一步告诉客服部。",
        holders=_on_duty(hospital),
        reports_to=_leader(hospital, Group.FAULT),
        at_once=[
            (
                "接电话，报姓名，复述科室、业务、看到的情况，填「报障电话登记」一行；"
                f"这就是确认收到{within(hospital, 'acknowledge')}。"
            ),
            (
                "初步分析：硬件、软件、网络、数据丢失还是恶意攻击；影响哪些科室；定级；"
                f"要不要召集领导小组，写下理由{within(hospital, 'confirm')}。"
            ),
            "召集：照呼叫表逐级打；这一级没有人接，立刻打下一级。",
            (
                "领导小组下令以前，先保护现场和数据：怀疑攻击或数据丢失的，断网不断电，"
                f"不要重装{within(hospital, 'command')}。"
            ),
        ],
        meanwhile=[
            "照预案中本类故障的检查单逐项做，做一项记一项：谁、几点、结果。",
            "要配件和工具找后勤保障组；要厂商或运营商到场，报领导小组。",
            f"没有进展也要按时报告，再往上一级求援{within(hospital, 'no_progress')}。",
            "每次有进展，告诉客服部可以对患者说什么、恢复时间的范围。",
        ],
        at_the_end=[
            f"全面检查，请受影响科室实际办一笔，检查项全部通过{within(hospital, 'restore')}。",
            "做一次数据备份，记下备份名称、大小、校验值。",
            "和受影响科室的人各签一个字，再报请解除。",
            "写总结：原因、做了什么、还缺什么；领用的物资归还。",
        ],
    )


def _member(hospital: Hospital, group: ResponseGroup, own: list[Membership]) -> Card:
    kind = group.kind if group.kind in _OF_GROUP else Group.OTHER.value
    is_head = any(each.part == Part.HEAD for each in own)
    commands = any(each.part in (Part.HEAD, Part.DEPUTY) for each in own)
    tasks_of = _advising if kind == Group.LEADING and not commands else _OF_GROUP[kind]
    at_once, meanwhile, at_the_end = tasks_of(hospital)
    return Card(
        title=group.name,
        mission=group.duty,
        holders="、".join(f"{each.person}（{each.get_part_display()}）" for each in own),
        reports_to=_leader(hospital) if is_head else _leader(hospital, group=group),
        at_once=at_once,
        meanwhile=meanwhile,
        at_the_end=at_the_end,
    )


def _leading(hospital: Hospital) -> tuple[list[str], list[str], list[str]]:
    return (
        [
            "接到召集，报到：告诉信息技术值班您在哪里、什么电话打得通。",
            "组长不在，按呼叫表的次序由副组长代行；非工作时间先由行政总值班代行。",
            (
                "下达指令：谁、做什么、几点以前，逐个科室说，"
                f"请对方复述{within(hospital, 'command')}。"
            ),
            "决定哪些科室启用手工模式，写下时间，请每个科室确认。",
            "决定是否批准患者通知；口头批准的，请客服部记下时间。",
        ],
        [
            f"听取故障应急小组报告进展{every(hospital, 'no_progress')}，决定是否增援、升级。",
            "数据泄露或丢失、恶意攻击：对照预案的法定时限，请法律顾问判断是否上报。",
            "盯住急诊、危重患者和排队最长的地方。",
        ],
        [
            "恢复验证通过，两人签字后，宣布解除，逐个科室确认收到。",
            "指定评估会的时间和主持人，收书面报告。",
        ],
    )


def _advising(hospital: Hospital) -> tuple[list[str], list[str], list[str]]:
    """Members of the leading group who neither lead nor stand in."""
    return (
        [
            "接到召集，报到：告诉召集人您在哪里、什么电话打得通。",
            "说清本科室的情况：哪些业务受影响、多少人在等、缺什么。",
            f"领本科室的指令，复述一遍，记下几点以前办完{within(hospital, 'read_back')}。",
        ],
        [
            "把指令传到每个窗口和班组，确认听到的人是谁。",
            "办完的马上报告；办不了的当场说，不要等到时限。",
            "看到急诊、危重患者受影响，直接报告组长。",
        ],
        ["接到解除通知，复述确认，传到本科室每一个人。", "参加评估会，带上本科室的活动日志。"],
    )


def _fault(hospital: Hospital) -> tuple[list[str], list[str], list[str]]:
    return (
        [
            "接到呼叫，说「收到」和到场时间；到场后向信息技术值班报到。",
            f"一人主修，一人记录，一人对外联系{within(hospital, 'confirm')}。",
            "先保护数据和现场，再动手；每一步先说后做。",
        ],
        [
            "照本类故障的检查单做，失败的写明现象。",
            "要工具、配件、车辆，找后勤保障组；用了什么记下来。",
            "每次换人，交清做到哪一步。",
        ],
        [
            "全面检查、数据备份，和受影响科室两人签字。",
            "写总结，归还物资，清理现场。",
        ],
    )


def _logistics(hospital: Hospital) -> tuple[list[str], list[str], list[str]]:
    common = "、".join(
        f"{one['item']} {one['quantity']}{one['unit']}"
        for one in hospital.value["supplies"].get("any", [])
    )
    stock = f"：{common}" if common else ""
    return (
        [
            "接到呼叫，说「收到」，打开仓库，清点可用的物资。",
            f"先送通用物资到受影响的科室{stock}。",
            "对讲机分到领导小组、信息技术部、客服部和各受影响科室，试通一遍。",
        ],
        [
            "领用逐件登记：物资、数量、领用人、时间；先送急诊。",
            "时间长的：安排饮水、饭、休息的地方；现金找财务部。",
        ],
        ["逐件收回、清点，坏了的、少了的写明。", "补足库存，把登记交给故障应急小组。"],
    )


def _other(hospital: Hospital) -> tuple[list[str], list[str], list[str]]:
    return (
        ["接到呼叫，说「收到」和到岗时间。", "听清指令，复述一遍，记下时间。"],
        ["照小组职责办理，每小时向组长报告一次。", "办不了的马上说，不要等。"],
        ["办完的报告结果；没办完的当面交代。"],
    )


_OF_GROUP = {
    Group.LEADING.value: _leading,
    Group.FAULT.value: _fault,
    Group.LOGISTICS.value: _logistics,
    Group.OTHER.value: _other,
}


def names(people: Iterable[Person], most: int = 6) -> str:
    """Names with duties, on as little room as goes."""
    told = [f"{one}（{one.duty}）" if one.duty else str(one) for one in people]
    more = f" 等 {len(told)} 人" if len(told) > most else ""
    return "、".join(told[:most]) + more


def _leader(
    hospital: Hospital, kind: str = Group.LEADING, group: ResponseGroup | None = None
) -> str:
    group = group or hospital.group(kind)
    if group is None:
        return "领导小组组长"
    heads = [str(each.person) for each in hospital.parts_of(group, Part.HEAD)]
    deputies = [str(each.person) for each in hospital.parts_of(group, Part.DEPUTY)]
    told = f"{group.name}组长{'、'.join(heads)}"
    return f"{told}；不在时找{'、'.join(deputies)}" if deputies else told


def _on_duty(hospital: Hospital) -> str:
    posts = [
        post.roster.name for post in hospital.posts if post.roster.group.kind == Group.FAULT.value
    ]
    return "、".join(posts) + "当班人" if posts else "信息技术部当班人"
