#!/bin/sh
# Run by the image of PostgreSQL on an empty data folder.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres \
    -v owner_password="$POSTGRES_OWNER_PASSWORD" -v app_password="$POSTGRES_APP_PASSWORD" \
    -f /docker-entrypoint-initdb.d/init.sql.in
