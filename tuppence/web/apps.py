from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tuppence.web"
    label = "web"

    def ready(self) -> None:
        """Translations are compiled before the first page asks for one; sign-ins are noted, and
        changes of how one signs in."""
        from allauth.account import signals as account
        from django.contrib.auth.signals import user_logged_in

        from tuppence.web.account_changes import email_changed, password_changed
        from tuppence.web.catalogue import compile_stale
        from tuppence.web.letters.sign_ins import note_sign_in
        from tuppence.web.measuring.stitching import note_signed_in

        compile_stale()
        user_logged_in.connect(note_sign_in, dispatch_uid="letters.note_sign_in")
        user_logged_in.connect(note_signed_in, dispatch_uid="measuring.note_signed_in")
        account.email_changed.connect(email_changed, dispatch_uid="web.email_changed")
        for signal in (account.password_changed, account.password_reset):
            signal.connect(password_changed, dispatch_uid="web.password_changed")
