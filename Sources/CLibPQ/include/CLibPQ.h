#pragma once

// Debian has the header in a folder of its own, Amazon Linux has not.
#if __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>
#else
#include <libpq-fe.h>
#endif

// The field codes of PQresultErrorField are macros, which Swift does not import.
static const int pg_diag_sqlstate = PG_DIAG_SQLSTATE;
static const int pg_diag_message_primary = PG_DIAG_MESSAGE_PRIMARY;

/// Opens libpq.so.5, once: a null pointer, or why it cannot be used. No function of libpq may be called before.
///
/// It is not linked, since it brings LDAP and Kerberos along: every other command would start 7 ms later, with 5 MB more.
const char *libpq_open(void);
