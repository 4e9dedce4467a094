from django.urls import path

from linghang.apps.portal import views
from linghang.apps.portal.search import views as search

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("cockpit/branches/", views.branches, name="branches"),
    path("demo/", views.demo, name="demo"),
    path("demo-day/", views.demo_day, name="demo-day"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="search-suggest"),
    path("health/", views.health, name="health"),
]
