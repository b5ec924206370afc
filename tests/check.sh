#!/usr/bin/env bash
# The steps of `make check`, one after the other; stops at the first that fails.
# Usage: BIN=.venv/bin tests/check.sh FILE_OR_FOLDER…
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${BIN:-.venv/bin}
python=$bin/python

step() {
    local name=$1
    shift
    printf '%-22s' "$name"
    local output
    if output=$("$@" 2>&1); then
        echo ok
    else
        printf 'failed\n\n%s\n' "$output"
        exit 1
    fi
}

production() {
    env GENART_MODE=production SECRET_KEY="$("$python" -c 'import secrets; print(secrets.token_urlsafe(50))')" \
        PAYMENT_GATEWAY=stripe STRIPE_SECRET_KEY=sk_test_x STRIPE_WEBHOOK_SECRET=whsec_x \
        SITE_URL=https://shop.example.com \
        ALLOWED_HOSTS=shop.example.com "$python" manage.py check --deploy --fail-level WARNING
}

step format "$bin/ruff" format --check "$@"
step lint "$bin/ruff" check "$@"
step types "$bin/mypy" genart generation curation catalog
step 'import contracts' "$bin/lint-imports"
step migrations "$python" -W ignore manage.py makemigrations --check --dry-run --settings tests.settings
step 'migration lint' "$python" -W ignore manage.py lint_migrations --settings tests.settings
step 'system checks' "$python" manage.py check --fail-level WARNING
step 'production checks' production
step 'dangerous calls' "$python" -m tests.security.supply code
step advisories "$python" -m tests.security.supply audit
step licences "$python" -m tests.security.supply licences
step 'bill of materials' "$python" -m tests.security.supply sbom
