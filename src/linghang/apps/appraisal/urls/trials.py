from django.urls import path

from linghang.apps.appraisal.views import begin, columns, member, problems, progress, result

urlpatterns = [
    path("trial/", begin.begin, name="trial"),
    path("trial/example/", begin.example, name="trial-example"),
    path("trial/template/", begin.template, name="trial-template"),
    path("trial/<uuid:uuid>/", progress.trial, name="trial-page"),
    path("trial/<uuid:uuid>/settle/", progress.settle, name="trial-settle"),
    path("trial/<uuid:uuid>/keep/", progress.keep, name="trial-keep"),
    path("trial/<uuid:uuid>/remove/", progress.remove, name="trial-remove"),
    path("trial/<uuid:uuid>/columns/", columns.columns, name="trial-columns"),
    path("trial/<uuid:uuid>/mapping/<str:stored>", columns.mapping, name="trial-mapping"),
    path("trial/<uuid:uuid>/problems/", problems.problems, name="trial-problems"),
    path("trial/<uuid:uuid>/problems.xlsx", problems.export, name="trial-problems-export"),
    path("trial/<uuid:uuid>/result/", result.result, name="trial-result"),
    path("trial/<uuid:uuid>/members.xlsx", result.export, name="trial-export"),
    path("trial/<uuid:uuid>/files/<str:name>", result.result_file, name="trial-file"),
    path("trial/<uuid:uuid>/members/<str:code>/", member.statement, name="trial-member"),
    path("trial/<uuid:uuid>/members/<str:code>.xlsx", member.export, name="trial-member-export"),
    path("trial/<uuid:uuid>/members/<str:code>.pdf", member.pdf, name="trial-member-pdf"),
]
