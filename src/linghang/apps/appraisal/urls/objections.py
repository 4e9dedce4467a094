from django.urls import path

from linghang.apps.appraisal.views import objections

urlpatterns = [
    path("statements/<uuid:uuid>/object/<str:line>/", objections.object_to, name="object"),
    path("objections/<uuid:uuid>/", objections.objection, name="objection"),
    path("objections/<uuid:uuid>/step/", objections.step, name="objection-step"),
    path("objections/<uuid:uuid>/uphold/", objections.decide, name="objection-uphold"),
]
