#pragma once

/* The target has no interface: it is linked for the symbols that it defines. See portable.c. */
