from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "tuppence.compliance"
    label = "compliance"
