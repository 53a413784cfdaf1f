from django.urls import path

from plans.views import reading

app_name = "plans"
urlpatterns = [
    path("plan/", reading.current, name="current"),
    path("plans/<int:number>/", reading.version, name="version"),
]
