from django.urls import path

from linghang.apps.appraisal.views import commitments

urlpatterns = [
    path("commitments/", commitments.wall, name="commitments"),
    path("commitments.xlsx", commitments.export, name="commitments-export"),
    path("commitments/make/", commitments.make, name="commitment-make"),
    path("commitments/<uuid:uuid>/midway/", commitments.midway, name="commitment-midway"),
    path("commitments/<uuid:uuid>/report/", commitments.report, name="commitment-report"),
    path("commitments/<uuid:uuid>/judge/", commitments.judge, name="commitment-judge"),
]
