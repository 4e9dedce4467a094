from linghang.apps.org.urls.accounts import urlpatterns as accounts
from linghang.apps.org.urls.links import urlpatterns as links
from linghang.apps.org.urls.organisations import urlpatterns as organisations
from linghang.apps.org.urls.people import urlpatterns as people

app_name = "org"
urlpatterns = [*links, *people, *accounts, *organisations]
