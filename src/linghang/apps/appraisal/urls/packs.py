from django.urls import path

from linghang.apps.appraisal.views import bindings, pack_drafts, pack_simulations, packs

urlpatterns = [
    path("packs/", packs.packs, name="packs"),
    path("packs/import/", pack_drafts.take, name="pack-import"),
    path("packs/bind/", bindings.propose, name="bind"),
    path("packs/bindings/<uuid:uuid>/confirm/", bindings.confirm, name="binding-confirm"),
    path("packs/bindings/<uuid:uuid>/withdraw/", bindings.withdraw, name="binding-withdraw"),
    path("packs/bindings/<uuid:uuid>/end/", bindings.end, name="binding-end"),
    path("packs/simulations/<uuid:uuid>/", pack_simulations.result, name="simulation"),
    path("packs/<uuid:uuid>/", packs.pack, name="pack"),
    path("packs/<uuid:uuid>/rules.docx", packs.word, name="pack-word"),
    path("packs/<uuid:uuid>/rules.pdf", packs.pdf, name="pack-pdf"),
    path("packs/<uuid:uuid>/pack.zip", packs.folder, name="pack-zip"),
    path("packs/<uuid:uuid>/pack.xlsx", packs.workbook, name="pack-workbook"),
    path("packs/<uuid:uuid>/copy/", pack_drafts.copy, name="pack-copy"),
    path("packs/<uuid:uuid>/files/", pack_drafts.files, name="pack-files"),
    path("packs/<uuid:uuid>/file/", pack_drafts.file, name="pack-file"),
    path("packs/<uuid:uuid>/remove/", pack_drafts.remove, name="pack-remove"),
    path("packs/<uuid:uuid>/offer/", pack_drafts.offer, name="pack-offer"),
    path("packs/<uuid:uuid>/return/", pack_drafts.give_back, name="pack-return"),
    path("packs/<uuid:uuid>/publish/", pack_drafts.publish, name="pack-publish"),
    path("packs/<uuid:uuid>/withdraw/", pack_drafts.withdraw, name="pack-withdraw"),
    path("packs/<uuid:uuid>/simulate/", pack_simulations.begin, name="pack-simulate"),
]
