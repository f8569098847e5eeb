-- The health user. LOGIN, and CONNECT to the application's database, are all that the doctor needs.
--
--     psql -h WRITER -U postgres -d app -f sql/pgdoctor.sql
--     psql -h WRITER -U postgres -d app -v user=health -f sql/pgdoctor.sql
--
-- asks for the password twice; only its hash is sent. Run it as a user who may create roles and owns the database, such
-- as the cluster's master user. It can be run again, which changes the password and nothing else.
\set ON_ERROR_STOP on
\if :{?user}
\else
\set user pgdoctor
\endif
SELECT count(*) = 0 AS missing FROM pg_catalog.pg_roles WHERE rolname = :'user' \gset
\if :missing
CREATE ROLE :"user" LOGIN;
\endif
GRANT CONNECT ON DATABASE :"DBNAME" TO :"user";
\password :"user"
