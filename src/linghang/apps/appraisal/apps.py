from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    name = "linghang.apps.appraisal"
    label = "appraisal"
