#!/bin/sh
# Brings the tables of Temporal to the version of the image. What is done already is left alone.
set -eu

SQL_PASSWORD=$(cat /run/secrets/temporal-password)
export SQL_PASSWORD

# Arguments: the database, its folder below schema/.
update() {
  tool() { temporal-sql-tool --plugin postgres12 --endpoint postgres --port 5432 --user temporal --database "$1" "$2" "$3" "$4"; }
  tool "$1" setup-schema --version 0.0
  tool "$1" update-schema --schema-dir "/etc/temporal/schema/postgresql/v12/$2/versioned"
}

update temporal temporal
update temporal_visibility visibility
