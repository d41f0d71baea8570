/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The slices of the kernel's types that the programs read, each field found by CO-RE relocation on
 * the running kernel, so that order and neighbours here mean nothing. In place of a vmlinux.h: all
 * that synfin depends on in the kernel is on this page.
 */
#ifndef SYNFIN_KERNEL_H
#define SYNFIN_KERNEL_H

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed int __s32;
typedef signed long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)

/* include/uapi/linux/bpf.h: values of the ABI, which do not change. */
enum {
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_RINGBUF = 27,
};
enum {
	BPF_RB_NO_WAKEUP = 1,
	BPF_RB_FORCE_WAKEUP = 2,
	BPF_RB_AVAIL_DATA = 0,
};

/* The helpers of the running kernel: an enum of its BTF, asked whether it has a member. */
enum bpf_func_id {
	BPF_FUNC_get_current_task_btf = 158,
};

/* include/net/tcp_states.h: seen by user space since the first release. */
enum {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT = 2,
	TCP_SYN_RECV = 3,
	TCP_CLOSE = 7,
	TCP_LAST_ACK = 9,
	TCP_LISTEN = 10,
	TCP_TIME_WAIT = 6,
	TCP_NEW_SYN_RECV = 12,
	TCP_FIN_WAIT1 = 4,
	TCP_FIN_WAIT2 = 5,
};

enum {
	AF_INET = 2,
	AF_INET6 = 10,
	IPPROTO_TCP = 6,
};

/* include/net/sock.h, enum sock_flags. */
enum {
	SOCK_DEAD = 0,
	SOCK_DONE = 1,
	SOCK_LINGER = 4,
};

/* include/linux/sched.h */
enum {
	PF_EXITING = 0x4,
	PF_SIGNALED = 0x400,
	PF_KTHREAD = 0x200000,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ns_common {
	unsigned int inum;
};

struct netns_ipv4 {
	int sysctl_tcp_fin_timeout;
};

struct net {
	struct ns_common ns;
	struct netns_ipv4 ipv4;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct in6_addr {
	union {
		__be32 u6_addr32[4];
	} in6_u;
};

struct hlist_nulls_node {
	struct hlist_nulls_node **pprev;
};

struct sock_common {
	struct hlist_nulls_node skc_nulls_node;
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	unsigned long skc_flags;
};

typedef struct {
	int owned;
} socket_lock_t;

typedef struct {
	__u32 val;
} kuid_t;

struct kernfs_node {
	__u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct sock_cgroup_data {
	struct cgroup *cgroup;
};

struct socket;

struct sock {
	struct sock_common __sk_common;
	socket_lock_t sk_lock;
	__u16 sk_protocol;
	__u8 sk_shutdown;
	int sk_err;
	int sk_err_soft;
	kuid_t sk_uid;
	unsigned long sk_lingertime;
	struct socket *sk_socket;
	struct sock_cgroup_data sk_cgrp_data;
};

struct inet_sock {
	struct sock sk;
	__be16 inet_sport;
};

struct inet_connection_sock {
	struct inet_sock icsk_inet;
	__u8 icsk_retransmits;
	__u8 icsk_probes_out;
	__u32 icsk_rto;
};

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u64 bytes_received;
	__u64 bytes_acked;
	__u64 tcp_clock_cache;
	__u32 segs_in;
	__u32 rcv_nxt;
	__u32 copied_seq;
	__u32 rcv_wup;
	__u32 snd_nxt;
	__u32 snd_una;
	__u32 write_seq;
	__u32 srtt_us;
	__u32 total_retrans;
	int linger2;
	bool is_mptcp;
	__u8 repair : 1;
};

struct task_struct {
	unsigned int flags;
	struct task_struct *group_leader;
	char comm[16];
};

/* A mini socket: what TIME_WAIT, and FIN_WAIT2 of an orphan, are kept as. */
struct inet_timewait_sock {
	struct sock_common __tw_common;
	volatile unsigned char tw_substate;
	__be16 tw_sport;
};

struct tcp_timewait_sock {
	struct inet_timewait_sock tw_sk;
};

struct sk_buff {
	unsigned char *head;
	__u16 transport_header;
};

#pragma clang attribute pop

#endif
