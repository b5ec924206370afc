-- Run once by the database's superuser: two roles, so that the application cannot rewrite its logs.
-- The passwords come from POSTGRES_OWNER_PASSWORD and POSTGRES_APP_PASSWORD (see init.sh).
CREATE ROLE genart LOGIN PASSWORD :'owner_password';
CREATE ROLE genart_app LOGIN PASSWORD :'app_password';
CREATE DATABASE genart OWNER genart;
\connect genart
CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
