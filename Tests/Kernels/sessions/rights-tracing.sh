# SPDX-License-Identifier: Apache-2.0
# Without trampolines, who accepts is asked of classic tracepoints, and they take rights of their own.
. /rights.sh
row root $ROOT --
echo 0 >/proc/sys/kernel/ftrace_enabled
row no-trampolines $LEAST --
row no-trampolines-paths with kernel/perf_event_paranoid 2 $LEAST,dac_read_search --
row no-trampolines-paranoid with kernel/perf_event_paranoid 3 $LEAST,dac_read_search --
row no-trampolines-unmounted without 'umount -l /sys/kernel/tracing' $LEAST,sys_admin,dac_read_search --
echo 1 >/proc/sys/kernel/ftrace_enabled
kill $server
