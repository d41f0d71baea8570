/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * The one contract between the BPF programs and user space: what a record in the ring buffer is.
 *
 * A record is a head, the facts of its kind, and the two addresses, local before remote: 4 bytes
 * each, or 16 each where SYNFIN_IPV6 is set. Only what user space cannot get later is carried, and
 * each kind carries only what its transition can tell, because the bytes written are what a record
 * costs the traced process. Numbers are in host order, addresses in network order.
 *
 * The names are the kernel's. "at" and "age" are nanoseconds of CLOCK_MONOTONIC
 * (bpf_ktime_get_ns), which is also the clock of tcp_sock.tcp_clock_cache.
 */
#ifndef SYNFIN_RECORD_H
#define SYNFIN_RECORD_H

#ifndef __bpf__
#include <linux/types.h>
#endif

/*
 * A call that is none of the kernel's helpers: user space puts bpf_rdonly_cast in its place, in programs that
 * are loaded where the kernel has it.
 */
enum {
	SYNFIN_CAST = 0x7ca57000,
};

/* What a record tells, and so what follows its head. */
enum synfin_kind {
	SYNFIN_OPEN_ACTIVE = 1,  /* CLOSE>SYN_SENT: struct synfin_owned */
	SYNFIN_OPEN_PASSIVE = 2, /* LISTEN>SYN_RECV: struct synfin_open_passive */
	SYNFIN_ESTABLISHED = 3,  /* any>ESTABLISHED: struct synfin_established */
	SYNFIN_STEP = 4,         /* a transition that a packet makes: struct synfin_step */
	SYNFIN_SHUT = 5,         /* a transition that close() or shutdown() makes: struct synfin_shut */
	SYNFIN_CLOSE = 6,        /* any>CLOSE: struct synfin_close */
	SYNFIN_RESET_RECEIVED = 7, /* tcp_receive_reset: a head alone, without addresses */
	SYNFIN_RESET_SENT = 8,     /* tcp_send_reset: a head alone, without addresses */
	SYNFIN_MINI = 9,           /* a segment reached a mini socket: struct synfin_mini */
	SYNFIN_LISTEN = 10, /* CLOSE>LISTEN and LISTEN>CLOSE, of a listener: struct synfin_owned */
	SYNFIN_ACCEPT = 11, /* a process has accepted this socket: struct synfin_owned */
	/* What a scan finds; a head's old_state and new_state are both the state it is in. */
	SYNFIN_FOUND = 12,      /* a socket: struct synfin_owned, with a task where one holds it */
	SYNFIN_FOUND_MINI = 13, /* a mini socket: struct synfin_mini, without a segment */
	SYNFIN_SCANNED = 14,    /* a namespace has been told whole: struct synfin_scanned */
	SYNFIN_READ = 15, /* a process has read from this socket first: struct synfin_owned */
	/*
	 * Any transition, from a tracepoint's own record alone: struct synfin_bare. Of its head, netns,
	 * shutdown and err are not told, nor any flag but these two.
	 */
	SYNFIN_BARE = 16,
};

/* synfin_head.flags. The names in capitals are the kernel's own bits. */
enum synfin_flag {
	SYNFIN_OWNED = 1 << 0,      /* sk_lock.owned: current is a task at work on this socket */
	SYNFIN_DEAD = 1 << 1,       /* SOCK_DEAD: no process holds the socket any more */
	SYNFIN_DONE = 1 << 2,       /* SOCK_DONE: the peer's FIN has been received */
	SYNFIN_HAS_SOCKET = 1 << 3, /* sk_socket is set: created by a process, or accepted */
	SYNFIN_EXITING = 1 << 4,    /* PF_EXITING: the task is exiting; with SYNFIN_OWNED only */
	SYNFIN_SIGNALED = 1 << 5,   /* PF_SIGNALED: killed by a signal; with SYNFIN_OWNED only */
	SYNFIN_KTHREAD = 1 << 6,    /* PF_KTHREAD: a kernel worker, whose pid tells nothing */
	SYNFIN_MPTCP = 1 << 7,      /* a subflow of an MPTCP connection */
	SYNFIN_LINGER0 = 1 << 8,    /* SO_LINGER is on with a time of 0: close() is to reset */
	SYNFIN_LINGER2 = 1 << 9,    /* TCP_LINGER2 is negative: FIN_WAIT2 is not to be kept */
	SYNFIN_REPAIR = 1 << 10,    /* TCP_REPAIR is on: the socket is being moved elsewhere */
	SYNFIN_IPV6 = 1 << 11,      /* the family is AF_INET6, v4-mapped or not */
	SYNFIN_ANSWER = 1 << 12,    /* tcp_send_reset answers a segment; else we decided to reset */
	SYNFIN_SECOND = 1 << 13,    /* told by the second instance, where the guard skipped the first */
	SYNFIN_GONE = 1 << 14,      /* the mini socket is no longer in the hash: it was ended */
	SYNFIN_NO_FAMILY = 1 << 14, /* of SYNFIN_BARE: IPv4 addresses, and the socket may be an IPv6 one */
	SYNFIN_TW_FULL = 1 << 15,   /* tcp_max_tw_buckets is reached: a mini socket may not have been made */
};

struct synfin_head {
	__u64 sk;  /* address of the struct sock: a key from open to CLOSE, reused afterwards */
	__u64 at;
	__u8 kind; /* enum synfin_kind */
	__u8 old_state;
	__u8 new_state;
	__u8 shutdown; /* sk_shutdown: 1 receive, 2 send */
	__u16 flags;   /* enum synfin_flag */
	__u16 err;     /* sk_err */
	__u32 netns;   /* inode number of the network namespace */
	__u16 local_port;
	__u16 remote_port;
};

#define SYNFIN_COMM_LEN 16 /* TASK_COMM_LEN */

/* The task at work on the socket. pid is 0 where no task is (SYNFIN_OWNED is clear, or a kthread). */
struct synfin_task {
	__u32 pid; /* tgid, in the initial PID namespace */
	char comm[SYNFIN_COMM_LEN]; /* of the thread group's leader */
};

/* A socket and a task that it belongs to. */
struct synfin_owned {
	struct synfin_head head;
	__u64 cgroup; /* id of the socket's cgroup v2, or 0 */
	__u32 uid;
	struct synfin_task task;
};

struct synfin_open_passive {
	struct synfin_head head;
	__u64 cgroup;
	__u32 uid;
	__u32 reserved;
};

struct synfin_established {
	struct synfin_head head;
	__u32 srtt_us;       /* eight times the smoothed round-trip time, as the kernel keeps it */
	__u32 total_retrans; /* SYNs or SYN-ACKs retransmitted, at this moment */
	__u32 snd_una;
	__u32 rcv_nxt;
	__u32 bytes_acked;    /* low 32 bits: with snd_una, the initial sequence number */
	__u32 bytes_received; /* low 32 bits: with rcv_nxt, the peer's */
};

struct synfin_step {
	struct synfin_head head;
	__u32 age;    /* at - tcp_clock_cache; UINT32_MAX if it does not fit: a segment's own stamp */
	__u32 unsent; /* write_seq - snd_nxt */
};

struct synfin_shut {
	struct synfin_head head;
	__u32 lag; /* rcv_nxt - rcv_wup: received, and not yet acknowledged by a segment we sent */
	__u32 unsent;
	__u32 unacked; /* write_seq - snd_una */
	__u32 segs_out; /* segments sent so far, those sent again and probes included */
	__u32 total_retrans;
	struct synfin_task task;
};

struct synfin_close {
	struct synfin_head head;
	__u64 bytes_acked;
	__u64 bytes_received;
	__u32 age;
	__u32 total_retrans;
	__u32 unread;  /* rcv_nxt - copied_seq - SOCK_DONE */
	__u32 unacked; /* write_seq - snd_una */
	__u32 unsent;
	__u32 segs; /* of SYN_SENT, segs_in: 0 proves that no RST came; of any other state, segs_out */
	__u16 soft;    /* sk_err_soft */
	__u8 probes;   /* icsk_probes_out */
	__u8 retransmits; /* icsk_retransmits */
	struct synfin_task task;
	__u32 fin_time; /* tcp_fin_time(): jiffies that a mini socket in FIN_WAIT2 may live */
	__u32 uid;
	/* Where a mini socket may be left; else 0. */
	__u64 jiffies; /* now */
	__u64 net;     /* address of the struct net: a name for the namespace, which may be gone later */
};

/*
 * A segment for a timewait socket (inet_timewait_sock), after it has been worked on. head.sk is the
 * mini socket, which no transition names: its connection is found by namespace and addresses.
 */
struct synfin_mini {
	struct synfin_head head;
	__u8 substate;  /* tw_substate: TCP_FIN_WAIT2 or TCP_TIME_WAIT */
	__u8 tcp_flags; /* byte 13 of the TCP header: CWR ECE URG ACK PSH RST SYN FIN */
	__u16 reserved16;
	__u32 reserved32;
	__u64 expires; /* tw_timer.expires, in jiffies, before the timer wheel rounds it up */
	__u64 jiffies; /* now */
	__u64 net;
};

/* A scan has told all sockets of a namespace. Without addresses. */
struct synfin_scanned {
	struct synfin_head head;
	__u64 net;
};

/*
 * A transition without any fact of its socket. The task is there where a transition tells whose work it
 * is, and only once user space has seen to it that the name is the process', not the thread's.
 */
struct synfin_bare {
	struct synfin_head head;
	__u32 thread; /* whose name task.comm is; task.pid where it is the process' */
	struct synfin_task task;
};

/* What the records of a CPU are counted as, where none is counted that finds no room. */
enum synfin_due_kind {
	SYNFIN_DUE_TRANSITIONS = 0,
	SYNFIN_DUE_RESETS_RECEIVED = 1,
	SYNFIN_DUE_RESETS_SENT = 2,
	SYNFIN_DUE_OWNERS = 3,
	SYNFIN_DUE_KINDS = 4,
};

/* How many records a CPU has had to tell, modulo 2^32: before each, with itself; and in a map. */
struct synfin_due {
	__u32 records[SYNFIN_DUE_KINDS];
};

/* What a namespace says of itself, now. */
struct synfin_netns {
	__u64 net;
	__u64 cookie; /* unique since boot; 0 where the kernel has none */
	__u64 at;
	__u64 jiffies; /* at the same moment */
	__u32 inum;
	__s32 users;    /* 0: it is gone, or going */
	__s32 tw_count; /* mini sockets, TIME_WAIT and FIN_WAIT2; -1 where it cannot be read */
	__s32 tw_limit; /* net.ipv4.tcp_max_tw_buckets */
	__u16 port_low; /* net.ipv4.ip_local_port_range */
	__u16 port_high;
	__u32 reserved;
};

/* The programs, as losses are counted by. */
enum synfin_hook {
	SYNFIN_HOOK_STATE = 0,        /* inet_sock_set_state */
	SYNFIN_HOOK_STATE_SECOND = 1, /* the second instance of the same */
	SYNFIN_HOOK_RESET_RECEIVED = 2,
	SYNFIN_HOOK_RESET_SENT = 3,
	SYNFIN_HOOK_MINI = 4,
	SYNFIN_HOOK_ACCEPT = 5,
	SYNFIN_HOOK_SCAN = 6, /* loses nothing: a scan waits for room */
	SYNFIN_HOOKS = 7,
};

/*
 * What the programs keep, one a CPU. A program does not nest in itself on one CPU where the kernel
 * guards tp_btf programs against recursion (6.1 does), so a counter that one program alone writes is
 * exact without atomics.
 */
struct synfin_cpu {
	__u64 noted_sk;   /* the transition the first instance has run for last */
	__u64 noted_edge;
	__u64 caught;     /* transitions the second instance ran for that the first had not noted */
	__u64 lost[SYNFIN_HOOKS];    /* records for which the ring had no room, by program */
	__u64 written[SYNFIN_HOOKS]; /* records written, by program */
};

/*
 * Set before load; what is off, the verifier drops. Only what every record knows for sure can be
 * asked in the kernel: a local port is not known at the open, nor an owner at most transitions.
 */
struct synfin_config {
	__u32 only_netns;  /* inode number; 0: all */
	__u16 only_family; /* AF_INET or AF_INET6; 0: both */
	__u16 reserved;
	__u64 wake_at; /* bytes that wait in the ring before the reader is woken */
	__u64 scan_at; /* bytes that wait in the ring before a scan pauses */
};

#define SYNFIN_OFFSET(type, field, value)                                                          \
	_Static_assert(__builtin_offsetof(struct type, field) == (value), #type "." #field)

_Static_assert(sizeof(struct synfin_head) == 32, "synfin_head");
SYNFIN_OFFSET(synfin_head, at, 8);
SYNFIN_OFFSET(synfin_head, kind, 16);
SYNFIN_OFFSET(synfin_head, shutdown, 19);
SYNFIN_OFFSET(synfin_head, flags, 20);
SYNFIN_OFFSET(synfin_head, err, 22);
SYNFIN_OFFSET(synfin_head, netns, 24);
SYNFIN_OFFSET(synfin_head, local_port, 28);
SYNFIN_OFFSET(synfin_head, remote_port, 30);
_Static_assert(sizeof(struct synfin_task) == 20, "synfin_task");
_Static_assert(sizeof(struct synfin_owned) == 64, "synfin_owned");
SYNFIN_OFFSET(synfin_owned, cgroup, 32);
SYNFIN_OFFSET(synfin_owned, uid, 40);
SYNFIN_OFFSET(synfin_owned, task, 44);
_Static_assert(sizeof(struct synfin_open_passive) == 48, "synfin_open_passive");
SYNFIN_OFFSET(synfin_open_passive, uid, 40);
_Static_assert(sizeof(struct synfin_established) == 56, "synfin_established");
SYNFIN_OFFSET(synfin_established, total_retrans, 36);
SYNFIN_OFFSET(synfin_established, bytes_received, 52);
_Static_assert(sizeof(struct synfin_step) == 40, "synfin_step");
SYNFIN_OFFSET(synfin_step, unsent, 36);
_Static_assert(sizeof(struct synfin_shut) == 72, "synfin_shut");
SYNFIN_OFFSET(synfin_shut, unsent, 36);
SYNFIN_OFFSET(synfin_shut, task, 52);
_Static_assert(sizeof(struct synfin_close) == 120, "synfin_close");
SYNFIN_OFFSET(synfin_close, bytes_received, 40);
SYNFIN_OFFSET(synfin_close, age, 48);
SYNFIN_OFFSET(synfin_close, segs, 68);
SYNFIN_OFFSET(synfin_close, soft, 72);
SYNFIN_OFFSET(synfin_close, retransmits, 75);
SYNFIN_OFFSET(synfin_close, task, 76);
SYNFIN_OFFSET(synfin_close, uid, 100);
_Static_assert(sizeof(struct synfin_mini) == 64, "synfin_mini");
SYNFIN_OFFSET(synfin_mini, tcp_flags, 33);
SYNFIN_OFFSET(synfin_mini, expires, 40);
_Static_assert(sizeof(struct synfin_scanned) == 40, "synfin_scanned");
_Static_assert(sizeof(struct synfin_bare) == 56, "synfin_bare");
SYNFIN_OFFSET(synfin_bare, task, 36);
_Static_assert(sizeof(struct synfin_due) == 16, "synfin_due");
_Static_assert(sizeof(struct synfin_netns) == 56, "synfin_netns");
_Static_assert(sizeof(struct synfin_cpu) == 136, "synfin_cpu");
_Static_assert(sizeof(struct synfin_config) == 24, "synfin_config");

#endif
