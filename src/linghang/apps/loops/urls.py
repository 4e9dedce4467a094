from django.urls import URLPattern

app_name = "loops"
urlpatterns: list[URLPattern] = []
