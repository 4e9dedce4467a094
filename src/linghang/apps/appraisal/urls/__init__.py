from linghang.apps.appraisal.urls.objections import urlpatterns as objections
from linghang.apps.appraisal.urls.trials import urlpatterns as trials

app_name = "appraisal"
urlpatterns = [*objections, *trials]
