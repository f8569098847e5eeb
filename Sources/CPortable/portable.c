/*
 * Keeps the binary runnable on glibc 2.34 (Amazon Linux 2023).
 *
 * glibc 2.35 gave hypot and hypotf new symbol versions, which a binary that is linked on a newer system then asks for.
 * These definitions take their place in the binary and forward to the versions that every glibc has. glibc 2.36 brought
 * arc4random_buf, which expat asks for where it is linked.
 */
#include "portable.h"

#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

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

/* The kernel's random numbers, of which getentropy gives at most 256 bytes at once. It fails only where there are none. */
void arc4random_buf(void *buffer, size_t length) {
    for (size_t done = 0; done < length;) {
        size_t part = length - done < 256 ? length - done : 256;
        if (getentropy((char *)buffer + done, part) != 0) abort();
        done += part;
    }
}
