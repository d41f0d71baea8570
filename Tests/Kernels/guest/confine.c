// SPDX-License-Identifier: Apache-2.0
/*
 * confine [OPTION=VALUE...] -- COMMAND: runs a command with less than root has.
 *   uid=N            as this user and group, without others
 *   caps=a,b|none    with these capabilities alone, and no way to others
 *   refuse=ERRNO     bpf(2) fails with this number, as by a container's filter of system calls
 *   memlock=BYTES    RLIMIT_MEMLOCK
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *const names[] = {
	"chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap",
	"linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner",
	"sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice",
	"sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap",
	"mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf",
	"checkpoint_restore",
};

static void check(int result, const char *what)
{
	if (result == 0)
		return;
	perror(what);
	exit(125);
}

static unsigned long long parse(char *list)
{
	unsigned long long set = 0;

	for (char *name = strtok(list, ","); name; name = strtok(NULL, ",")) {
		size_t each = 0;

		if (!strcmp(name, "none"))
			continue;
		while (each < sizeof(names) / sizeof(names[0]) && strcmp(names[each], name))
			each++;
		if (each == sizeof(names) / sizeof(names[0])) {
			fprintf(stderr, "no capability %s\n", name);
			exit(125);
		}
		set |= 1ULL << each;
	}
	return set;
}

static void hold(unsigned long long set)
{
	struct __user_cap_header_struct self = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[2];

	for (int word = 0; word < 2; word++) {
		sets[word].permitted = sets[word].effective = (unsigned)(set >> 32 * word);
		sets[word].inheritable = sets[word].effective;
	}
	check((int)syscall(SYS_capset, &self, sets), "capset");
	for (int each = 0; each < 64; each++)
		if (set >> each & 1)
			check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, each, 0, 0), "ambient");
}

static void bound(unsigned long long set)
{
	for (int each = 0; prctl(PR_CAPBSET_READ, each, 0, 0, 0) >= 0; each++)
		if (!(set >> each & 1))
			check(prctl(PR_CAPBSET_DROP, each, 0, 0, 0), "bounding set");
}

static void refuse(int number)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (number & SECCOMP_RET_DATA)),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { sizeof(code) / sizeof(code[0]), code };

	check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
	check(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), "seccomp");
}

int main(int count, char **words)
{
	unsigned long long set = 0;
	long uid = -1, refused = 0;
	int has_set = 0;

	while (count > 1 && strcmp(words[1], "--")) {
		char *value = strchr(words[1], '=');

		if (!value)
			return 125;
		*value++ = '\0';
		if (!strcmp(words[1], "uid")) {
			uid = atol(value);
		} else if (!strcmp(words[1], "caps")) {
			set = parse(value);
			has_set = 1;
		} else if (!strcmp(words[1], "refuse")) {
			refused = atol(value);
		} else if (!strcmp(words[1], "memlock")) {
			struct rlimit limit = { (rlim_t)atol(value), (rlim_t)atol(value) };

			check(setrlimit(RLIMIT_MEMLOCK, &limit), "memlock");
		} else {
			return 125;
		}
		words++;
		count--;
	}
	if (has_set)
		bound(set);
	if (uid >= 0) {
		check(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "keepcaps");
		check(setgroups(0, NULL), "groups");
		check(setresgid((gid_t)uid, (gid_t)uid, (gid_t)uid), "gid");
		check(setresuid((uid_t)uid, (uid_t)uid, (uid_t)uid), "uid");
	}
	if (has_set)
		hold(set);
	if (refused)
		refuse((int)refused);
	if (count < 3)
		return 125;
	execvp(words[2], words + 2);
	perror(words[2]);
	return 127;
}
