// SPDX-License-Identifier: Apache-2.0
#include "CBPF.h"
#include "record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* libbpf reads ELF structures in place, so the bytes are aligned like them. */
_Alignas(8) static const unsigned char embedded[] = {
#embed "../../bpf/synfin.bpf.o"
};

_Alignas(8) static const unsigned char raw[] = {
#embed "../../bpf/raw.bpf.o"
};

_Alignas(8) static const unsigned char legacy[] = {
#embed "../../bpf/legacy.bpf.o"
};

const void *cbpf_embedded_bytes(void)
{
	return embedded;
}

size_t cbpf_embedded_size(void)
{
	return sizeof(embedded);
}

const void *cbpf_raw_bytes(void)
{
	return raw;
}

size_t cbpf_raw_size(void)
{
	return sizeof(raw);
}

const void *cbpf_legacy_bytes(void)
{
	return legacy;
}

size_t cbpf_legacy_size(void)
{
	return sizeof(legacy);
}

struct bpf_object *cbpf_object_open(const void *bytes, size_t size, const char *types)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "synfin", .btf_custom_path = types);

	return bpf_object__open_mem(bytes, size, &options);
}

int cbpf_set_cast(struct bpf_program *program, int cast)
{
	size_t count = bpf_program__insn_cnt(program);
	struct bpf_insn *changed = malloc(count * sizeof(*changed));
	int result;

	if (!changed)
		return -ENOMEM;
	memcpy(changed, bpf_program__insns(program), count * sizeof(*changed));
	for (size_t each = 0; each < count; each++)
		if (changed[each].code == (BPF_JMP | BPF_CALL) && changed[each].imm == SYNFIN_CAST) {
			changed[each].src_reg = BPF_PSEUDO_KFUNC_CALL;
			changed[each].imm = cast;
		}
	result = bpf_program__set_insns(program, changed, count);
	free(changed);
	return result;
}

int cbpf_check_types(const char *path)
{
	struct btf *types = btf__parse(path, NULL);
	int found;

	if (!types)
		return -errno;
	found = btf__find_by_name_kind(types, "tcp_sock", BTF_KIND_STRUCT);
	btf__free(types);
	return found < 0 ? -ENOENT : 0;
}
