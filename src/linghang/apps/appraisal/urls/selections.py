from django.urls import path

from linghang.apps.appraisal.views import selections

urlpatterns = [
    path("selections/", selections.rounds, name="selections"),
    path("selections.xlsx", selections.export_rounds, name="selections-export"),
    path("selections/open/", selections.begin, name="selection-open"),
    path("selections/shown/", selections.shown, name="selections-shown"),
    path("selections/<uuid:uuid>/", selections.one, name="selection"),
    path("selections/<uuid:uuid>.xlsx", selections.export, name="selection-export"),
    path("selections/<uuid:uuid>/nominate/", selections.nominate, name="selection-nominate"),
    path("selections/<uuid:uuid>/votes/", selections.votes, name="selection-votes"),
    path("selections/<uuid:uuid>/publish/", selections.publish, name="selection-publish"),
    path("selections/<uuid:uuid>/propose/", selections.propose, name="selection-propose"),
    path("selections/<uuid:uuid>/confirm/", selections.confirm, name="selection-confirm"),
    path("nominees/<uuid:uuid>/deeds/", selections.deeds, name="selection-deeds"),
    path("nominees/<uuid:uuid>/withdraw/", selections.withdraw, name="selection-withdraw"),
]
