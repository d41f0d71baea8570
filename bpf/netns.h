/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a network namespace knows of itself, read through its pointer: without entering it, and
 * without keeping it alive. Where it has gone, the memory says so: its count of users is 0, or it is
 * another namespace's now, with another cookie.
 */
#ifndef SYNFIN_NETNS_H
#define SYNFIN_NETNS_H

/* Names that older kernels had. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct ns_common___v5_11 {
	refcount_t count;
};
struct inet_timewait_death_row___v5_10 {
	atomic_t tw_count;
	int sysctl_max_tw_buckets;
};
struct netns_ipv4___v5_10 {
	struct inet_timewait_death_row___v5_10 tcp_death_row;
};
struct net___v5_10 {
	refcount_t count;
	struct netns_ipv4___v5_10 ipv4;
};
struct local_ports___v5_10 {
	int range[2];
};
#pragma clang attribute pop

/* Users of a namespace (get_net, put_net); 0 once it is on its way out. */
static __always_inline __s32 users_of(struct net *net)
{
	struct ns_common___v5_11 *ns = (void *)&net->ns;
	struct net___v5_10 *old = (void *)net;

	if (bpf_core_field_exists(net->ns.__ns_ref))
		return BPF_CORE_READ(net, ns.__ns_ref.refs.counter);
	if (bpf_core_field_exists(ns->count))
		return BPF_CORE_READ(ns, count.refs.counter);
	return BPF_CORE_READ(old, count.refs.counter);
}

/* net.ipv4.ip_local_port_range (inet_get_local_port_range). */
static __always_inline void read_ports(struct net *net, struct synfin_netns *to)
{
	struct local_ports___v5_10 *old = (void *)&net->ipv4.ip_local_ports;
	int range[2] = {};
	__u32 word;

	if (bpf_core_field_exists(old->range)) {
		bpf_core_read(range, sizeof(range), &old->range);
		to->port_low = range[0];
		to->port_high = range[1];
	} else if (bpf_core_field_exists(net->ipv4.ip_local_ports.range)) {
		/* Both in one word, so that a reader never sees one old and one new (6.8). */
		word = BPF_CORE_READ(net, ipv4.ip_local_ports.range);
		to->port_low = word & 0xffff;
		to->port_high = word >> 16;
	}
}

/* Mini sockets: how many there are, and may be (inet_twsk_alloc). */
static __always_inline void read_minis(struct net *net, struct synfin_netns *to)
{
	struct net___v5_10 *old = (void *)net;

	to->tw_count = -1;
	to->tw_limit = -1;
	if (bpf_core_field_exists(net->ipv4.tcp_death_row.tw_refcount)) {
		/* The namespace itself holds one. */
		to->tw_count = BPF_CORE_READ(net, ipv4.tcp_death_row.tw_refcount.refs.counter) - 1;
		to->tw_limit = BPF_CORE_READ(net, ipv4.tcp_death_row.sysctl_max_tw_buckets);
	} else if (bpf_core_field_exists(old->ipv4.tcp_death_row.tw_count)) {
		to->tw_count = BPF_CORE_READ(old, ipv4.tcp_death_row.tw_count.counter);
		to->tw_limit = BPF_CORE_READ(old, ipv4.tcp_death_row.sysctl_max_tw_buckets);
	}
}

static __always_inline void read_netns(struct net *net, struct synfin_netns *to)
{
	to->net = (__u64)net;
	/* Before the time: a tick in between makes the jiffy a little older, and never younger. */
	to->jiffies = bpf_jiffies64();
	to->at = bpf_ktime_get_ns();
	to->cookie = 0;
	if (bpf_core_field_exists(net->net_cookie))
		to->cookie = BPF_CORE_READ(net, net_cookie);
	to->inum = BPF_CORE_READ(net, ns.inum);
	to->users = users_of(net);
	read_minis(net, to);
	read_ports(net, to);
}

#endif
