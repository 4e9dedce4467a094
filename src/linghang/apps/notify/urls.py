from django.urls import path

from linghang.apps.notify import views

app_name = "notify"
urlpatterns = [
    path("", views.notice_list, name="list"),
    path("<uuid:uuid>/open/", views.open_notice, name="open"),
    path("read-all/", views.read_all, name="read-all"),
    path("mail/", views.mail, name="mail"),
]
