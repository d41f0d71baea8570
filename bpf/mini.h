/* SPDX-License-Identifier: GPL-2.0 */
/* A mini socket to one record: one that a segment has reached, or that a scan has found. */
#ifndef SYNFIN_MINI_H
#define SYNFIN_MINI_H

static __always_inline void write_mini(struct synfin_cpu *cpu, __u32 hook,
				       const struct sock_common *common,
				       const struct synfin_mini *mini, bool v6)
{
	struct synfin_mini *record = RESERVE(cpu, hook, synfin_mini, v6);

	if (!record)
		return;
	*record = *mini;
	write_addresses(common, record + 1, v6);
	commit(cpu, hook, record);
}

/* skb is NULL for a scan. */
static __always_inline void tell_mini(struct synfin_cpu *cpu, const struct tcp_timewait_sock *tcptw,
				      const struct sk_buff *skb)
{
	const struct inet_timewait_sock *tw = &tcptw->tw_sk;
	const struct sock_common *common = &tw->__tw_common;
	/* Before the time: a tick in between makes the jiffy a little older, and never younger. */
	__u64 jiffies = bpf_jiffies64();
	__u32 hook = skb ? SYNFIN_HOOK_MINI : SYNFIN_HOOK_SCAN;
	bool v6 = common->skc_family == AF_INET6;
	struct synfin_mini mini = {
		.head = {
			.sk = (__u64)tcptw,
			.at = bpf_ktime_get_ns(),
			.kind = skb ? SYNFIN_MINI : SYNFIN_FOUND_MINI,
			.old_state = TCP_TIME_WAIT,
			.new_state = TCP_TIME_WAIT,
			.flags = v6 ? SYNFIN_IPV6 : 0,
			.netns = common->skc_net.net->ns.inum,
			.local_port = bpf_ntohs(tw->tw_sport),
			.remote_port = bpf_ntohs(common->skc_dport),
		},
		.substate = tw->tw_substate,
		.expires = tw->tw_timer.expires,
		.jiffies = jiffies,
		.net = (__u64)common->skc_net.net,
	};

	if (!IS_ASKED_FOR(mini.head.netns, common->skc_family))
		return;
	/* Taken from the hash, it has no place in a chain any more (hlist_nulls_unhashed). */
	if (!common->skc_nulls_node.pprev)
		mini.head.flags |= SYNFIN_GONE;
	if (skb)
		bpf_probe_read_kernel(&mini.tcp_flags, sizeof(mini.tcp_flags),
				      skb->head + skb->transport_header + 13);
	if (v6)
		write_mini(cpu, hook, common, &mini, true);
	else
		write_mini(cpu, hook, common, &mini, false);
}

#endif
