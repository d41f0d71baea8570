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
	if (!IS_ASKED_FOR(owned.head.netns, family))
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

#ifndef SYNFIN_BY_HELPER
/*
 * The same where a pointer can be given its type (6.2): its fields are then loaded, and not read by a
 * helper each, which takes half the time.
 *
 * Not declared __ksym: where the kernel has no such function, libbpf looks for it in the types of all modules,
 * and from 5.11 on that takes CAP_SYS_ADMIN, whichever programs are to be loaded.
 */
static void *(*const bpf_rdonly_cast)(const void *obj, __u32 type) = (void *)SYNFIN_CAST;

#define TYPED(pointer, type) ((type *)bpf_rdonly_cast(pointer, bpf_core_type_id_kernel(type)))

static __always_inline void write_accept(struct synfin_cpu *cpu, const struct synfin_owned *owned,
					 const struct sock *sk, bool v6)
{
	struct synfin_owned *record = RESERVE(cpu, SYNFIN_HOOK_ACCEPT, synfin_owned, v6);

	if (!record)
		return;
	*record = *owned;
	write_addresses(&sk->__sk_common, record + 1, v6);
	commit(cpu, SYNFIN_HOOK_ACCEPT, record);
}

static __always_inline void tell_accept(const struct sock *sk, struct task_struct *task)
{
	const struct inet_sock *inet = TYPED(sk, struct inet_sock);
	__u16 family = sk->__sk_common.skc_family;
	struct synfin_cpu *cpu = this_cpu();
	struct task_struct *leader;
	struct synfin_owned owned = {
		.head = {
			.sk = (__u64)sk,
			.at = bpf_ktime_get_ns(),
			.kind = SYNFIN_ACCEPT,
			.old_state = sk->__sk_common.skc_state,
			.new_state = sk->__sk_common.skc_state,
			.netns = sk->__sk_common.skc_net.net->ns.inum,
			.local_port = bpf_ntohs(inet->inet_sport),
			.remote_port = bpf_ntohs(sk->__sk_common.skc_dport),
			.flags = (family == AF_INET6 ? SYNFIN_IPV6 : 0) | SYNFIN_HAS_SOCKET,
		},
		.cgroup = cgroup_of(sk),
		.uid = sk->sk_uid.val,
	};

	if (!cpu || (family != AF_INET && family != AF_INET6) ||
	    !IS_ASKED_FOR(owned.head.netns, family))
		return;
	owned.task.pid = bpf_get_current_pid_tgid() >> 32;
	leader = task->group_leader;
	bpf_probe_read_kernel(&owned.task.comm, sizeof(owned.task.comm), &leader->comm);
	if (family == AF_INET6)
		write_accept(cpu, &owned, sk, true);
	else
		write_accept(cpu, &owned, sk, false);
}

/* A descriptor that accept() has just returned to the current task. */
static __always_inline void tell_accepted(__s64 descriptor)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct files_struct *open = task->files;
	struct fdtable *table;
	struct socket *socket;
	struct file *file = NULL;
	struct sock *sk;

	if (descriptor < 0 || !open || task->flags & PF_KTHREAD)
		return;
	table = open->fdt;
	if (descriptor >= table->max_fds)
		return;
	bpf_probe_read_kernel(&file, sizeof(file), table->fd + descriptor);
	if (!file)
		return;
	file = TYPED(file, struct file);
	if ((file->f_inode->i_mode & S_IFMT) != S_IFSOCK)
		return;
	socket = TYPED(file->private_data, struct socket);
	sk = socket->sk;
	if (sk && sk->sk_protocol == IPPROTO_TCP)
		tell_accept(sk, task);
}
#endif

#endif
