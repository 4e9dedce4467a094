from django.urls import path

from linghang.apps.audit import views

app_name = "audit"
urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("reads/", views.reads, name="reads"),
]
