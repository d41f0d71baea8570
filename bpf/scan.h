/* SPDX-License-Identifier: GPL-2.0 */
/* What is there already: sockets of a namespace, and who holds which. */
#ifndef SYNFIN_SCAN_H
#define SYNFIN_SCAN_H

/*
 * A scan goes through the ring like everything else, so that it is in order with the transitions; and
 * it waits where it would take their room: the iterator then ends with EAGAIN, and goes on with the
 * same object when it is read again (bpf_seq_read).
 */
static __always_inline bool must_pause(void)
{
	return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) > config.scan_at;
}

/* A socket of the namespace, held by somebody or not: an orphan, a child that waits to be accepted. */
static __always_inline void tell_found(struct synfin_cpu *cpu, const struct tcp_sock *tp)
{
	const struct sock *sk = &tp->inet_conn.icsk_inet.sk;
	struct gathered all = {};
	__u8 state = sk->__sk_common.skc_state;

	if (state == TCP_CLOSE ||
	    !IS_ASKED_FOR(sk->__sk_common.skc_net.net->ns.inum, sk->__sk_common.skc_family))
		return;
	fill_head(&all.head, sk, sk, tp, state, state, socket_flags(sk, tp) & ~SYNFIN_OWNED);
	if (all.head.flags & SYNFIN_IPV6)
		write_owned(cpu, SYNFIN_HOOK_SCAN, sk, &all, SYNFIN_FOUND, true);
	else
		write_owned(cpu, SYNFIN_HOOK_SCAN, sk, &all, SYNFIN_FOUND, false);
}

/* All of the namespace has been told; which one it is, that of the task that reads. */
static __always_inline void tell_scanned(struct synfin_cpu *cpu)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct net *net = BPF_CORE_READ(task, nsproxy, net_ns);
	struct synfin_scanned *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

	if (!record) {
		cpu->lost[SYNFIN_HOOK_SCAN]++;
		return;
	}
	__builtin_memset(record, 0, sizeof(*record));
	record->head.kind = SYNFIN_SCANNED;
	record->head.at = bpf_ktime_get_ns();
	record->head.netns = BPF_CORE_READ(net, ns.inum);
	record->net = (__u64)net;
	commit(cpu, SYNFIN_HOOK_SCAN, record);
}

#endif
