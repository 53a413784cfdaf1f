from django.urls import path, register_converter

from incidents.views import (
    all_clear,
    checks,
    clocks,
    custody,
    drilling,
    evidence,
    grading,
    handing_over,
    incident,
    law_report,
    manual_mode,
    often,
    orders,
    paper,
    reporting,
    restoration,
    supplies,
    verbs,
    watching,
)
from incidents.views.doors import DOORS


class VerbName:
    """Only verbs that have a page: other apps have addresses beside them under an incident."""

    regex = "|".join(DOORS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(VerbName, "verb")

app_name = "incidents"
urlpatterns = [
    path("report/", reporting.report, name="report"),
    path("report/lookalikes/", reporting.lookalikes, name="lookalikes"),
    path("reports/", reporting.my_reports, name="my_reports"),
    path("dashboard/", watching.dashboard, name="dashboard"),
    path("dashboard/now/", watching.now, name="now"),
    path("dashboard/open/", watching.open_incidents, name="open"),
    path("dashboard/ended/", watching.ended, name="ended"),
    path("clocks/", clocks.overview, name="clocks"),
    path("clocks/law/<int:pk>/", clocks.law_clock, name="law_clock"),
    path("incidents/<int:pk>/law/", clocks.law, name="law"),
    path("incidents/<int:pk>/law/<slug:stage>/", law_report.law_report, name="law_report"),
    path(
        "incidents/<int:pk>/law/<slug:stage>/report.<slug:kind>",
        law_report.law_file,
        name="law_file",
    ),
    path("command/", orders.commander, name="commander"),
    path("orders/", orders.my_orders, name="my_orders"),
    path("orders/<int:pk>/<slug:verb>/", orders.order_verb, name="order_verb"),
    path("duty/handovers/<int:pk>/", handing_over.handover, name="handover"),
    path("incidents/drills/", drilling.drills, name="drills"),
    path("incidents/drills/section/", drilling.section, name="drills_section"),
    path("incidents/drills/band/", drilling.band, name="drills_band"),
    path("incidents/drills/<slug:verb>/", drilling.all_drills, name="all_drills"),
    path("incidents/<int:pk>/drill/", drilling.drill, name="drill"),
    path("incidents/<int:pk>/", incident.detail, name="detail"),
    path("incidents/<int:pk>/guide/", incident.guide, name="guide"),
    path("incidents/<int:pk>/paper/", manual_mode.paper, name="paper"),
    path("paper/manual/<int:pk>/<slug:verb>/", manual_mode.confirm, name="confirm_mode"),
    path("paper/band/", manual_mode.band, name="paper_band"),
    path("paper/everywhere/", manual_mode.everywhere, name="on_paper"),
    path("paper/", paper.batches, name="batches"),
    path("paper/<int:pk>/", paper.batch, name="batch"),
    path("paper/<int:pk>/count/", paper.count, name="count"),
    path("paper/<int:pk>/sheet/", paper.sheet, name="batch_sheet"),
    path("paper/<int:pk>/account.xlsx", paper.export, name="batch_export"),
    path("paper/<int:pk>/<slug:verb>/", paper.batch_verb, name="batch_verb"),
    path("paper/entries/<int:pk>/<slug:verb>/", paper.entry_verb, name="entry_verb"),
    path("incidents/<int:pk>/all-clear/", all_clear.all_clear, name="all_clear"),
    path("all-clear/<int:pk>/confirm/", all_clear.confirm, name="confirm_all_clear"),
    path("incidents/<int:pk>/received/", reporting.received, name="received"),
    path("incidents/<int:pk>/supplies/", supplies.supplies, name="supplies"),
    path("incidents/<int:pk>/supplies/issue/", supplies.issue, name="issue_supplies"),
    path("incidents/<int:pk>/supplies/pay/", supplies.pay, name="pay"),
    path("incidents/<int:pk>/supplies/reserve/", supplies.reserve, name="reserve_supplies"),
    path("incidents/<int:pk>/timeline/", incident.timeline, name="timeline"),
    path("incidents/<int:pk>/part/<slug:part>/", incident.part, name="part"),
    path("incidents/<int:pk>/checks/<int:check>/", checks.decide_check, name="decide_check"),
    path("incidents/<int:pk>/checks/add/", checks.add_check, name="add_check"),
    path("incidents/<int:pk>/checks/<int:check>/assign/", checks.assign_check, name="assign_check"),
    path(
        "incidents/<int:pk>/checks/<int:check>/<slug:verb>/", checks.hand_check, name="hand_check"
    ),
    path("incidents/<int:pk>/steps/", checks.steps, name="steps"),
    path("checks/added/<int:number>/", often.often_added, name="often_added"),
    path("checks/added/<int:number>/take/", often.into_draft, name="into_draft"),
    path("incidents/<int:pk>/backup/", incident.add_backup, name="add_backup"),
    path("incidents/<int:pk>/custody/", custody.custody, name="custody"),
    path("incidents/<int:pk>/files/", evidence.files, name="files"),
    path("incidents/<int:pk>/files/<int:file>/", evidence.download, name="file"),
    path("incidents/<int:pk>/restoration/", restoration.restoration, name="restoration"),
    path("incidents/<int:pk>/reopen/", restoration.reopen, name="reopen"),
    path("dashboard/reopening/", restoration.reopening, name="reopening"),
    path("incidents/<int:pk>/sign/", incident.sign, name="sign"),
    path("incidents/<int:pk>/waive/", incident.waive, name="waive"),
    path("incidents/<int:pk>/command/", verbs.command, name="command"),
    path("incidents/<int:pk>/<verb:verb>/proposal/", grading.proposal, name="proposal"),
    path("incidents/<int:pk>/<verb:verb>/", verbs.verb, name="verb"),
]
