/* SPDX-License-Identifier: GPL-2.0 */
/* The two instances that tell of transitions. */
#ifndef SYNFIN_INSTANCES_H
#define SYNFIN_INSTANCES_H

static __always_inline __u64 edge_of(int old_state, int new_state)
{
	return (__u64)old_state << 8 | (__u64)new_state;
}

/*
 * The kernel skips a program that is already running on this CPU, and an interrupt can bring
 * packets, and so transitions, while one runs. Therefore two instances: the first notes what it has
 * seen, before anything else; the second, attached after it, speaks only where the first was
 * skipped. The first is noted even for what nobody wants to hear of, so that the count of what the
 * second caught stands against the count of what the first missed.
 */
static __always_inline void tell_first(const struct sock *sk, int old_state, int new_state)
{
	struct synfin_cpu *cpu = this_cpu();

	if (!cpu)
		return;
	cpu->noted_sk = (__u64)sk;
	cpu->noted_edge = edge_of(old_state, new_state);
	tell(cpu, SYNFIN_HOOK_STATE, sk, old_state, new_state);
}

static __always_inline void tell_again(const struct sock *sk, int old_state, int new_state)
{
	struct synfin_cpu *cpu = this_cpu();

	if (!cpu)
		return;
	if (cpu->noted_sk == (__u64)sk && cpu->noted_edge == edge_of(old_state, new_state))
		return;
	cpu->caught++;
	tell(cpu, SYNFIN_HOOK_STATE_SECOND, sk, old_state, new_state);
}

#endif
