// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Libbpf's classic tracepoints read their number from tracefs. A mount namespace of the child's own
   keeps the host as it was. */
static void mount_tracefs(void) {
  if (access("/sys/kernel/tracing/events", F_OK) == 0 || unshare(CLONE_NEWNS) < 0)
    return;
  if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
    mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
}

/* Does not return. */
static void become(const char *path, char *const *argv, const struct clinux_child *child,
                   pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(127); /* the parent died before the line above */
  setsid();
  for (int number = 1; number < NSIG; number++)
    signal(number, SIG_DFL); /* a background shell leaves SIGINT ignored, which exec keeps */
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (child->netns >= 0 && setns(child->netns, CLONE_NEWNET) < 0)
    _exit(127);
  if (child->wants_tracefs)
    mount_tracefs();
  if (dup2(child->in, 0) < 0 || dup2(child->out, 1) < 0 || dup2(child->err, 2) < 0)
    _exit(127);
  execv(path, argv);
  _exit(127);
}

pid_t clinux_spawn(const char *path, char *const *argv, const struct clinux_child *child) {
  pid_t parent = getpid();
  pid_t pid = fork();
  if (pid == 0)
    become(path, argv, child, parent);
  return pid;
}
