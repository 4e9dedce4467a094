from django.urls import path

from linghang.apps.appraisal.views import expected, stars

urlpatterns = [
    path("expected/<uuid:subject>/<str:scheme>/", expected.of_person, name="expected"),
    path("expected/branches/<uuid:subject>/<str:scheme>/", expected.of_branch, name="branch-expected"),
    path("stars/<uuid:branch>/<str:scheme>/<str:month>/", stars.star, name="star"),
    path("stars/<uuid:branch>/<str:scheme>/<str:month>/certificate.pdf", stars.certificate, name="certificate"),
]
