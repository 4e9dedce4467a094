"""Every address of the product. Each one has its row in the permission matrix, or the tests fail."""

from django.urls import include, path

urlpatterns = [
    path("", include("linghang.apps.portal.urls")),
    path("_ui/", include("linghang.ui.urls")),
    path("access/", include("linghang.apps.access.urls")),
    path("audit/", include("linghang.apps.audit.urls")),
    path("jobs/", include("linghang.apps.jobs.urls")),
    path("notify/", include("linghang.apps.notify.urls")),
    path("imports/", include("linghang.apps.exchange.urls")),
    path("org/", include("linghang.apps.org.urls")),
    path("ledger/", include("linghang.apps.ledger.urls")),
    path("loops/", include("linghang.apps.loops.urls")),
    path("metrics/", include("linghang.apps.metrics.urls")),
    path("appraisal/", include("linghang.apps.appraisal.urls")),
]
