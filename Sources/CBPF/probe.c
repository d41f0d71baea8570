// SPDX-License-Identifier: Apache-2.0
#include "CBPF.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/*
 * With kernel.ftrace_enabled off, some kernels (6.1 and 6.12, tried) attach to a function's entry and never call
 * the program, while others refuse (5.10: register_ftrace_direct() is FTRACE_OPS_FL_PERMANENT).
 */
static bool is_ftrace_off(void)
{
	int file = open("/proc/sys/kernel/ftrace_enabled", O_RDONLY | O_CLOEXEC);
	char value = '1';

	if (file < 0)
		return false;
	if (read(file, &value, 1) != 1)
		value = '1';
	close(file);
	return value == '0';
}

int cbpf_probe_trampoline(const char *function, int *cast)
{
	/* return 0; */
	const struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int function_id, arguments, loaded, attached;
	struct btf *kernel = btf__load_vmlinux_btf();

	*cast = 0;
	if (!kernel)
		return -errno;
	*cast = btf__find_by_name_kind(kernel, "bpf_rdonly_cast", BTF_KIND_FUNC);
	if (*cast < 0)
		*cast = 0;
	if (is_ftrace_off()) {
		btf__free(kernel);
		return -EBUSY;
	}
	function_id = btf__find_by_name_kind(kernel, function, BTF_KIND_FUNC);
	if (function_id < 0) {
		btf__free(kernel);
		return function_id;
	}
	arguments = btf_vlen(btf__type_by_id(kernel, btf__type_by_id(kernel, (__u32)function_id)->type));
	btf__free(kernel);

	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_FENTRY,
		    .attach_btf_id = (__u32)function_id);
	loaded = bpf_prog_load(BPF_PROG_TYPE_TRACING, "synfin_probe", "GPL", program,
			       sizeof(program) / sizeof(program[0]), &options);
	if (loaded < 0)
		return -errno;
	attached = bpf_raw_tracepoint_open(NULL, loaded);
	if (attached < 0) {
		attached = -errno;
		close(loaded);
		return attached;
	}
	close(attached);
	close(loaded);
	return arguments;
}

int cbpf_probe_ring_buffer(void)
{
	int made = bpf_map_create(BPF_MAP_TYPE_RINGBUF, NULL, 0, 0, (__u32)getpagesize(), NULL);

	if (made < 0)
		return -errno;
	close(made);
	return 0;
}

bool cbpf_is_namespace(const char *path)
{
	struct statfs filesystem;

	return statfs(path, &filesystem) == 0 && filesystem.f_type == NSFS_MAGIC;
}

int cbpf_wait_for_programs(void)
{
	return (int)syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}
