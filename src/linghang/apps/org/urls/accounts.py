from django.urls import path

from linghang.apps.org.views import accounts

urlpatterns = [path("accounts/", accounts.accounts, name="accounts")]
