// SPDX-License-Identifier: Apache-2.0
/* floor OBJECT: the user side of the leanest tracer. Counts records until SIGINT, then prints one
   line of JSON: records counted, records dropped, and runs that the kernel's recursion guard
   skipped. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static volatile sig_atomic_t stop;

static void on_signal(int number) {
  (void)number;
  stop = 1;
}

static int count_record(void *context, void *data, size_t size) {
  (void)data;
  (void)size;
  ++*(unsigned long long *)context;
  return 0;
}

static void fail(const char *what) {
  fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
  exit(1);
}

/* A counter that each CPU keeps for itself, added up. */
static unsigned long long sum_over_cpus(int map) {
  int cpus = libbpf_num_possible_cpus();
  unsigned long long sum = 0, *values = calloc(cpus, sizeof *values);
  __u32 zero = 0;
  if (!values || bpf_map_lookup_elem(map, &zero, values))
    fail("dropped");
  for (int cpu = 0; cpu < cpus; cpu++)
    sum += values[cpu];
  free(values);
  return sum;
}

static unsigned long long skipped_runs(int program) {
  struct bpf_prog_info info = {0};
  __u32 size = sizeof info;
  if (bpf_obj_get_info_by_fd(program, &info, &size))
    fail("program info");
  return info.recursion_misses;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: floor OBJECT\n");
    return 64;
  }
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);

  struct bpf_object *object = bpf_object__open_file(argv[1], NULL);
  if (!object || bpf_object__load(object))
    fail(argv[1]);
  struct bpf_program *program = bpf_object__find_program_by_name(object, "on_state");
  unsigned long long events = 0;
  struct ring_buffer *ring = ring_buffer__new(bpf_object__find_map_fd_by_name(object, "ring"),
                                              count_record, &events, NULL);
  if (!ring)
    fail("ring");
  struct bpf_link *link = bpf_program__attach(program);
  if (!link)
    fail("attach");

  /* Without real time, a busy host can keep the drain waiting for longer than the ring holds. */
  struct sched_param priority = {.sched_priority = 1};
  int real_time = sched_setscheduler(0, SCHED_RR, &priority) == 0;
  fprintf(stderr, "floor: attached\n");

  const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};
  while (!stop) {
    nanosleep(&pause, NULL);
    ring_buffer__consume(ring);
  }
  bpf_link__destroy(link);
  ring_buffer__consume(ring);
  printf("{\"events\":%llu,\"dropped\":%llu,\"recursion_misses\":%llu,\"real_time\":%d}\n", events,
         sum_over_cpus(bpf_object__find_map_fd_by_name(object, "dropped")),
         skipped_runs(bpf_program__fd(program)), real_time);
  ring_buffer__free(ring);
  bpf_object__close(object);
  return 0;
}
