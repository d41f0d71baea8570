// SPDX-License-Identifier: Apache-2.0
/* System calls that Swift's Glibc module does not offer. Each returns -1 and sets errno on failure. */
#ifndef CLINUX_H
#define CLINUX_H

#include <sys/types.h>

#pragma clang assume_nonnull begin

/* Moves the process into a fresh network namespace and brings its loopback device up. Call it
   before the first thread starts: a namespace is a thread's property. */
int clinux_fresh_netns(void);

/* Gives the calling thread a descriptor table of its own, a copy of the process's. */
int clinux_own_descriptors(void);

/* Keeps the calling thread on one CPU. */
int clinux_pin(int cpu);

/* A system call that does next to nothing: by number, for a C library may know the answer. */
void clinux_null_call(void);

/* accept4(2) without an address and without flags. */
int clinux_accept4(int listener);

/* The `index`th CPU that this process may use, or -1 when there are not so many. */
int clinux_cpu(int index);

/* Blocks SIGINT, SIGTERM and SIGHUP; returns a descriptor that turns readable when one comes. */
int clinux_stop_descriptor(void);

/* A descriptor that turns readable when the child ends. */
int clinux_pidfd(pid_t pid);

/* Counts run time of BPF programs for as long as the returned descriptor is open. Unlike the
   kernel.bpf_stats_enabled switch it cannot be left on by mistake. */
int clinux_bpf_stats(void);

/* What a child needs besides its arguments. Descriptors become its 0, 1 and 2. */
struct clinux_child {
  int in, out, err;
  int netns; /* a network namespace to start in; -1: the caller's */
  int wants_tracefs; /* non-zero: mount tracefs where the host has none, seen by this child only */
};

/* Starts a program in a session of its own, with default signals and an empty mask, whatever the
   caller's are; it is killed if the caller dies first. Returns its pid. */
pid_t clinux_spawn(const char *path, char *_Nullable const *_Nonnull argv, const struct clinux_child *child);

#pragma clang assume_nonnull end

#endif
