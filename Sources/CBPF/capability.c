// SPDX-License-Identifier: Apache-2.0
#include "CBPF.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int cbpf_keep_capabilities(uint64_t kept, uint64_t *held)
{
	struct __user_cap_header_struct self = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

	/* The bounding set first, for that takes CAP_SETPCAP; who has not got it keeps a bound on nothing. */
	for (int each = 0; prctl(PR_CAPBSET_READ, each, 0, 0, 0) >= 0; each++)
		if (prctl(PR_CAPBSET_DROP, each, 0, 0, 0) != 0 && errno != EPERM)
			return -errno;
	/* EINVAL: no ambient set before Linux 4.3. */
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 && errno != EINVAL)
		return -errno;
	if (syscall(SYS_capget, &self, sets) != 0)
		return -errno;
	*held = 0;
	for (int word = 0; word < _LINUX_CAPABILITY_U32S_3; word++) {
		sets[word].permitted &= (uint32_t)(kept >> 32 * word);
		sets[word].effective &= sets[word].permitted;
		sets[word].inheritable = 0;
		*held |= (uint64_t)sets[word].effective << 32 * word;
	}
	if (syscall(SYS_capset, &self, sets) != 0)
		return -errno;
	/* No setuid program, no file's capabilities: what is gone cannot come back by execve either. */
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : -errno;
}
