/* SPDX-License-Identifier: GPL-2.0 */
/* One transition of a TCP socket to one record: which kind it is, and the facts of that kind. */
#ifndef SYNFIN_TRANSITION_H
#define SYNFIN_TRANSITION_H

/*
 * Connections, and when listeners come and go. Protocol 262 (MPTCP) is not a tcp_sock, and its
 * subflows come as TCP. LISTEN>LISTEN and LISTEN>ESTABLISHED are MPTCP's, CLOSE>CLOSE comes from
 * tcp_abort() on a listener: nothing has happened there.
 */
static __always_inline bool is_wanted(const struct sock *sk, __u8 old_state, __u8 new_state)
{
	if (READ(sk, sk_protocol) != IPPROTO_TCP)
		return false;
	if (old_state == TCP_LISTEN && new_state != TCP_SYN_RECV && new_state != TCP_CLOSE)
		return false;
	if (old_state == TCP_CLOSE && new_state != TCP_SYN_SENT && new_state != TCP_LISTEN)
		return false;
	return IS_ASKED_FOR(READ(sk, __sk_common.skc_net.net, ns.inum),
			    READ(sk, __sk_common.skc_family));
}

/* close() or shutdown() makes it, or, where both states are one, is what it tells. */
static __always_inline bool is_call(__u8 from, __u8 to)
{
	return to == TCP_FIN_WAIT1 || to == TCP_LAST_ACK || from == to;
}

static __always_inline __u64 cgroup_of(const struct sock *sk)
{
	/* A tagged word before 5.15, when the v1 controllers shared it. */
	if (bpf_core_field_exists(sk->sk_cgrp_data.cgroup))
		return READ(sk, sk_cgrp_data.cgroup, kn, id);
	return 0;
}

/* tcp_fin_time(), in jiffies. */
static __always_inline __u32 fin_time(const struct sock *sk, const struct tcp_sock *tp)
{
	__u32 rto = READ(tp, inet_conn.icsk_rto);
	__u32 least = (rto << 2) - (rto >> 1);
	__s32 time = READ(tp, linger2);

	if (!time)
		time = READ(sk, __sk_common.skc_net.net, ipv4.sysctl_tcp_fin_timeout);
	return time > 0 && (__u32)time > least ? (__u32)time : least;
}

/* Where a mini socket may be left (tcp_time_wait). */
static __always_inline bool leaves_mini(__u8 old_state)
{
	return old_state == TCP_FIN_WAIT2 || old_state == TCP_CLOSING;
}

/*
 * Whether the namespace has as many mini sockets as it may (inet_twsk_alloc). One that was just made
 * is in the count, so where the count is the limit, one may have been made or refused.
 */
static __always_inline bool is_full(const struct sock *sk)
{
	const struct net *net = READ(sk, __sk_common.skc_net.net);

	/* The count has this name since 6.1. */
	if (!bpf_core_field_exists(net->ipv4.tcp_death_row.tw_refcount))
		return false;
	return READ(net, ipv4.tcp_death_row.tw_refcount.refs.counter) - 1 >=
	       READ(net, ipv4.tcp_death_row.sysctl_max_tw_buckets);
}

/* How old the clock is that tcp_mstamp_refresh() stamps once for each received segment. */
static __always_inline __u32 clock_age(const struct tcp_sock *tp, __u64 at)
{
	__u64 age = at - READ(tp, tcp_clock_cache);

	return age < 0xffffffff ? age : 0xffffffff;
}

static __always_inline __u16 socket_flags(const struct sock *sk, const struct tcp_sock *tp)
{
	__u64 bits = READ(sk, __sk_common.skc_flags);
	__u16 flags = READ(sk, __sk_common.skc_family) == AF_INET6 ? SYNFIN_IPV6 : 0;

	if (READ(sk, sk_lock.owned))
		flags |= SYNFIN_OWNED;
	if (bits & (1 << SOCK_DEAD))
		flags |= SYNFIN_DEAD;
	if (bits & (1 << SOCK_DONE))
		flags |= SYNFIN_DONE;
	if (READ(sk, sk_socket))
		flags |= SYNFIN_HAS_SOCKET;
	if (bpf_core_field_exists(tp->is_mptcp) && READ(tp, is_mptcp))
		flags |= SYNFIN_MPTCP;
	return flags;
}

/*
 * What every kind has in common, and the task where there is one, are gathered on the stack and
 * copied: the verifier pays for each place where the code reads a field of the kernel's, and the
 * start with it.
 */
struct gathered {
	struct synfin_head head;
	struct synfin_task task;
	__u64 jiffies;
};

static __always_inline void fill_head(struct synfin_head *head, const struct sock *traced,
				      const struct sock *sk, const struct tcp_sock *tp,
				      __u8 old_state, __u8 new_state, __u16 flags)
{
	head->sk = (__u64)traced;
	head->at = bpf_ktime_get_ns();
	head->kind = 0;
	head->old_state = old_state;
	head->new_state = new_state;
	head->shutdown = READ(sk, sk_shutdown);
	head->flags = flags;
	head->err = READ(sk, sk_err);
	head->netns = READ(sk, __sk_common.skc_net.net, ns.inum);
	/* inet_sport, and not skc_num, which is 0 at most CLOSE events: the port is released. */
	head->local_port = bpf_ntohs(READ(tp, inet_conn.icsk_inet.inet_sport));
	head->remote_port = bpf_ntohs(READ(sk, __sk_common.skc_dport));
}

static __always_inline void write_head(struct synfin_head *to, const struct synfin_head *head,
				       __u8 kind, __u16 flags)
{
	*to = *head;
	to->kind = kind;
	to->flags = head->flags | flags;
}

/* CLOSE>SYN_SENT, or a listener's. */
static __always_inline void write_owned(struct synfin_cpu *cpu, __u32 hook, const struct sock *sk,
					const struct gathered *all, __u8 kind, bool v6)
{
	struct synfin_owned *record = RESERVE(cpu, hook, synfin_owned, v6);

	if (!record)
		return;
	write_head(&record->head, &all->head, kind, 0);
	record->task = all->task;
	record->cgroup = cgroup_of(sk);
	record->uid = READ(sk, sk_uid.val);
	write_addresses(&sk->__sk_common, record + 1, v6);
	commit(cpu, hook, record);
}

static __always_inline void write_open_passive(struct synfin_cpu *cpu, __u32 hook,
					      const struct sock *sk, const struct tcp_sock *tp,
					      const struct gathered *all, bool v6)
{
	struct synfin_open_passive *record = RESERVE(cpu, hook, synfin_open_passive, v6);

	if (!record)
		return;
	write_head(&record->head, &all->head, SYNFIN_OPEN_PASSIVE, 0);
	record->cgroup = cgroup_of(sk);
	record->uid = READ(sk, sk_uid.val);
	record->reserved = 0;
	write_addresses(&sk->__sk_common, record + 1, v6);
	commit(cpu, hook, record);
}

static __always_inline void write_established(struct synfin_cpu *cpu, __u32 hook,
					      const struct sock *sk, const struct tcp_sock *tp,
					      const struct gathered *all, bool v6)
{
	struct synfin_established *record = RESERVE(cpu, hook, synfin_established, v6);

	if (!record)
		return;
	write_head(&record->head, &all->head, SYNFIN_ESTABLISHED, 0);
	record->srtt_us = READ(tp, srtt_us);
	record->total_retrans = READ(tp, total_retrans);
	record->snd_una = READ(tp, snd_una);
	record->rcv_nxt = READ(tp, rcv_nxt);
	record->bytes_acked = READ(tp, bytes_acked);
	record->bytes_received = READ(tp, bytes_received);
	write_addresses(&sk->__sk_common, record + 1, v6);
	commit(cpu, hook, record);
}

static __always_inline void write_step(struct synfin_cpu *cpu, __u32 hook,
					      const struct sock *sk, const struct tcp_sock *tp,
					      const struct gathered *all, bool v6)
{
	struct synfin_step *record = RESERVE(cpu, hook, synfin_step, v6);

	if (!record)
		return;
	write_head(&record->head, &all->head, SYNFIN_STEP, 0);
	record->age = clock_age(tp, all->head.at);
	record->unsent = READ(tp, write_seq) - READ(tp, snd_nxt);
	write_addresses(&sk->__sk_common, record + 1, v6);
	commit(cpu, hook, record);
}

static __always_inline void write_shut(struct synfin_cpu *cpu, __u32 hook,
					      const struct sock *sk, const struct tcp_sock *tp,
					      const struct gathered *all, bool v6)
{
	struct synfin_shut *record = RESERVE(cpu, hook, synfin_shut, v6);

	if (!record)
		return;
	write_head(&record->head, &all->head, SYNFIN_SHUT, 0);
	record->task = all->task;
	record->lag = READ(tp, rcv_nxt) - READ(tp, rcv_wup);
	record->unsent = READ(tp, write_seq) - READ(tp, snd_nxt);
	record->unacked = READ(tp, write_seq) - READ(tp, snd_una);
	record->segs_out = READ(tp, segs_out);
	record->total_retrans = READ(tp, total_retrans);
	write_addresses(&sk->__sk_common, record + 1, v6);
	commit(cpu, hook, record);
}

static __always_inline void write_close(struct synfin_cpu *cpu, __u32 hook,
					      const struct sock *sk, const struct tcp_sock *tp,
					      const struct gathered *all, bool v6)
{
	struct synfin_close *record = RESERVE(cpu, hook, synfin_close, v6);
	__u16 flags = 0;

	if (!record)
		return;
	if (READ(sk, __sk_common.skc_flags) & (1 << SOCK_LINGER) && !READ(sk, sk_lingertime))
		flags |= SYNFIN_LINGER0;
	if (READ(tp, linger2) < 0)
		flags |= SYNFIN_LINGER2;
	if (READ_BITFIELD(tp, repair))
		flags |= SYNFIN_REPAIR;
	if (leaves_mini(all->head.old_state) && is_full(sk))
		flags |= SYNFIN_TW_FULL;
	write_head(&record->head, &all->head, SYNFIN_CLOSE, flags);
	record->task = all->task;
	record->bytes_acked = READ(tp, bytes_acked);
	record->bytes_received = READ(tp, bytes_received);
	record->age = clock_age(tp, all->head.at);
	record->total_retrans = READ(tp, total_retrans);
	record->unread = READ(tp, rcv_nxt) - READ(tp, copied_seq) - !!(all->head.flags & SYNFIN_DONE);
	record->unacked = READ(tp, write_seq) - READ(tp, snd_una);
	record->unsent = READ(tp, write_seq) - READ(tp, snd_nxt);
	record->segs = all->head.old_state == TCP_SYN_SENT ? READ(tp, segs_in) : READ(tp, segs_out);
	record->soft = READ(sk, sk_err_soft);
	record->fin_time = all->head.old_state == TCP_FIN_WAIT2 ? fin_time(sk, tp) : 0;
	record->jiffies = 0;
	record->net = 0;
	if (leaves_mini(all->head.old_state)) {
		record->jiffies = all->jiffies;
		record->net = (__u64)READ(sk, __sk_common.skc_net.net);
	}
	record->uid = READ(sk, sk_uid.val);
	record->probes = READ(tp, inet_conn.icsk_probes_out);
	record->retransmits = READ(tp, inet_conn.icsk_retransmits);
	write_addresses(&sk->__sk_common, record + 1, v6);
	commit(cpu, hook, record);
}

static __always_inline void write_transition(struct synfin_cpu *cpu, __u32 hook,
					     const struct sock *sk, const struct tcp_sock *tp,
					     const struct gathered *all, bool v6)
{
	__u8 from = all->head.old_state;
	__u8 to = all->head.new_state;

	if (to == TCP_LISTEN || (from == TCP_LISTEN && to == TCP_CLOSE))
		/* No connection's: lost, it counts among what is known of owners. */
		write_owned(cpu, SYNFIN_HOOK_ACCEPT, sk, all, SYNFIN_LISTEN, v6);
	else if (to == TCP_CLOSE)
		write_close(cpu, hook, sk, tp, all, v6);
	else if (to == TCP_ESTABLISHED)
		write_established(cpu, hook, sk, tp, all, v6);
	else if (to == TCP_SYN_SENT)
		write_owned(cpu, hook, sk, all, SYNFIN_OPEN_ACTIVE, v6);
	else if (from == TCP_LISTEN)
		write_open_passive(cpu, hook, sk, tp, all, v6);
	else if (is_call(from, to))
		write_shut(cpu, hook, sk, tp, all, v6);
	else
		write_step(cpu, hook, sk, tp, all, v6);
}

/* Writes the record of a transition, if it is one of a connection that is asked for. */
static __always_inline void tell(struct synfin_cpu *cpu, __u32 hook, const struct sock *traced,
				 __u8 old_state, __u8 new_state)
{
	const struct sock *sk;
	struct gathered all = {};
	struct tcp_sock *tp;
	__u16 flags;

	if (!is_wanted(traced, old_state, new_state))
		return;
	tp = TCP_SOCK(traced);
	if (!tp)
		return;
	/*
	 * The same socket, but not as the tracepoint's argument: for each pointer that is loaded
	 * through that, the verifier of recent kernels searches all of BTF, a millisecond each.
	 */
	sk = &tp->inet_conn.icsk_inet.sk;
	flags = socket_flags(sk, tp);
	if (hook == SYNFIN_HOOK_STATE_SECOND)
		flags |= SYNFIN_SECOND;
	if ((flags & SYNFIN_OWNED) && (new_state == TCP_CLOSE || new_state == TCP_SYN_SENT ||
				       new_state == TCP_LISTEN || is_call(old_state, new_state)))
		flags |= fill_task(&all.task);
	/* Before the time: a tick in between makes the jiffy a little older, and never younger. */
	if (new_state == TCP_CLOSE && leaves_mini(old_state))
		all.jiffies = bpf_jiffies64();
	fill_head(&all.head, traced, sk, tp, old_state, new_state, flags);
	if (flags & SYNFIN_IPV6)
		write_transition(cpu, hook, sk, tp, &all, true);
	else
		write_transition(cpu, hook, sk, tp, &all, false);
}

#endif
