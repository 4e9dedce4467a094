from django.urls import path

from linghang.apps.org.views import changes, merging, people, registers, roster, terms

urlpatterns = [
    path("me/", people.me, name="me"),
    path("me/contact/", people.confirm_contact, name="contact-confirm"),
    path("roster/", roster.roster, name="roster"),
    path("roster/export/", roster.roster_export, name="roster-export"),
    path("people/new/", changes.add, name="person-add"),
    path("people/<uuid:uuid>/", people.person, name="person"),
    path("people/<uuid:uuid>/print/", people.person_print, name="person-print"),
    path("people/<uuid:uuid>/numbers/", people.numbers, name="person-numbers"),
    path("people/<uuid:uuid>/merge/", merging.merge, name="person-merge"),
    path("people/<uuid:uuid>/<slug:what>/", changes.change, name="person-change"),
    path("merges/", merging.merges, name="merges"),
    path("merges/<uuid:uuid>/undo/", merging.undo, name="merge-undo"),
    path("posts/<uuid:uuid>/end/", changes.end_post, name="post-end"),
    path("transfers/", registers.transfers, name="transfers"),
    path("transfers/export/", registers.transfers_export, name="transfers-export"),
    path("transfers/<uuid:uuid>/", registers.transfer, name="transfer"),
    path("mobility/", registers.mobility, name="mobility"),
    path("mobility/<uuid:uuid>/end/", registers.end, name="mobility-end"),
    path("contacts/", registers.contacts, name="contacts"),
    path("contacts/export/", registers.contacts_export, name="contacts-export"),
    path("former/", registers.former, name="former"),
    path("terms/", terms.terms, name="terms"),
    path("terms/export/", terms.terms_export, name="terms-export"),
    path("terms/<uuid:uuid>/extend/", terms.extend, name="term-extend"),
    path("<uuid:uuid>/members/", roster.group, name="group"),
    path("<uuid:uuid>/terms/", terms.organisation_terms, name="organisation-terms"),
]
