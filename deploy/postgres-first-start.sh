#!/bin/sh
# Run once by the postgres image: the product's own role owns its database and nothing else.
set -eu
psql --username postgres --set ON_ERROR_STOP=1 --set password="$DATABASE_PASSWORD" <<'SQL'
CREATE ROLE yingji LOGIN PASSWORD :'password';
CREATE DATABASE yingji OWNER yingji;
SQL
