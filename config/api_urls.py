"""Addresses of the API. Everything below `/api/` answers in JSON, errors as problem details."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.routers import SimpleRouter

from config import api_docs, problems
from drills.api import Acts, Drills, Injects
from drills.calldown_api import CallDowns
from drills.programme_api import PlannedDrills, Scenarios
from drills.training.api import Completions, Courses, Sessions
from drills.training.contents_api import Attempts, Materials, Questions
from incidents.api import Checks, Clocks, Incidents, Orders
from incidents.law_api import LawReports
from incidents.paper_api import AllClears, Batches, ManualModes, Receipts, Reentries
from incidents.proof_api import Files
from inventory.api import Loans, Supplies
from inventory.fund_api import Funds, Payments
from inventory.upkeep_api import Counts, Inspections, Suppliers
from notices.api import Notices
from notices.ladder_api import Ladders
from notices.maintenance_api import Maintenances
from notices.place_api import Places
from notices.ringing_api import PhoneCalls
from ops.kits.api import Kits
from plans.api.current import CurrentPlan
from plans.api.versions import Comments, Versions
from reviews.action_api import Actions
from reviews.api import Reviews
from reviews.figures.api import FiguresOf
from teams.api.duties import Duties, Rosters
from teams.api.organisation import Departments, Groups, People, Services
from teams.api.requests import Leaves, StandIns
from teams.api.tokens import Tokens

router = SimpleRouter(use_regex_path=False)
router.register("incidents", Incidents, basename="incident")
router.register("orders", Orders, basename="order")
router.register("call-downs", CallDowns, basename="call-down")
router.register("batches", Batches, basename="batch")
router.register("all-clears", AllClears, basename="all-clear")
router.register("all-clear-receipts", Receipts, basename="receipt")
router.register("reentries", Reentries, basename="reentry")
router.register("manual-modes", ManualModes, basename="manual-mode")
router.register("clocks", Clocks, basename="clock")
router.register("law-reports", LawReports, basename="law-report")
router.register("checks", Checks, basename="check")
router.register("files", Files, basename="file")
router.register("ladders", Ladders, basename="ladder")
router.register("phone-calls", PhoneCalls, basename="phone-call")
router.register("places", Places, basename="place")
router.register("maintenances", Maintenances, basename="maintenance")
router.register("notices", Notices, basename="notice")
router.register("reviews", Reviews, basename="review")
router.register("actions", Actions, basename="action")
router.register("drills", Drills, basename="drill")
router.register("planned-drills", PlannedDrills, basename="planned-drill")
router.register("scenarios", Scenarios, basename="scenario")
router.register("drill-injects", Injects, basename="drill-inject")
router.register("drill-acts", Acts, basename="drill-act")
router.register("departments", Departments, basename="department")
router.register("services", Services, basename="service")
router.register("people", People, basename="person")
router.register("groups", Groups, basename="group")
router.register("plans", Versions, basename="plan")
router.register("plan-comments", Comments, basename="plan-comment")
router.register("supplies", Supplies, basename="supply")
router.register("loans", Loans, basename="loan")
router.register("funds", Funds, basename="fund")
router.register("payments", Payments, basename="payment")
router.register("counts", Counts, basename="count")
router.register("inspections", Inspections, basename="inspection")
router.register("suppliers", Suppliers, basename="supplier")
router.register("rosters", Rosters, basename="roster")
router.register("leaves", Leaves, basename="leave")
router.register("kits", Kits, basename="kit")
router.register("training-courses", Courses, basename="training-course")
router.register("training-sessions", Sessions, basename="training-session")
router.register("training-completions", Completions, basename="training-completion")
router.register("training-materials", Materials, basename="training-material")
router.register("training-questions", Questions, basename="training-question")
router.register("training-attempts", Attempts, basename="training-attempt")
router.register("stand-ins", StandIns, basename="stand-in")

app_name = "api"
urlpatterns = [
    path("tokens/", Tokens.as_view(), name="tokens"),
    path("plans/current/", CurrentPlan.as_view(), name="plan"),
    path("duties/", Duties.as_view(), name="duties"),
    path("figures/", FiguresOf.as_view(), name="figures"),
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("docs/", api_docs.Docs.as_view(), name="docs"),
    *router.urls,
    # Even an address that does not exist answers in the one shape.
    re_path("", problems.NoSuchAddress.as_view()),
]
