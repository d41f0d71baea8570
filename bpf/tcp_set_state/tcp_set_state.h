/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tcp:tcp_set_state as Linux 4.15 has it (include/trace/events/tcp.h): the same fields at the same places,
 * and the same text.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM tcp

#if !defined(SYNFIN_TCP_SET_STATE_H) || defined(TRACE_HEADER_MULTI_READ)
#define SYNFIN_TCP_SET_STATE_H

#include <linux/tracepoint.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/tcp_states.h>

#ifndef show_tcp_state
#define show_tcp_state(state)				\
	__print_symbolic(state,				\
		{ TCP_ESTABLISHED, "TCP_ESTABLISHED" },	\
		{ TCP_SYN_SENT, "TCP_SYN_SENT" },	\
		{ TCP_SYN_RECV, "TCP_SYN_RECV" },	\
		{ TCP_FIN_WAIT1, "TCP_FIN_WAIT1" },	\
		{ TCP_FIN_WAIT2, "TCP_FIN_WAIT2" },	\
		{ TCP_TIME_WAIT, "TCP_TIME_WAIT" },	\
		{ TCP_CLOSE, "TCP_CLOSE" },		\
		{ TCP_CLOSE_WAIT, "TCP_CLOSE_WAIT" },	\
		{ TCP_LAST_ACK, "TCP_LAST_ACK" },	\
		{ TCP_LISTEN, "TCP_LISTEN" },		\
		{ TCP_CLOSING, "TCP_CLOSING" },		\
		{ TCP_NEW_SYN_RECV, "TCP_NEW_SYN_RECV" })
#endif

TRACE_EVENT(tcp_set_state,

	TP_PROTO(const struct sock *sk, const int oldstate, const int newstate),

	TP_ARGS(sk, oldstate, newstate),

	TP_STRUCT__entry(
		__field(const void *, skaddr)
		__field(int, oldstate)
		__field(int, newstate)
		__field(__u16, sport)
		__field(__u16, dport)
		__array(__u8, saddr, 4)
		__array(__u8, daddr, 4)
		__array(__u8, saddr_v6, 16)
		__array(__u8, daddr_v6, 16)
	),

	TP_fast_assign(
		const struct inet_sock *inet = inet_sk(sk);
		struct in6_addr saddr, daddr;

		__entry->skaddr = sk;
		__entry->oldstate = oldstate;
		__entry->newstate = newstate;
		__entry->sport = ntohs(inet->inet_sport);
		__entry->dport = ntohs(inet->inet_dport);
		memcpy(__entry->saddr, &inet->inet_saddr, 4);
		memcpy(__entry->daddr, &inet->inet_daddr, 4);
		if (sk->sk_family == AF_INET6) {
			saddr = sk->sk_v6_rcv_saddr;
			daddr = sk->sk_v6_daddr;
		} else {
			ipv6_addr_set_v4mapped(inet->inet_saddr, &saddr);
			ipv6_addr_set_v4mapped(inet->inet_daddr, &daddr);
		}
		memcpy(__entry->saddr_v6, &saddr, 16);
		memcpy(__entry->daddr_v6, &daddr, 16);
	),

	TP_printk("sport=%hu dport=%hu saddr=%pI4 daddr=%pI4 saddrv6=%pI6c daddrv6=%pI6c oldstate=%s newstate=%s",
		  __entry->sport, __entry->dport, __entry->saddr, __entry->daddr, __entry->saddr_v6,
		  __entry->daddr_v6, show_tcp_state(__entry->oldstate), show_tcp_state(__entry->newstate))
);

#endif

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE tcp_set_state
#include <trace/define_trace.h>
