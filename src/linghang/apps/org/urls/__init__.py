from linghang.apps.org.urls.links import urlpatterns as links
from linghang.apps.org.urls.organisations import urlpatterns as organisations

app_name = "org"
urlpatterns = [*links, *organisations]
