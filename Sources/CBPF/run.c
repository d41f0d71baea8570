// SPDX-License-Identifier: Apache-2.0
#include "CBPF.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
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

int cbpf_new_network(void)
{
	return unshare(CLONE_NEWNET) == 0 ? 0 : -errno;
}

int cbpf_open_cgroup(int mount, unsigned long long id)
{
	/* FILEID_KERNFS (include/linux/exportfs.h): the number alone is the handle. */
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof(id)];
	} name = { .handle = { .handle_bytes = sizeof(id), .handle_type = 0xfe } };
	int opened;

	memcpy(name.handle.f_handle, &id, sizeof(id));
	opened = open_by_handle_at(mount, &name.handle, O_PATH | O_CLOEXEC);
	return opened < 0 ? -errno : opened;
}
