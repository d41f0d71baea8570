/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Swift cannot say to libbpf and Linux: the embedded object, a printf-style callback, and the
 * headers that Swift's Glibc module leaves out. All else of libbpf is called from Swift.
 */
#ifndef CBPF_H
#define CBPF_H

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/sock_diag.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

#include "record.h"

/* The stripped BPF object (bpf/synfin.bpf.o), as it was when this was compiled. */
const void *_Nonnull cbpf_embedded_bytes(void);
size_t cbpf_embedded_size(void);

/* The same of the one whose types are read in a file (bpf/raw.bpf.o). */
const void *_Nonnull cbpf_raw_bytes(void);
size_t cbpf_raw_size(void);

/* The same of the one for kernels whose types are not known (bpf/legacy.bpf.o). */
const void *_Nonnull cbpf_legacy_bytes(void);
size_t cbpf_legacy_size(void);

/*
 * From here on, libbpf's messages of every level are kept instead of printed. Bounded: what is too
 * much is left out at the end.
 */
void cbpf_log_begin(void);

/* The messages kept since cbpf_log_begin, ended by a zero; valid until the next of these calls. */
const char *_Nonnull cbpf_log_text(void);

/*
 * Opens an object from memory, which finds its way by the kernel's types in a file, or by the kernel's own
 * BTF where that is NULL. Returns NULL with errno set where it cannot be read.
 */
struct bpf_object *_Nullable cbpf_object_open(const void *_Nonnull bytes, size_t size,
					      const char *_Nullable types);

/* Whether a file has types of a kernel, as BTF: 0, -ENOENT where none of it is TCP's, or another errno. */
int cbpf_check_types(const char *_Nonnull path);

/*
 * Loads and attaches a program that does nothing at the entry of a kernel function, and takes it
 * away again: whether this host allows trampolines (fentry, fexit). Returns how many arguments the
 * function has, or a negative errno. In cast, the number that the function bpf_rdonly_cast has, by which
 * programs give a pointer its type, or 0 before 6.2: the same BTF says it, and to read that is most of
 * the time this takes.
 */
int cbpf_probe_trampoline(const char *_Nonnull function, int *_Nonnull cast);

/* Makes a ring buffer and takes it away again. Returns 0, or a negative errno. */
int cbpf_probe_ring_buffer(void);

/* Before load: makes a program's casts (SYNFIN_CAST) calls of that function. Returns 0, or a negative errno. */
int cbpf_set_cast(struct bpf_program *_Nonnull program, int cast);

/*
 * The number that a classic tracepoint, such as "syscalls/sys_exit_accept", has on the running kernel,
 * or a negative errno. Asked of tracefs, which need not be mounted for it.
 */
int cbpf_tracepoint_id(const char *_Nonnull event);

/*
 * Reads a small file of a classic tracepoint, such as its "format". Returns its length, or a negative
 * errno.
 */
long cbpf_read_tracepoint(const char *_Nonnull event, const char *_Nonnull file, char *_Nonnull text,
			  size_t size);

/*
 * Opens the event that a CPU's records are written to (bpf_perf_event_output), which calls its reader
 * when so many bytes wait. Returns a descriptor to be mapped and put into the map, or a negative errno.
 */
int cbpf_open_output(int cpu, uint32_t wake_at);

/*
 * Attaches a program to a classic tracepoint, on all CPUs. Returns NULL with errno set where that is refused.
 */
struct bpf_link *_Nullable cbpf_attach_tracepoint(const struct bpf_program *_Nonnull program,
						  const char *_Nonnull event);

/*
 * Runs a raw tracepoint's program once, here and now, with this argument, though no tracepoint calls
 * it. Returns 0, or a negative errno.
 */
int cbpf_run(int program, unsigned long long argument);

/*
 * Takes from the calling thread every capability but these, and the means to gain any. In held, those that
 * are left in effect. Returns 0, or a negative errno.
 */
int cbpf_keep_capabilities(uint64_t kept, uint64_t *_Nonnull held);

/* Moves the calling thread into a network namespace. Returns 0, or a negative errno. */
int cbpf_enter_network(int namespace);

/* The same into a new one, in which there is nothing but a loopback that is down. */
int cbpf_new_network(void);

/*
 * Opens a cgroup v2 by its number, below a descriptor of where it is mounted. Returns a descriptor, or
 * a negative errno.
 */
int cbpf_open_cgroup(int mount, unsigned long long id);

/* membarrier(MEMBARRIER_CMD_GLOBAL): every program that ran before has ended after it. */
int cbpf_wait_for_programs(void);

/* zlib's CRC-32, which comes with libelf. */
unsigned int cbpf_crc32(const void *_Nullable bytes, size_t size);

/* Whether a path is on nsfs, the file system of all namespaces. (statfs is a type in Swift.) */
bool cbpf_is_namespace(const char *_Nonnull path);

#endif
