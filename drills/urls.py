from django.urls import path

from drills.views import calldown, drills, injects, programme, scenarios, sheet

app_name = "drills"
urlpatterns = [
    path("drills/", drills.drills, name="drills"),
    path("drills/new/", drills.create, name="create"),
    path("drills/<int:pk>/", drills.drill, name="drill"),
    path("drills/<int:pk>/live/", drills.live, name="live"),
    path("drills/<int:pk>/change/", drills.change, name="change"),
    path("drills/<int:pk>/cast/", drills.cast, name="cast"),
    path("drills/<int:pk>/evaluators/", drills.evaluators, name="evaluators"),
    path("drills/<int:pk>/improvise/", injects.improvise, name="improvise"),
    path("drills/<int:pk>/sheet/", sheet.sheet, name="sheet"),
    path("drills/<int:pk>/find/", sheet.find, name="find"),
    path("drills/<int:pk>/evaluate/", sheet.evaluate, name="evaluate"),
    path("drills/<int:pk>/record/", sheet.drill_record, name="record"),
    path("drills/<int:pk>/record.pdf", sheet.record_pdf, name="record_pdf"),
    path("drills/findings/<int:pk>/<slug:verb>/", sheet.finding_verb, name="finding_verb"),
    path("drills/injects/<int:pk>/<slug:verb>/", injects.inject_verb, name="inject_verb"),
    path("drills/acts/<int:pk>/", injects.note, name="note"),
    path("drills/<int:pk>/<slug:verb>/", drills.verb, name="verb"),
    path("drills/call-down/", calldown.call_downs, name="call_downs"),
    path("drills/call-down/<int:pk>/", calldown.call_down, name="call_down"),
    path("drills/call-down/<int:pk>/<slug:verb>/", calldown.act, name="call_down_verb"),
    path("drills/programme/", programme.programme, name="programme"),
    path("drills/programme/new/", programme.plan, name="plan_drill"),
    path("drills/programme/<int:pk>/", programme.planned, name="change_planned"),
    path("drills/programme/<int:pk>/<slug:verb>/", programme.planned_verb, name="planned_verb"),
    path("drills/scenarios/", scenarios.scenarios, name="scenarios"),
    path("drills/scenarios/new/", scenarios.upload, name="upload_scenario"),
    path("drills/scenarios/<slug:slug>/", scenarios.scenario, name="scenario"),
    path("drills/scenarios/<slug:slug>/file/", scenarios.download, name="scenario_file"),
    path("drills/scenarios/<slug:slug>/retire/", scenarios.retire, name="retire_scenario"),
]
