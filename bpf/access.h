/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a field of the kernel's is read. Where the verifier knows what a pointer points to, by the kernel's
 * own BTF, it is loaded; where it does not, a helper reads it, at several times the price.
 */
#ifndef SYNFIN_ACCESS_H
#define SYNFIN_ACCESS_H

#ifdef SYNFIN_BY_HELPER
/* What is read has a copy of its own, which is written: what it is a copy of is const. */
#define MUTABLE(pointer) ((__typeof_unqual__(*(pointer)) *)(pointer))
#define READ(pointer, ...) BPF_CORE_READ(MUTABLE(pointer), __VA_ARGS__)
#define READ_BITFIELD(pointer, field) BPF_CORE_READ_BITFIELD_PROBED(pointer, field)
/* Of protocol TCP it is one. */
#define TCP_SOCK(sk) ((struct tcp_sock *)(sk))
#else
#define READ(pointer, ...) ___arrow(pointer, __VA_ARGS__)
#define READ_BITFIELD(pointer, field) BPF_CORE_READ_BITFIELD(pointer, field)
#define TCP_SOCK(sk) bpf_skc_to_tcp_sock((void *)(sk))
#endif

#endif
