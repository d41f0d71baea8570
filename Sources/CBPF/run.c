// SPDX-License-Identifier: Apache-2.0
#include "CBPF.h"

#include <errno.h>
#include <sched.h>
#include <unistd.h>

int cbpf_run(int program, unsigned long long argument)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &argument,
		    .ctx_size_in = sizeof(argument));

	return bpf_prog_test_run_opts(program, &options) == 0 ? 0 : -errno;
}

int cbpf_enter_network(int namespace)
{
	return setns(namespace, CLONE_NEWNET) == 0 ? 0 : -errno;
}
