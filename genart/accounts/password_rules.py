"""Which passwords are taken: long ones that nobody guesses first. No rule about kinds of letters.

NIST SP 800-63B and OWASP ASVS 2.1: length counts, known passwords are refused, nothing else is
asked for, none expires.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

LEAST, MOST = 12, 128


def help_text() -> str:
    """Return what is said beside a field for a new password."""
    told = gettext("%(least)s characters or more. Several words are easy to keep in mind.")
    return told % {"least": LEAST}


class LengthValidator:
    """Take passwords of `LEAST` to `MOST` characters."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError for any other."""
        if len(password) < LEAST:
            raise ValidationError(
                gettext("Take %(least)s characters or more.") % {"least": LEAST},
                code="password_too_short",
            )
        if len(password) > MOST:
            raise ValidationError(
                gettext("Take at most %(most)s characters.") % {"most": MOST},
                code="password_too_long",
            )

    def get_help_text(self) -> str:
        """Return the rule."""
        return help_text()


class ObviousValidator:
    """Refuse what is long and yet guessed first.

    One letter or word again and again, rows of keys, the shop's own name, a common password with a
    year behind it.
    """

    ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
    WORDS = ("genart", "password", "passwort", "letmein", "welcome", "iloveyou", "admin")
    FEWEST_LETTERS = 5

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError for what is obvious."""
        plain = password.casefold()
        if len(set(plain)) < self.FEWEST_LETTERS or self._repeats(plain):
            raise ValidationError(
                gettext("That repeats itself. Take something less even."), code="obvious"
            )
        if len(self._rest(plain)) < self.FEWEST_LETTERS:
            raise ValidationError(
                gettext("That is among the first guesses. Add words."), code="obvious"
            )

    def _repeats(self, plain: str) -> bool:
        """Tell whether a short piece is the whole, again and again."""
        return re.fullmatch(r"(.{1,6}?)\1+.{0,5}", plain) is not None

    def _rest(self, plain: str) -> str:
        """Return what is left without known words, rows of keys and digits."""
        for word in self.WORDS:
            plain = plain.replace(word, "")
        for row in (*self.ROWS, *(row[::-1] for row in self.ROWS)):
            for start in range(len(row) - 3):
                for end in range(len(row), start + 3, -1):
                    plain = plain.replace(row[start:end], "")
        return re.sub(r"[\d\W_]", "", plain)

    def get_help_text(self) -> str:
        """Return the rule."""
        return "Nothing that repeats itself or is among the first guesses."
