// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int clinux_fresh_netns(void) {
  if (unshare(CLONE_NEWNET) < 0)
    return -1;
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -1;
  struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
  int result = ioctl(fd, SIOCSIFFLAGS, &loopback);
  close(fd);
  return result;
}

int clinux_own_descriptors(void) {
  return unshare(CLONE_FILES);
}

int clinux_pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  return sched_setaffinity(0, sizeof set, &set);
}

void clinux_null_call(void) {
  syscall(SYS_getppid);
}

int clinux_accept4(int listener) {
  return accept4(listener, NULL, NULL, 0);
}

int clinux_cpu(int index) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) < 0)
    return -1;
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
    if (CPU_ISSET(cpu, &set) && index-- == 0)
      return cpu;
  errno = ENOENT;
  return -1;
}

int clinux_stop_descriptor(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
    return -1;
  return signalfd(-1, &set, SFD_CLOEXEC);
}

int clinux_pidfd(pid_t pid) {
  return (int)syscall(SYS_pidfd_open, pid, 0);
}

int clinux_bpf_stats(void) {
  union bpf_attr attr;
  memset(&attr, 0, sizeof attr);
  attr.enable_stats.type = BPF_STATS_RUN_TIME;
  return (int)syscall(SYS_bpf, BPF_ENABLE_STATS, &attr, sizeof attr);
}
