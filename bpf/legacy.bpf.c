// SPDX-License-Identifier: GPL-2.0
/*
 * The programs for kernels whose types cannot be looked up: without BTF, from 4.15 on. A tracepoint's
 * own record is all there is, and only what no two kernels lay out differently is taken of it, or what
 * user space has held against the running kernel's `format` (Capture/Legacy/TracepointFormat).
 *
 * No CO-RE relocation, for which libbpf would want BTF; no global data, no bounded loop, no ring
 * buffer, which came later (5.2, 5.3, 5.8); no pointer of the kernel's is followed.
 */
#include "abi.h"
#include <bpf/bpf_helpers.h>
#include "../Sources/CBPF/include/record.h"

char LICENSE[] SEC("license") = "GPL";

/*
 * Records on their way to user space: a ring for each CPU, opened by user space
 * (Capture/Legacy/PerfRings), which puts them in order. As many as there can be CPUs: libbpf knows.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} rings SEC(".maps");

/*
 * How many records each CPU has had to tell. Written by the programs; read by user space
 * (Capture/Legacy/PerfRings). Never deleted.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct synfin_due);
} due SEC(".maps");

/*
 * The kernel's own threads, by pid: no process, whatever their name. Inserted by user space with those
 * that there are, and by synfin_fork; deleted by synfin_exit, and by synfin_fork where a process has got
 * the number.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, __u32);
} kthreads SEC(".maps");

/* Whether kthreads has been too small: from then on nobody is named. Never deleted. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} blind SEC(".maps");

/* What is written: what is due, then a record as any other (record.h). */
struct told_reset {
	struct synfin_due due;
	struct synfin_head head;
};

struct told {
	struct synfin_due due;
	struct synfin_bare bare;
	__u32 addresses[8];
};

enum {
	SHORT = sizeof(struct synfin_due) + sizeof(struct synfin_bare) + 8,
	LONG = sizeof(struct told),
};

/*
 * Counts before it tells: a record that does not arrive is missing in the count of the next, or, where
 * none follows, in the map. A program does not nest in another on one CPU (bpf_prog_active).
 */
static __always_inline bool count(struct synfin_due *to, __u32 what)
{
	__u32 zero = 0;
	struct synfin_due *cpu = bpf_map_lookup_elem(&due, &zero);

	if (!cpu)
		return false;
	cpu->records[what]++;
	*to = *cpu;
	return true;
}

/*
 * Where the task at work on the socket is the one that runs: in connect(), listen(), and where close()
 * or shutdown() moves a socket (tcp_close_state). Packets make the other transitions, or may.
 */
static __always_inline bool is_call(__u8 from, __u8 to)
{
	return to == TCP_SYN_SENT || to == TCP_LISTEN || to == TCP_FIN_WAIT1 || to == TCP_LAST_ACK ||
	       from == to;
}

static __always_inline void name_task(struct synfin_bare *bare)
{
	__u64 ids = bpf_get_current_pid_tgid();
	__u32 thread = ids, zero = 0;
	__u32 *is_blind = bpf_map_lookup_elem(&blind, &zero);

	if (!is_blind || *is_blind || bpf_map_lookup_elem(&kthreads, &thread))
		return;
	bare->task.pid = ids >> 32;
	bare->thread = thread;
	bpf_get_current_comm(bare->task.comm, sizeof(bare->task.comm));
}

/* The same connections as transition.h's. */
static __always_inline bool is_wanted(__u8 from, __u8 to)
{
	if (from == TCP_LISTEN && to != TCP_SYN_RECV && to != TCP_CLOSE)
		return false;
	return from != TCP_CLOSE || to == TCP_SYN_SENT || to == TCP_LISTEN;
}

static __always_inline void tell(void *ctx, struct told *told, __u8 from, __u8 to)
{
	struct synfin_head *head = &told->bare.head;
	__u32 what = SYNFIN_DUE_TRANSITIONS;

	if (!is_wanted(from, to))
		return;
	if (to == TCP_LISTEN || (from == TCP_LISTEN && to == TCP_CLOSE))
		what = SYNFIN_DUE_OWNERS;
	if (!count(&told->due, what))
		return;
	head->kind = SYNFIN_BARE;
	head->old_state = from;
	head->new_state = to;
	if (is_call(from, to))
		name_task(&told->bare);
	head->at = bpf_ktime_get_ns();
	if (head->flags & SYNFIN_IPV6)
		bpf_perf_event_output(ctx, &rings, BPF_F_CURRENT_CPU, told, LONG);
	else
		bpf_perf_event_output(ctx, &rings, BPF_F_CURRENT_CPU, told, SHORT);
}

/*
 * sock:inet_sock_set_state. Packed as it was laid out while its protocol had a byte (4.16 to 5.5), and
 * since. A tracepoint's record is read in whole words only, so the addresses come as they are aligned.
 */
struct state_u8 {
	__u64 common;
	__u64 sk;
	__s32 old_state;
	__s32 new_state;
	__u16 local_port;
	__u16 remote_port;
	__u16 family;
	__u8 protocol;
	__u8 local[4];
	__u8 remote[4];
	__u8 local_v6[16];
	__u8 remote_v6[16];
};

struct state_u16 {
	__u64 common;
	__u64 sk;
	__s32 old_state;
	__s32 new_state;
	__u16 local_port;
	__u16 remote_port;
	__u16 family;
	__u16 protocol;
	__u32 local[1];
	__u32 remote[1];
	__u64 local_v6[2];
	__u64 remote_v6[2];
};

/* tcp:tcp_set_state of 4.15, which has no family: an IPv4 address is v4-mapped, whatever the socket is. */
struct state_tcp {
	__u64 common;
	__u64 sk;
	__s32 old_state;
	__s32 new_state;
	__u16 local_port;
	__u16 remote_port;
	__u32 local[1];
	__u32 remote[1];
	__u32 local_v6[4];
	__u32 remote_v6[4];
};

#define AT(type, field, offset)                                                                    \
	_Static_assert(__builtin_offsetof(struct type, field) == (offset), #type "." #field)
AT(state_u8, local, 31);
AT(state_u8, remote_v6, 55);
AT(state_u16, local, 32);
AT(state_u16, remote_v6, 56);
AT(state_tcp, local, 28);
AT(state_tcp, remote_v6, 52);

#define FILL(told, ctx)                                                                            \
	({                                                                                         \
		(told)->bare.head.sk = (ctx)->sk;                                                  \
		(told)->bare.head.local_port = (ctx)->local_port;                                  \
		(told)->bare.head.remote_port = (ctx)->remote_port;                                \
	})

#define COPY(told, ctx, family)                                                                    \
	({                                                                                         \
		__builtin_memcpy((told)->addresses, (ctx)->local##family,                          \
				 sizeof((ctx)->local##family));                                    \
		__builtin_memcpy((char *)(told)->addresses + sizeof((ctx)->local##family),         \
				 (ctx)->remote##family, sizeof((ctx)->remote##family));            \
	})

#define TELL_SOCK_STATE(ctx)                                                                       \
	({                                                                                         \
		struct told told = {};                                                             \
		if ((ctx)->protocol == IPPROTO_TCP) {                                              \
			FILL(&told, ctx);                                                          \
			if ((ctx)->family == AF_INET6) {                                           \
				told.bare.head.flags = SYNFIN_IPV6;                                \
				COPY(&told, ctx, _v6);                                             \
			} else {                                                                   \
				COPY(&told, ctx, );                                                \
			}                                                                          \
			tell(ctx, &told, (ctx)->old_state, (ctx)->new_state);                      \
		}                                                                                  \
		0;                                                                                 \
	})

SEC("tracepoint/sock/inet_sock_set_state")
int synfin_state_u8(struct state_u8 *ctx)
{
	return TELL_SOCK_STATE(ctx);
}

SEC("tracepoint/sock/inet_sock_set_state")
int synfin_state_u16(struct state_u16 *ctx)
{
	return TELL_SOCK_STATE(ctx);
}

SEC("tracepoint/tcp/tcp_set_state")
int synfin_state_tcp(struct state_tcp *ctx)
{
	struct told told = {};

	FILL(&told, ctx);
	COPY(&told, ctx, _v6);
	/* RFC 4291 2.5.5.2, of either end: an IPv6 socket that is bound to nothing has :: for its own. */
	if (!told.addresses[4] && !told.addresses[5] && told.addresses[6] == __builtin_bswap32(0xffff)) {
		told.bare.head.flags = SYNFIN_NO_FAMILY;
		__builtin_memset(told.addresses, 0, sizeof(told.addresses));
		COPY(&told, ctx, );
	} else {
		told.bare.head.flags = SYNFIN_IPV6;
	}
	tell(ctx, &told, ctx->old_state, ctx->new_state);
	return 0;
}

static __always_inline void tell_reset(void *ctx, __u64 sk, __u8 kind, __u32 what, __u16 flags)
{
	struct told_reset told = {};

	if (!sk || !count(&told.due, what))
		return;
	told.head.sk = sk;
	told.head.kind = kind;
	told.head.flags = flags;
	told.head.at = bpf_ktime_get_ns();
	bpf_perf_event_output(ctx, &rings, BPF_F_CURRENT_CPU, &told, sizeof(told));
}

struct receive_reset {
	__u64 common;
	__u64 sk;
};

SEC("tracepoint/tcp/tcp_receive_reset")
int synfin_rst_in(struct receive_reset *ctx)
{
	tell_reset(ctx, ctx->sk, SYNFIN_RESET_RECEIVED, SYNFIN_DUE_RESETS_RECEIVED, 0);
	return 0;
}

struct send_reset {
	__u64 common;
	__u64 skb;
	__u64 sk;
	__s32 state;
};

/* Before it had a state (5.1), it told of connections' own sockets and listeners only. */
SEC("tracepoint/tcp/tcp_send_reset")
int synfin_rst_out(struct send_reset *ctx)
{
	tell_reset(ctx, ctx->sk, SYNFIN_RESET_SENT, SYNFIN_DUE_RESETS_SENT,
		   ctx->skb ? SYNFIN_ANSWER : 0);
	return 0;
}

SEC("tracepoint/tcp/tcp_send_reset")
int synfin_rst_out_state(struct send_reset *ctx)
{
	if (ctx->state == TCP_TIME_WAIT || ctx->state == TCP_NEW_SYN_RECV || ctx->state == TCP_LISTEN)
		return 0;
	tell_reset(ctx, ctx->sk, SYNFIN_RESET_SENT, SYNFIN_DUE_RESETS_SENT,
		   ctx->skb ? SYNFIN_ANSWER : 0);
	return 0;
}

/* The parent of every kernel thread (create_kthread). */
enum { KTHREADD = 2 };

static __always_inline int forked(__u32 parent, __u32 child)
{
	__u32 zero = 0, one = 1;

	if (parent != KTHREADD)
		bpf_map_delete_elem(&kthreads, &child);
	else if (bpf_map_update_elem(&kthreads, &child, &one, 0))
		bpf_map_update_elem(&blind, &zero, &one, 0);
	return 0;
}

struct process_fork {
	__u64 common;
	char parent_comm[16];
	__u32 parent;
	char child_comm[16];
	__u32 child;
};

SEC("tracepoint/sched/sched_process_fork")
int synfin_fork(struct process_fork *ctx)
{
	return forked(ctx->parent, ctx->child);
}

/* The same where names have any length (6.16). */
struct process_fork_loc {
	__u64 common;
	__u32 parent_comm;
	__u32 parent;
	__u32 child_comm;
	__u32 child;
};

SEC("tracepoint/sched/sched_process_fork")
int synfin_fork_loc(struct process_fork_loc *ctx)
{
	return forked(ctx->parent, ctx->child);
}

struct process_exit {
	__u64 common;
	char comm[16];
	__u32 pid;
};

/* A kernel thread has no files that would be closed after this (do_exit). */
SEC("tracepoint/sched/sched_process_exit")
int synfin_exit(struct process_exit *ctx)
{
	__u32 pid = ctx->pid;

	bpf_map_delete_elem(&kthreads, &pid);
	return 0;
}
