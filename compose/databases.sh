#!/usr/bin/env bash
# Makes the roles of Temporal and of Weft and a database for each that they own, and sets their passwords.
set -euo pipefail

secret() { cat "/run/secrets/$1"; }

PGPASSWORD=$(secret postgres-password)
export PGPASSWORD

# The passwords come by psql's variables, not by arguments, which every process of the container could read.
psql --host postgres --username postgres --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<SQL
\set temporal_password $(secret temporal-password)
\set weft_password $(secret weft-password)
select 'create role ' || name || ' login' from unnest(array['temporal', 'weft']) as name
  where name not in (select rolname from pg_roles) \gexec
alter role temporal password :'temporal_password';
alter role weft password :'weft_password';
select 'create database ' || name || ' owner ' || owner
  from (values ('temporal', 'temporal'), ('temporal_visibility', 'temporal'), ('weft', 'weft')) as wanted(name, owner)
  where name not in (select datname from pg_database) \gexec
revoke connect on database temporal, temporal_visibility, weft from public;
SQL
