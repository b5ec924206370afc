#!/bin/sh
# Start one of genart's processes in the foreground: deploy/start.sh ROLE
# Compose, Helm, systemd and the lab of tests/distributed all start them here.
set -eu
cd "$(dirname "$0")/.."
if [ -x .venv/bin/python ]; then PATH="$PWD/.venv/bin:$PATH"; fi
export PATH DJANGO_SETTINGS_MODULE=genart.settings TOKENIZERS_PARALLELISM=false
export dramatiq_worker_timeout="${dramatiq_worker_timeout:-100}"
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}" # or each thread of requests keeps memory of its own

worker() { # THREADS PREFETCH QUEUE…
    threads=$1
    export dramatiq_queue_prefetch="$2"
    shift 2
    exec python -m dramatiq genart.worker --processes 1 --threads "$threads" \
        --worker-shutdown-timeout 25000 --queues "$@"
}

case "${1:-}" in
prepare) exec python manage.py prepare --database ;;
web)
    python manage.py prepare --static
    exec python -m uvicorn genart.asgi:application --host "${HOST:-127.0.0.1}" \
        --port "${PORT:-8000}" --lifespan off --no-access-log --log-level warning \
        --timeout-graceful-shutdown 20
    ;;
render) worker 1 1 render ;;                      # one for each GPU: ENGINE_DEVICE=cuda:0
remote) worker "${REMOTE_THREADS:-8}" "${REMOTE_THREADS:-8}" remote ;;
tasks) worker 2 4 score publish seal default ;;
scheduler) exec python manage.py run_scheduler ;; # several may run, one is active
*)
    echo "usage: $0 prepare | web | render | remote | tasks | scheduler" >&2
    exit 64
    ;;
esac
