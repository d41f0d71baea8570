// SPDX-License-Identifier: GPL-2.0
/*
 * The programs: one SEC() a hook, and glue only. For kernels with BTF, from 5.10 on.
 * The place for older kernels is an object of its own beside this one: a single CO-RE relocation
 * would make libbpf refuse it where there is no BTF.
 */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>
#include "../Sources/CBPF/include/record.h"
#include "access.h"
#include "maps.h"
#include "write.h"
#include "transition.h"
#include "instances.h"
#include "reset.h"
#include "mini.h"
#include "owner.h"
#include "netns.h"
#include "scan.h"

char LICENSE[] SEC("license") = "GPL";

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(synfin_state, const struct sock *sk, int old_state, int new_state)
{
	tell_first(sk, old_state, new_state);
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(synfin_again, const struct sock *sk, int old_state, int new_state)
{
	tell_again(sk, old_state, new_state);
	return 0;
}

SEC("tp_btf/tcp_receive_reset")
int BPF_PROG(synfin_rst_in, const struct sock *sk)
{
	tell_reset_received(sk);
	return 0;
}

SEC("tp_btf/tcp_send_reset")
int BPF_PROG(synfin_rst_out, const struct sock *sk, const struct sk_buff *skb)
{
	tell_reset_sent(sk, skb);
	return 0;
}

/*
 * What becomes of an orphan in FIN_WAIT2, whose mini socket no transition names any more: each segment
 * that reaches a mini socket is freed here, with the mini socket as the one that received it (6.11).
 * The first test lets nearly every other packet of the host go.
 */
SEC("tp_btf/kfree_skb")
int BPF_PROG(synfin_mini_rx, struct sk_buff *skb, void *location, int reason, const struct sock *rx_sk)
{
	const struct tcp_timewait_sock *tw;
	struct synfin_cpu *cpu;

	if (!rx_sk || rx_sk->__sk_common.skc_state != TCP_TIME_WAIT)
		return 0;
	tw = bpf_skc_to_tcp_timewait_sock((void *)rx_sk);
	cpu = this_cpu();
	if (tw && cpu)
		tell_mini(cpu, tw, skb);
	return 0;
}

/* What inet_csk_accept() returns, whose arguments changed in 6.10: the place behind them differs. */
static __always_inline int accepted(__u64 returned)
{
	struct sock *sk = (void *)returned;

	if (sk && BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP)
		tell_taken(sk, SYNFIN_ACCEPT);
	return 0;
}

/* Who accepts, however it does: at no cost to anything else, where trampolines are allowed. */
SEC("fexit/inet_csk_accept")
int synfin_accept(__u64 *ctx)
{
	return accepted(ctx[2]);
}

/* The same before 6.10. */
SEC("fexit/inet_csk_accept")
int synfin_accept_old(__u64 *ctx)
{
	return accepted(ctx[4]);
}

/* events/syscalls/sys_exit_accept/format in tracefs: fixed since the system calls have events. */
struct sys_exit {
	__u64 common;
	__s64 number;
	__s64 result;
};

/* Who accepts, where trampolines are refused: every system call of the host pays for it. */
SEC("tracepoint/syscalls/sys_exit_accept4")
int synfin_accept_exit(struct sys_exit *ctx)
{
	tell_accepted(ctx->result);
	return 0;
}

/* The same before 6.2. */
SEC("tracepoint/syscalls/sys_exit_accept4")
int synfin_accept_exit_old(struct sys_exit *ctx)
{
	tell_descriptor(ctx->result);
	return 0;
}

/*
 * Beside it, io_uring's accept. A request that goes on (multishot) completes without itself: then
 * anything that is no buffer's length is tried, for it is told only if it is a TCP socket of this task.
 */
SEC("tp_btf/io_uring_complete")
int BPF_PROG(synfin_accept_ring, struct io_ring_ctx *ring_ctx, void *req, struct io_uring_cqe *cqe)
{
	struct io_kiocb *request = req;

	if (cqe->res < 0)
		return 0;
	if (request) {
		if (BPF_CORE_READ(request, opcode) != IORING_OP_ACCEPT)
			return 0;
	} else if ((cqe->flags & (IORING_CQE_F_MORE | IORING_CQE_F_BUFFER)) != IORING_CQE_F_MORE) {
		return 0;
	}
	tell_descriptor(cqe->res);
	return 0;
}

/* Who reads first, where nobody tells who accepts. */
SEC("tp_btf/tcp_rcv_space_adjust")
int BPF_PROG(synfin_read, struct sock *sk)
{
	if (bpf_sk_storage_get(&readers, sk, NULL, 0))
		return 0;
	bpf_sk_storage_get(&readers, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (sk->sk_protocol == IPPROTO_TCP && sk->sk_lock.owned)
		tell_taken(sk, SYNFIN_READ);
	return 0;
}

/*
 * All TCP sockets of the namespace in which the iterator was made: connections, listeners, and mini
 * sockets. Requests are no connections yet.
 */
SEC("iter/tcp")
int synfin_scan_sockets(struct bpf_iter__tcp *ctx)
{
	struct sock_common *common = ctx->sk_common;
	const struct tcp_timewait_sock *tw;
	const struct tcp_sock *tp;
	struct synfin_cpu *cpu;

	if (must_pause())
		return 1;
	cpu = this_cpu();
	if (!cpu)
		return 0;
	if (!common) {
		tell_scanned(cpu);
		return 0;
	}
	tp = bpf_skc_to_tcp_sock(common);
	if (tp) {
		tell_found(cpu, tp);
		return 0;
	}
	tw = bpf_skc_to_tcp_timewait_sock(common);
	if (tw)
		tell_mini(cpu, tw, NULL);
	return 0;
}

/* All open files of all tasks: which process holds which TCP socket, in every network namespace. */
SEC("iter/task_file")
int synfin_scan_files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct synfin_cpu *cpu;
	struct sock *sk;

	if (!task || !file)
		return 0;
	if (must_pause())
		return 1;
	cpu = this_cpu();
	sk = socket_of(file);
	if (cpu && sk)
		tell_holder(cpu, SYNFIN_HOOK_SCAN, SYNFIN_FOUND, sk, task);
	return 0;
}

/* Not attached: user space runs it, and asks with it after one namespace. */
SEC("raw_tp/sys_enter")
int synfin_netns(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 zero = 0;
	struct synfin_netns *to = bpf_map_lookup_elem(&netns, &zero);
	struct net *net = (void *)ctx->args[0];

	if (to)
		read_netns(net, to);
	return 0;
}
