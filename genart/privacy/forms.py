"""The form that ends an account: the password, or for an account without one, its name."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from genart.accounts.models import User


class ErasureForm(forms.Form):
    """Asks once more who it is: a session that was left open must not end an account."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    sure = forms.BooleanField(label=_("I know that this cannot be undone once it is done."))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_usable_password():  # signs in with a passkey alone
            self.fields["password"] = forms.CharField(label=gettext("Your user name"))

    def clean_password(self) -> str:
        """Check the password, or the name of an account without one."""
        given = str(self.cleaned_data["password"])
        if self.user.has_usable_password():
            if not self.user.check_password(given):
                raise forms.ValidationError(gettext("That is not your password. Mind upper case."))
        elif given.strip() != self.user.get_username():
            raise forms.ValidationError(
                gettext("Write %(name)s.") % {"name": self.user.get_username()}
            )
        return given
