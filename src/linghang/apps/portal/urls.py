from django.urls import path

from linghang.apps.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("demo-day/", views.demo_day, name="demo-day"),
    path("health/", views.health, name="health"),
]
