from django.urls import path

from linghang.apps.org.views import areas, branches, coverage, links, reshaping

urlpatterns = [
    path("coverage/", coverage.overview, name="coverage"),
    path("gaps/", coverage.gap_list, name="gaps"),
    path("gaps/export/", coverage.gap_export, name="gaps-export"),
    path("compositions/", coverage.composition_list, name="compositions"),
    path("compositions/export/", coverage.composition_export, name="compositions-export"),
    path("quotas/", links.quota_list, name="quotas"),
    path("quotas/export/", links.quota_export, name="quotas-export"),
    path("links/", links.link_list, name="links"),
    path("links/export/", links.link_export, name="links-export"),
    path("links/new/", links.new_link, name="link-new"),
    path("links/<uuid:uuid>/end/", links.end_link, name="link-end"),
    path("areas/", areas.area_list, name="areas"),
    path("areas/export/", areas.area_export, name="areas-export"),
    path("areas/new/", areas.new_area, name="area-new"),
    path("areas/<uuid:uuid>/", areas.area_detail, name="area"),
    path("areas/<uuid:uuid>/change/", areas.change, name="area-change"),
    path("areas/<uuid:uuid>/close/", areas.close, name="area-close"),
    path("categories/", branches.category_list, name="categories"),
    path("<uuid:uuid>/branch/", branches.branch_page, name="branch"),
    path("<uuid:uuid>/branch/sheet/", branches.branch_sheet, name="branch-sheet"),
    path("<uuid:uuid>/agreement/", branches.agreement, name="agreement"),
    path("<uuid:uuid>/category/", branches.category, name="category"),
    path("<uuid:uuid>/merge/", reshaping.merge, name="merge"),
    path("<uuid:uuid>/split/", reshaping.split, name="split"),
]
