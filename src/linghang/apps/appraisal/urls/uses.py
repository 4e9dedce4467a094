from django.urls import path

from linghang.apps.appraisal.views import uses

urlpatterns = [
    path("uses/", uses.uses, name="uses"),
    path("uses/rule/", uses.rule, name="use-rule"),
    path("uses/make/", uses.make, name="use-make"),
    path("uses/<uuid:uuid>/", uses.one, name="use-list"),
    path("uses/<uuid:uuid>.xlsx", uses.export, name="use-export"),
    path("uses/<uuid:uuid>/confirm/", uses.confirm, name="use-confirm"),
]
