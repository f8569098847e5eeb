/*
 * Keeps the binary runnable on glibc 2.34 (Amazon Linux 2023).
 *
 * glibc 2.35 gave hypot and hypotf new symbol versions, which a binary that is linked on a newer system then asks for.
 * These definitions take their place in the binary and forward to the versions that every glibc has.
 */
#include "portable.h"

#if defined(__x86_64__)
#define FIRST_VERSION "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define FIRST_VERSION "GLIBC_2.17"
#else
#error "the first glibc of this architecture is not known here"
#endif

__asm__(".symver pgpool_aurora_hypot, hypot@" FIRST_VERSION);
__asm__(".symver pgpool_aurora_hypotf, hypotf@" FIRST_VERSION);

double pgpool_aurora_hypot(double x, double y);
float pgpool_aurora_hypotf(float x, float y);

double hypot(double x, double y) { return pgpool_aurora_hypot(x, y); }

float hypotf(float x, float y) { return pgpool_aurora_hypotf(x, y); }
