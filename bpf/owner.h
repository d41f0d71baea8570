/* SPDX-License-Identifier: GPL-2.0 */
/* Who holds a socket: found from a file, or from a process that has just accepted it. */
#ifndef SYNFIN_OWNER_H
#define SYNFIN_OWNER_H

/* The TCP socket behind an open file, or NULL. */
static __always_inline struct sock *socket_of(struct file *file)
{
	struct socket *socket;
	struct sock *sk;

	if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	socket = BPF_CORE_READ(file, private_data);
	sk = BPF_CORE_READ(socket, sk);
	if (!sk || BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP)
		return NULL;
	return sk;
}

static __always_inline void write_holder(struct synfin_cpu *cpu, __u32 hook,
					 const struct synfin_owned *owned,
					 struct sock *sk, bool v6)
{
	struct synfin_owned *record = RESERVE(cpu, hook, synfin_owned, v6);
	__be32 *to;

	if (!record)
		return;
	*record = *owned;
	to = (void *)(record + 1);
	if (v6) {
		bpf_core_read(to, 16, &sk->__sk_common.skc_v6_rcv_saddr);
		bpf_core_read(to + 4, 16, &sk->__sk_common.skc_v6_daddr);
	} else {
		bpf_core_read(to, 4, &sk->__sk_common.skc_rcv_saddr);
		bpf_core_read(to + 1, 4, &sk->__sk_common.skc_daddr);
	}
	commit(cpu, hook, record);
}

/* Tells that a task holds a socket, which is a pointer of no proven type: read by helper only. */
static __always_inline void tell_holder(struct synfin_cpu *cpu, __u32 hook, __u8 kind,
					struct sock *sk, struct task_struct *task)
{
	struct inet_sock *inet = (void *)sk;
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);
	__u8 state = BPF_CORE_READ(sk, __sk_common.skc_state);
	struct synfin_owned owned = {};

	if (family != AF_INET && family != AF_INET6)
		return;
	if (state == TCP_CLOSE && kind == SYNFIN_FOUND)
		return;
	owned.head.netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	if ((config.only_netns && owned.head.netns != config.only_netns) ||
	    (config.only_family && family != config.only_family))
		return;
	owned.head.sk = (__u64)sk;
	owned.head.at = bpf_ktime_get_ns();
	owned.head.kind = kind;
	owned.head.old_state = state;
	owned.head.new_state = state;
	if (family == AF_INET6)
		owned.head.flags |= SYNFIN_IPV6;
	if (BPF_CORE_READ(sk, sk_socket))
		owned.head.flags |= SYNFIN_HAS_SOCKET;
	owned.head.local_port = bpf_ntohs(BPF_CORE_READ(inet, inet_sport));
	owned.head.remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	owned.uid = BPF_CORE_READ(sk, sk_uid.val);
	if (bpf_core_field_exists(sk->sk_cgrp_data.cgroup))
		owned.cgroup = BPF_CORE_READ(sk, sk_cgrp_data.cgroup, kn, id);
	owned.task.pid = BPF_CORE_READ(task, tgid);
	BPF_CORE_READ_INTO(&owned.task.comm, task, group_leader, comm);
	if (family == AF_INET6)
		write_holder(cpu, hook, &owned, sk, true);
	else
		write_holder(cpu, hook, &owned, sk, false);
}

/* A socket that the current task has just taken for its own. Kernel threads are nobody's process. */
static __always_inline void tell_taken(struct sock *sk, __u8 kind)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct synfin_cpu *cpu = this_cpu();

	if (cpu && !(BPF_CORE_READ(task, flags) & PF_KTHREAD))
		tell_holder(cpu, SYNFIN_HOOK_ACCEPT, kind, sk, task);
}

/* The file that a descriptor of the current task leads to. */
static __always_inline void tell_descriptor(__s64 descriptor)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd);
	struct file *file = NULL;
	struct sock *sk;

	if (descriptor < 0 || descriptor >= BPF_CORE_READ(table, max_fds))
		return;
	bpf_probe_read_kernel(&file, sizeof(file), files + descriptor);
	sk = file ? socket_of(file) : NULL;
	if (sk)
		tell_taken(sk, SYNFIN_ACCEPT);
}

#endif
