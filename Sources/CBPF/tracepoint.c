// SPDX-License-Identifier: Apache-2.0
#include "CBPF.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* tracefs where it is mounted, or else a mount of it that has no place and goes with its descriptor. */
static int open_tracefs(void)
{
	int context, mount, folder = open("/sys/kernel/tracing/events", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (folder >= 0)
		return folder;
	context = (int)syscall(__NR_fsopen, "tracefs", FSOPEN_CLOEXEC);
	if (context < 0) {
		/* Before 5.2 there is no such mount; where debugfs is, tracefs is mounted by looking. */
		folder = errno;
		context = open("/sys/kernel/debug/tracing/events", O_PATH | O_DIRECTORY | O_CLOEXEC);
		return context < 0 ? -folder : context;
	}
	if (syscall(__NR_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0) {
		folder = -errno;
		close(context);
		return folder;
	}
	mount = (int)syscall(__NR_fsmount, context, FSMOUNT_CLOEXEC, 0);
	folder = mount < 0 ? -errno : openat(mount, "events", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (mount >= 0 && folder < 0)
		folder = -errno;
	close(context);
	if (mount >= 0)
		close(mount);
	return folder;
}

long cbpf_read_tracepoint(const char *event, const char *name, char *text, size_t size)
{
	char path[128];
	int file, folder = open_tracefs();
	ssize_t length, used = 0;

	if (folder < 0)
		return folder;
	snprintf(path, sizeof(path), "%s/%s", event, name);
	file = openat(folder, path, O_RDONLY | O_CLOEXEC);
	length = file < 0 ? -1 : 0;
	while (file >= 0 && (size_t)used < size &&
	       (length = read(file, text + used, size - (size_t)used)) > 0)
		used += length;
	if (length < 0)
		used = -errno;
	if (file >= 0)
		close(file);
	close(folder);
	return used;
}

int cbpf_tracepoint_id(const char *event)
{
	char text[32] = { 0 };
	long length = cbpf_read_tracepoint(event, "id", text, sizeof(text) - 1);

	if (length == 0)
		return -ENODATA;
	return length > 0 ? atoi(text) : (int)length;
}

int cbpf_open_output(int cpu, uint32_t wake_at)
{
	struct perf_event_attr attributes = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.size = sizeof(attributes),
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = 1,
		.watermark = 1,
		.wakeup_watermark = wake_at,
	};
	int opened = (int)syscall(__NR_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);

	return opened < 0 ? -errno : opened;
}

/* The program is the tracepoint's, so one event on one CPU stands for all of them. */
static int open_event(int id)
{
	struct perf_event_attr attributes = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attributes),
		.config = (unsigned long long)id,
	};
	int opened = (int)syscall(__NR_perf_event_open, &attributes, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);

	return opened < 0 ? -errno : opened;
}

int cbpf_probe_tracepoint(const char *event, bool *is_known)
{
	int id = cbpf_tracepoint_id(event), opened;

	*is_known = id >= 0;
	opened = id < 0 ? id : open_event(id);
	if (opened >= 0)
		close(opened);
	return opened < 0 ? opened : 0;
}

struct bpf_link *cbpf_attach_tracepoint(const struct bpf_program *program, const char *event)
{
	struct bpf_link *link;
	int id = cbpf_tracepoint_id(event), opened = id < 0 ? id : open_event(id);

	if (opened < 0) {
		errno = -opened;
		return NULL;
	}
	link = bpf_program__attach_perf_event(program, opened);
	if (!link)
		close(opened);
	return link;
}
