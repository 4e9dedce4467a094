from django.urls import path

from linghang.apps.ledger.views import fact, inspecting, listing, reconciling, recording, sheets, study_groups

app_name = "ledger"
urlpatterns = [
    path("", listing.fact_list, name="list"),
    path("record/", recording.record_page, name="record"),
    path("sheet/", sheets.sign_in_sheet, name="sheet"),
    path("groups/<uuid:uuid>/", study_groups.study_group_page, name="study-group"),
    path("inspect/", inspecting.late_list, name="late"),
    path("inspect/mass/", inspecting.mass_list, name="mass"),
    path("inspect/verify/", inspecting.verify_page, name="verify"),
    path("inspect/draws/", inspecting.draw_list, name="draws"),
    path("inspect/draws/<uuid:uuid>/", inspecting.draw_detail, name="draw"),
    path("inspect/reconcile/", reconciling.reconcile, name="reconcile"),
    path("inspect/reconcile/report/", reconciling.report, name="report"),
    path("facts/<uuid:uuid>/", fact.fact_detail, name="fact"),
    path("facts/<uuid:uuid>/reverse/", fact.reverse_fact, name="reverse"),
    path("facts/<uuid:uuid>/correct/", fact.correct_fact, name="correct"),
    path("events/<uuid:uuid>/", fact.event_detail, name="event"),
    path("events/<uuid:uuid>/undo/", fact.undo_event, name="undo"),
    path("evidence/<uuid:uuid>/", fact.evidence_file, name="evidence"),
]
