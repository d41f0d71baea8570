// SPDX-License-Identifier: GPL-2.0
/*
 * The programs for kernels without BTF of their own, whose types are read in a file (--btf): with a ring
 * buffer, from 5.8 on. A tp_btf program is known to the kernel by its own BTF, so these are raw
 * tracepoints' programs, for which a pointer is a number, and a helper reads what is behind it.
 */
#define SYNFIN_BY_HELPER
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
#include "owner.h"
#include "netns.h"

char LICENSE[] SEC("license") = "GPL";

SEC("raw_tp/inet_sock_set_state")
int synfin_state(__u64 *ctx)
{
	tell_first((void *)ctx[0], ctx[1], ctx[2]);
	return 0;
}

SEC("raw_tp/inet_sock_set_state")
int synfin_again(__u64 *ctx)
{
	tell_again((void *)ctx[0], ctx[1], ctx[2]);
	return 0;
}

SEC("raw_tp/tcp_receive_reset")
int synfin_rst_in(__u64 *ctx)
{
	tell_reset_received((void *)ctx[0]);
	return 0;
}

SEC("raw_tp/tcp_send_reset")
int synfin_rst_out(__u64 *ctx)
{
	tell_reset_sent((void *)ctx[0], (void *)ctx[1]);
	return 0;
}

/* events/syscalls/sys_exit_accept/format in tracefs: fixed since the system calls have events. */
struct sys_exit {
	__u64 common;
	__s64 number;
	__s64 result;
};

SEC("tracepoint/syscalls/sys_exit_accept4")
int synfin_accept_exit_old(struct sys_exit *ctx)
{
	tell_descriptor(ctx->result);
	return 0;
}

/* Not attached: user space runs it, and asks with it after one namespace. */
SEC("raw_tp/sys_enter")
int synfin_netns(__u64 *ctx)
{
	__u32 zero = 0;
	struct synfin_netns *to = bpf_map_lookup_elem(&netns, &zero);

	if (to)
		read_netns((void *)ctx[0], to);
	return 0;
}
