from django.urls import path

from linghang.apps.access.views import accounts, own, places, signing

app_name = "access"
urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign-in"),
    path("verify/", signing.verify, name="verify"),
    path("sign-out/", signing.sign_out, name="sign-out"),
    path("activate/", signing.activate, name="activate"),
    path("me/", own.profile, name="profile"),
    path("me/password/", own.password, name="password"),
    path("me/unit/", own.choose_top, name="top"),
    path("me/second-factor/", own.mfa_enrol, name="mfa-enrol"),
    path("me/second-factor/codes/", own.mfa_codes, name="mfa-codes"),
    path("me/second-factor/off/", own.mfa_disable, name="mfa-disable"),
    path("places/", places.places, name="places"),
    path("users/", accounts.user_list, name="user-list"),
    path("users/new/", accounts.user_create, name="user-create"),
    path("users/slips/", accounts.slips, name="slips"),
    path("users/<uuid:uuid>/", accounts.user_detail, name="user-detail"),
    path("users/<uuid:uuid>/posts/", accounts.grant, name="grant"),
    path("users/<uuid:uuid>/posts/<uuid:grant>/end/", accounts.grant_end, name="grant-end"),
    path("users/<uuid:uuid>/state/", accounts.user_state, name="user-state"),
    path("users/<uuid:uuid>/unlock/", accounts.unlock, name="unlock"),
    path("users/<uuid:uuid>/second-factor/reset/", accounts.mfa_reset, name="mfa-reset"),
]
