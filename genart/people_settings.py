"""Settings of how people sign in, read by `genart/settings.py`.

Reads the environment alone, so that `settings.py` can take its names over.
"""

from genart import env

_development = env.choice("GENART_MODE", "development", {"development", "production"}) == (
    "development"
)
_https = env.flag("HTTPS", not _development)

# Must those who work here (studio, review, admin) prove themselves twice?
SECOND_FACTOR = env.choice(
    "SECOND_FACTOR", "optional" if _development else "required", {"optional", "required"}
)
SECRET_KEY_FALLBACKS = env.names("SECRET_KEY_FALLBACKS")  # earlier ones, which still open
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "genart.accounts.password_rules.LengthValidator"},
    {"NAME": "genart.accounts.password_rules.ObviousValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [  # the first for new ones; the others for what is there already
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
PASSWORD_RESET_TIMEOUT = 3600
# `__Host-`: browsers take such a cookie from this very host alone, over TLS, for all paths.
_host = "__Host-" if _https else ""
SESSION_COOKIE_NAME = f"{_host}sessionid"
CSRF_COOKIE_NAME = f"{_host}csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
