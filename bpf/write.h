/* SPDX-License-Identifier: GPL-2.0 */
/* How a record is made: the room for it, its head, its addresses, and what is counted. */
#ifndef SYNFIN_WRITE_H
#define SYNFIN_WRITE_H

static __always_inline struct synfin_cpu *this_cpu(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&cpus, &zero);
}

/*
 * Whether the user asks for what is in this namespace and of this family. A macro, for what is not
 * asked the verifier drops, and with it how netns and family are read.
 */
#define IS_ASKED_FOR(netns, family)                                                                \
	((!config.only_netns || (netns) == config.only_netns) &&                                   \
	 (!config.only_family || (family) == config.only_family))

/*
 * Waking a reader for each record costs the traced process more than all the rest, so nobody is
 * woken: user space reads by a timer. Only where it is late, and the ring fills, is it called.
 * Asked at each 64th record, since the question costs too.
 */
static __always_inline void commit(struct synfin_cpu *cpu, __u32 hook, void *record)
{
	if ((cpu->written[hook]++ & 63) == 0 && bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) > config.wake_at)
		bpf_ringbuf_submit(record, BPF_RB_FORCE_WAKEUP);
	else
		bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
}

/*
 * A failed reserve is a lost record, and counted. The size must be a constant on each path, so the
 * two families are two calls.
 */
#define RESERVE(cpu, hook, type, v6)                                                               \
	({                                                                                         \
		struct type *_record = (v6) ? bpf_ringbuf_reserve(&ring, sizeof(struct type) + 32, 0)  \
					    : bpf_ringbuf_reserve(&ring, sizeof(struct type) + 8, 0);  \
		if (!_record)                                                                      \
			(cpu)->lost[hook]++;                                                       \
		_record;                                                                           \
	})

/* The addresses follow the facts of the kind. For AF_INET6 only the v6 fields count. */
static __always_inline void write_addresses(const struct sock_common *common, void *after, bool v6)
{
	__be32 *to = after;

	if (v6) {
		to[0] = READ(common, skc_v6_rcv_saddr.in6_u.u6_addr32[0]);
		to[1] = READ(common, skc_v6_rcv_saddr.in6_u.u6_addr32[1]);
		to[2] = READ(common, skc_v6_rcv_saddr.in6_u.u6_addr32[2]);
		to[3] = READ(common, skc_v6_rcv_saddr.in6_u.u6_addr32[3]);
		to[4] = READ(common, skc_v6_daddr.in6_u.u6_addr32[0]);
		to[5] = READ(common, skc_v6_daddr.in6_u.u6_addr32[1]);
		to[6] = READ(common, skc_v6_daddr.in6_u.u6_addr32[2]);
		to[7] = READ(common, skc_v6_daddr.in6_u.u6_addr32[3]);
	} else {
		to[0] = READ(common, skc_rcv_saddr);
		to[1] = READ(common, skc_daddr);
	}
}

/*
 * The task is recorded only where sk_lock.owned says that it works on this very socket; in a packet
 * or timer current is whoever was interrupted. A kernel worker (delayed fput, io_uring's exit,
 * MPTCP's worker) closes for somebody it does not name.
 */
static __always_inline __u16 fill_task(struct synfin_task *to)
{
	struct task_struct *task, *leader;
	unsigned int bits;
	__u16 flags = 0;

#ifndef SYNFIN_BY_HELPER
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_current_task_btf)) {
		task = bpf_get_current_task_btf();
		bits = task->flags;
		leader = task->group_leader;
	} else
#endif
	{
		/* Before 5.11 the task is a number, and read through a helper. */
		task = (void *)bpf_get_current_task();
		bits = BPF_CORE_READ(task, flags);
		leader = BPF_CORE_READ(task, group_leader);
	}
	if (bits & PF_EXITING)
		flags |= SYNFIN_EXITING;
	if (bits & PF_SIGNALED)
		flags |= SYNFIN_SIGNALED;
	if (bits & PF_KTHREAD)
		return flags | SYNFIN_KTHREAD;
	to->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_probe_read_kernel(to->comm, sizeof(to->comm), &leader->comm);
	return flags;
}

#endif
