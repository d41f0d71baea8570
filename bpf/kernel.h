/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The slices of the kernel's types that the programs read, each field found by CO-RE relocation on
 * the running kernel, so that order and neighbours here mean nothing. In place of a vmlinux.h: all
 * that synfin depends on in the kernel is on this page.
 */
#ifndef SYNFIN_KERNEL_H
#define SYNFIN_KERNEL_H

#include "abi.h"

/* The helpers of the running kernel: an enum of its BTF, asked whether it has a member. */
enum bpf_func_id {
	BPF_FUNC_get_current_task_btf = 158,
};

/* include/net/sock.h, enum sock_flags. */
enum {
	SOCK_DEAD = 0,
	SOCK_DONE = 1,
	SOCK_LINGER = 4,
};

/* include/uapi/linux/stat.h */
enum {
	S_IFMT = 0170000,
	S_IFSOCK = 0140000,
};

/* include/uapi/linux/io_uring.h */
enum {
	IORING_OP_ACCEPT = 13,
	IORING_CQE_F_BUFFER = 1,
	IORING_CQE_F_MORE = 2,
};

/* include/linux/sched.h */
enum {
	PF_EXITING = 0x4,
	PF_SIGNALED = 0x400,
	PF_KTHREAD = 0x200000,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	atomic_t refs;
} refcount_t;

struct ns_common {
	unsigned int inum;
	refcount_t __ns_ref;
};

struct local_ports {
	__u32 range;
};

struct inet_timewait_death_row {
	refcount_t tw_refcount;
	int sysctl_max_tw_buckets;
};

struct netns_ipv4 {
	struct inet_timewait_death_row tcp_death_row;
	struct local_ports ip_local_ports;
	int sysctl_tcp_fin_timeout;
};

struct net {
	struct ns_common ns;
	__u64 net_cookie;
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
	__u32 segs_out;
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

struct socket {
	struct sock *sk;
};

struct inode {
	unsigned short i_mode;
};

struct file {
	struct inode *f_inode;
	void *private_data;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct nsproxy {
	struct net *net_ns;
};

struct task_struct {
	unsigned int flags;
	int tgid;
	struct task_struct *group_leader;
	struct files_struct *files;
	struct nsproxy *nsproxy;
	char comm[16];
};

/* A mini socket: what TIME_WAIT, and FIN_WAIT2 of an orphan, are kept as. */
struct timer_list {
	unsigned long expires;
};

struct inet_timewait_sock {
	struct sock_common __tw_common;
	volatile unsigned char tw_substate;
	__be16 tw_sport;
	struct timer_list tw_timer;
};

struct tcp_timewait_sock {
	struct inet_timewait_sock tw_sk;
};

struct sk_buff {
	unsigned char *head;
	__u16 transport_header;
};

struct bpf_iter_meta;

struct bpf_iter__tcp {
	struct bpf_iter_meta *meta;
	struct sock_common *sk_common;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	struct file *file;
};

struct io_ring_ctx;

struct io_kiocb {
	__u8 opcode;
};

struct io_uring_cqe {
	__s32 res;
	__u32 flags;
};

struct bpf_raw_tracepoint_args {
	__u64 args[0];
};

#pragma clang attribute pop

#endif
