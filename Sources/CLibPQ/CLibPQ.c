#include "CLibPQ.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

// Each function of libpq that we use is defined here and calls the one of the library. A function that is missing here
// is found by the linker.
#define FUNCTIONS(X) \
    X(int, PQbackendPID, (const PGconn *a), (a)) \
    X(void, PQclear, (PGresult * a), (a)) \
    X(char *, PQcmdTuples, (PGresult * a), (a)) \
    X(PostgresPollingStatusType, PQconnectPoll, (PGconn * a), (a)) \
    X(PGconn *, PQconnectStartParams, (const char *const *a, const char *const *b, int c), (a, b, c)) \
    X(int, PQconsumeInput, (PGconn * a), (a)) \
    X(char *, PQerrorMessage, (const PGconn *a), (a)) \
    X(void, PQfinish, (PGconn * a), (a)) \
    X(int, PQflush, (PGconn * a), (a)) \
    X(char *, PQfname, (const PGresult *a, int b), (a, b)) \
    X(PGresult *, PQgetResult, (PGconn * a), (a)) \
    X(int, PQgetisnull, (const PGresult *a, int b, int c), (a, b, c)) \
    X(int, PQgetlength, (const PGresult *a, int b, int c), (a, b, c)) \
    X(char *, PQgetvalue, (const PGresult *a, int b, int c), (a, b, c)) \
    X(int, PQisBusy, (PGconn * a), (a)) \
    X(int, PQnfields, (const PGresult *a), (a)) \
    X(int, PQntuples, (const PGresult *a), (a)) \
    X(char *, PQresultErrorField, (const PGresult *a, int b), (a, b)) \
    X(ExecStatusType, PQresultStatus, (const PGresult *a), (a)) \
    X(int, PQsendQuery, (PGconn * a, const char *b), (a, b)) \
    X(int, PQsendQueryParams, \
        (PGconn * a, const char *b, int c, const Oid *d, const char *const *e, const int *f, const int *g, int h), \
        (a, b, c, d, e, f, g, h)) \
    X(int, PQserverVersion, (const PGconn *a), (a)) \
    X(PGVerbosity, PQsetErrorVerbosity, (PGconn * a, PGVerbosity b), (a, b)) \
    X(PQnoticeReceiver, PQsetNoticeReceiver, (PGconn * a, PQnoticeReceiver b, void *c), (a, b, c)) \
    X(int, PQsetnonblocking, (PGconn * a, int b), (a, b)) \
    X(int, PQsocket, (const PGconn *a), (a)) \
    X(const char *, PQsslAttribute, (PGconn * a, const char *b), (a, b)) \
    X(int, PQsslInUse, (PGconn * a), (a)) \
    X(ConnStatusType, PQstatus, (const PGconn *a), (a))

#define DEFINE(result, name, parameters, arguments) \
    static __typeof__(name) *real_##name; \
    __attribute__((visibility("hidden"))) result name parameters { return real_##name arguments; }
FUNCTIONS(DEFINE)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char reason[256];

static void open_library(void) {
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        const char *error = dlerror();
        snprintf(reason, sizeof reason, "%s", error ? error : "cannot load libpq.so.5");
        return;
    }
#define FIND(result, name, parameters, arguments) \
    *(void **)&real_##name = dlsym(library, #name); \
    if (real_##name == NULL && reason[0] == 0) snprintf(reason, sizeof reason, "libpq.so.5 has no " #name);
    FUNCTIONS(FIND)
}

const char *libpq_open(void) {
    pthread_once(&once, open_library);
    return reason[0] == 0 ? NULL : reason;
}
