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
#include "maps.h"
#include "write.h"
#include "transition.h"
#include "mini.h"

char LICENSE[] SEC("license") = "GPL";

static __always_inline __u64 edge_of(int old_state, int new_state)
{
	return (__u64)old_state << 8 | (__u64)new_state;
}

/*
 * The kernel skips a program that is already running on this CPU, and an interrupt can bring
 * packets, and so transitions, while one runs. Therefore two instances: the first notes what it has
 * seen, before anything else; the second, attached after it, speaks only where the first was
 * skipped. The first is noted even for what nobody wants to hear of, so that the count of what the
 * second caught stands against the count of what the first missed.
 */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(synfin_state, const struct sock *sk, int old_state, int new_state)
{
	struct synfin_cpu *cpu = this_cpu();

	if (!cpu)
		return 0;
	cpu->noted_sk = (__u64)sk;
	cpu->noted_edge = edge_of(old_state, new_state);
	tell(cpu, SYNFIN_HOOK_STATE, sk, old_state, new_state);
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(synfin_again, const struct sock *sk, int old_state, int new_state)
{
	struct synfin_cpu *cpu = this_cpu();

	if (!cpu)
		return 0;
	if (cpu->noted_sk == (__u64)sk && cpu->noted_edge == edge_of(old_state, new_state))
		return 0;
	cpu->caught++;
	tell(cpu, SYNFIN_HOOK_STATE_SECOND, sk, old_state, new_state);
	return 0;
}

static __always_inline void tell_reset(const struct sock *sk, __u8 kind, __u32 hook, __u16 flags)
{
	struct synfin_cpu *cpu = this_cpu();
	struct synfin_head *head;

	if (!cpu)
		return;
	head = bpf_ringbuf_reserve(&ring, sizeof(*head), 0);
	if (!head) {
		cpu->lost[hook]++;
		return;
	}
	head->sk = (__u64)sk;
	head->at = bpf_ktime_get_ns();
	head->kind = kind;
	head->old_state = sk->__sk_common.skc_state;
	head->new_state = head->old_state;
	head->shutdown = 0;
	head->flags = flags;
	head->err = 0;
	head->netns = 0;
	head->local_port = 0;
	head->remote_port = 0;
	commit(cpu, hook, head);
}

/*
 * tcp_reset() ran: a RST came, or data for a socket that is closed for reading. Before the
 * transition it causes.
 */
SEC("tp_btf/tcp_receive_reset")
int BPF_PROG(synfin_rst_in, const struct sock *sk)
{
	tell_reset(sk, SYNFIN_RESET_RECEIVED, SYNFIN_HOOK_RESET_RECEIVED, 0);
	return 0;
}

/*
 * A RST goes out: after X>CLOSE in close(), before it in tcp_abort() and keepalive. Resets without
 * a connection's socket (none, a request's listener, a mini socket) concern no connection here.
 */
SEC("tp_btf/tcp_send_reset")
int BPF_PROG(synfin_rst_out, const struct sock *sk, const struct sk_buff *skb)
{
	__u8 state;

	if (!sk)
		return 0;
	state = sk->__sk_common.skc_state;
	if (state == TCP_TIME_WAIT || state == TCP_NEW_SYN_RECV || state == TCP_LISTEN)
		return 0;
	tell_reset(sk, SYNFIN_RESET_SENT, SYNFIN_HOOK_RESET_SENT, skb ? SYNFIN_ANSWER : 0);
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
