#pragma once

/// A descriptor of a process, close-on-exec; -1 with errno set when there is no such process.
int process_open(int pid);

/// Sends a signal to exactly that process; -1 with errno set.
int process_send_signal(int descriptor, int signal);
