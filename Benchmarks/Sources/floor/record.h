// SPDX-License-Identifier: Apache-2.0
/* What the floor sends for each state change: one cache line. */
#ifndef FLOOR_RECORD_H
#define FLOOR_RECORD_H

struct record {
  __u64 at_ns; /* CLOCK_MONOTONIC */
  __u64 sk;    /* address of the socket, as an identity only */
  __u32 netns; /* inode of its network namespace */
  __u32 pid;   /* of the current task, whoever that is */
  __u16 from, to;
  __u16 family;
  __u16 local_port;  /* host order */
  __u16 remote_port; /* network order */
  __u16 unused;
  __u32 local, remote; /* IPv4, network order */
  __u32 rest[5];       /* zero: brings the record to the size that a useful one has */
};

_Static_assert(sizeof(struct record) == 64, "the floor is defined for 64 bytes");

#endif
