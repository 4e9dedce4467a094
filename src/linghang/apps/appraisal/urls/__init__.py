from linghang.apps.appraisal.urls.trials import urlpatterns as trials

app_name = "appraisal"
urlpatterns = [*trials]
