from linghang.apps.appraisal.urls.books import urlpatterns as books
from linghang.apps.appraisal.urls.commitments import urlpatterns as commitments
from linghang.apps.appraisal.urls.duty import urlpatterns as duty
from linghang.apps.appraisal.urls.expected import urlpatterns as expected
from linghang.apps.appraisal.urls.objections import urlpatterns as objections
from linghang.apps.appraisal.urls.packs import urlpatterns as packs
from linghang.apps.appraisal.urls.selections import urlpatterns as selections
from linghang.apps.appraisal.urls.statements import urlpatterns as statements
from linghang.apps.appraisal.urls.trials import urlpatterns as trials
from linghang.apps.appraisal.urls.uses import urlpatterns as uses

app_name = "appraisal"
urlpatterns = [*commitments, *books, *duty, *expected, *objections, *packs, *selections, *statements, *trials, *uses]
