#pragma once
#include <libpq-fe.h>

/* The field codes of PQresultErrorField are macros, which Swift does not import. */
static const int pg_diag_sqlstate = PG_DIAG_SQLSTATE;
static const int pg_diag_message_primary = PG_DIAG_MESSAGE_PRIMARY;
