#!/bin/sh
# Temporal's databases and schemas on PostgreSQL. Safe to run again: what is there is left, what is new is added.
set -eu

export SQL_PLUGIN=postgres12_pgx SQL_HOST=postgres SQL_PORT=5432 SQL_USER=temporal
versions=/etc/temporal/schema/postgresql/v12

set_up() {
  database=$1 directory=$2
  # `create` accepts a database that exists; `setup-schema` does not, so the schema's version table is asked first.
  temporal-sql-tool --db "$database" create
  temporal-sql-tool --db "$database" update-schema -d "$directory/versioned" && return
  temporal-sql-tool --db "$database" setup-schema -v 0.0
  temporal-sql-tool --db "$database" update-schema -d "$directory/versioned"
}

set_up temporal "$versions/temporal"
set_up temporal_visibility "$versions/visibility"
