from django.urls import path

from drills.views import programme, scenarios

app_name = "drills"
urlpatterns = [
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
