from django.urls import path

from linghang.apps.appraisal.views import board, books, presets, public

urlpatterns = [
    path("books/", board.board, name="books"),
    path("books/step/", board.bulk, name="books-step"),
    path("books/<uuid:uuid>/", books.book, name="book"),
    path("books/<uuid:uuid>/step/", books.step, name="book-step"),
    path("books/<uuid:uuid>/reason/", books.reason, name="book-reason"),
    path("books/<uuid:uuid>/members.xlsx", public.export, name="book-export"),
    path("books/<uuid:uuid>/sheet/", public.sheet, name="book-sheet"),
    path("books/<uuid:uuid>/public/", public.public, name="public"),
    path("shown/", public.shown, name="shown"),
    path("presets/", presets.presets, name="presets"),
]
