/* SPDX-License-Identifier: GPL-2.0 */
/* A reset on its way, in or out, to one record. */
#ifndef SYNFIN_RESET_H
#define SYNFIN_RESET_H

static __always_inline void tell_reset(const struct sock *sk, __u8 kind, __u32 hook, __u16 flags)
{
	struct synfin_cpu *cpu = this_cpu();
	struct synfin_head *head;

	/* What is not asked for has no other records, and may be where another's socket was before. */
	if (!IS_ASKED_FOR(READ(sk, __sk_common.skc_net.net, ns.inum),
			  READ(sk, __sk_common.skc_family)))
		return;
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
	head->old_state = READ(sk, __sk_common.skc_state);
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
static __always_inline void tell_reset_received(const struct sock *sk)
{
	tell_reset(sk, SYNFIN_RESET_RECEIVED, SYNFIN_HOOK_RESET_RECEIVED, 0);
}

/*
 * A RST goes out: after X>CLOSE in close(), before it in tcp_abort() and keepalive. Resets without
 * a connection's socket (none, a request's listener, a mini socket) concern no connection here.
 */
static __always_inline void tell_reset_sent(const struct sock *sk, const struct sk_buff *skb)
{
	__u8 state;

	if (!sk)
		return;
	state = READ(sk, __sk_common.skc_state);
	if (state == TCP_TIME_WAIT || state == TCP_NEW_SYN_RECV || state == TCP_LISTEN)
		return;
	tell_reset(sk, SYNFIN_RESET_SENT, SYNFIN_HOOK_RESET_SENT, skb ? SYNFIN_ANSWER : 0);
}

#endif
