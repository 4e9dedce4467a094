from django.urls import path

from linghang.apps.appraisal.views import duty

urlpatterns = [
    path("duty/", duty.board, name="duty-board"),
    path("duty/<uuid:uuid>/<str:month>/", duty.duty, name="duty"),
    path("duty/<uuid:uuid>/<str:month>/send/", duty.send, name="duty-send"),
    path("duty/<uuid:uuid>/<str:month>/judge/", duty.judge, name="duty-judge"),
]
