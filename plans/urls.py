from django.urls import path

from plans.views import paper, proving, reading

app_name = "plans"
urlpatterns = [
    path("plan/", reading.current, name="current"),
    path("plans/<int:number>/", reading.version, name="version"),
    path("plans/<int:number>/coverage/", proving.coverage, name="coverage"),
    path("plans/<int:number>/plan.pdf", paper.pdf, name="pdf"),
    path("plans/<int:number>/plan.docx", paper.docx, name="docx"),
]
