# SPDX-License-Identifier: Apache-2.0
# The tracepoint of Linux 4.15, which a module makes of its successor (bpf/tcp_set_state).
insmod /modules/tcp_set_state.ko
SYNFIN_SOURCE=legacy-tcp synfin doctor >doctor
echo $? >doctor.status
cat /sys/kernel/tracing/events/tcp/tcp_set_state/format >format
EVENT=tcp/tcp_set_state follow SYNFIN_SOURCE=legacy-tcp
rmmod tcp_set_state
