# SPDX-License-Identifier: Apache-2.0
# Where fentry and fexit are refused (5.10), or taken and never called (6.1, 6.12): who accepts is asked otherwise.
echo 0 >/proc/sys/kernel/ftrace_enabled
synfin doctor >doctor
echo $? >doctor.status
follow
echo 1 >/proc/sys/kernel/ftrace_enabled
