from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiagnosticsConfig(AppConfig):
    name = "diagnostics"
    verbose_name = _("Guides")

    def ready(self) -> None:
        # Models can be imported only once every app is loaded.
        from diagnostics.queries import guides_for_codes  # noqa: PLC0415
        from kb.next_steps import register  # noqa: PLC0415

        register(guides_for_codes)
