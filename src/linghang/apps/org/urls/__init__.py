from linghang.apps.org.urls.organisations import urlpatterns as organisations

app_name = "org"
urlpatterns = [*organisations]
