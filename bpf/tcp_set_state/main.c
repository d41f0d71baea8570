// SPDX-License-Identifier: GPL-2.0
/*
 * For tests: the tracepoint that Linux 4.15 has, on a kernel that has its successor. Here and in C because it
 * runs in the kernel; synfin does not need it.
 */
#include <linux/module.h>
#include <linux/tracepoint.h>
#include <net/sock.h>

#define CREATE_TRACE_POINTS
#include "tcp_set_state.h"

static struct tracepoint *source;

static void on_set_state(void *data, const struct sock *sk, const int oldstate, const int newstate)
{
	if (sk->sk_protocol != IPPROTO_TCP)
		return;
	/* inet_csk_listen_start() and inet_csk_clone_lock() of 4.15 store the state without tcp_set_state(). */
	if (newstate == TCP_LISTEN || (oldstate == TCP_LISTEN && newstate == TCP_SYN_RECV))
		return;
	trace_tcp_set_state(sk, oldstate, newstate);
}

static void find(struct tracepoint *tp, void *data)
{
	if (!strcmp(tp->name, "inet_sock_set_state"))
		source = tp;
}

static int __init begin(void)
{
	/* The tracepoint is not exported. */
	for_each_kernel_tracepoint(find, NULL);
	if (!source)
		return -ENOENT;
	return tracepoint_probe_register(source, on_set_state, NULL);
}

static void __exit end(void)
{
	tracepoint_probe_unregister(source, on_set_state, NULL);
	tracepoint_synchronize_unregister();
}

module_init(begin);
module_exit(end);
MODULE_DESCRIPTION("tcp:tcp_set_state with the layout of Linux 4.15");
MODULE_LICENSE("GPL");
