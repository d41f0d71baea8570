/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SYNFIN_MAPS_H
#define SYNFIN_MAPS_H

/*
 * Records on their way to user space. One ring for all CPUs and all programs, so that the order of
 * what happened to a socket is the order of its records.
 * Entries are inserted by every program; read, and so freed, by user space (Capture/RingBuffer).
 * The size is set at load.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 23);
} ring SEC(".maps");

/*
 * What the programs keep between events, and the counts of what was lost.
 * Written by every program, each its own fields; read by user space (Capture/LossCounters). Never
 * deleted.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct synfin_cpu);
} cpus SEC(".maps");

/*
 * Sockets whose first reader has been told. Inserted and read by synfin_read; deleted by the kernel
 * with the socket. Not made where that program is not taken.
 */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u8);
} readers SEC(".maps");

/*
 * The answer of synfin_netns. Written by it, read at once by user space (Capture/NetnsProbe), which
 * alone runs it. Never deleted.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct synfin_netns);
} netns SEC(".maps");

const volatile struct synfin_config config = {};

#endif
