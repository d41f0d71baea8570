# SPDX-License-Identifier: Apache-2.0
# What each command says with less than root has: `row NAME COMMAND...`, where COMMAND runs another with less.
# A row leaves NAME.doctor, NAME.trace, NAME.timewait, NAME.metrics, each with .err and .status; and who was there.

tried() { # NAME WHAT COMMAND...
	output=$1.$2; shift 2
	"$@" >"$output" 2>"$output.err"
	echo $? >"$output.status"
}

row() {
	name=$1; shift
	echo $name >>rows
	tried $name doctor "$@" synfin doctor
	"$@" synfin trace -v --json >$name.trace 2>$name.trace.err & tracer=$!
	if wait_for '^synfin: attached' $name.trace.err $tracer; then
		echo hi | nc 127.0.0.1 5001 -w 1 >/dev/null & client=$!
		echo $client >$name.client
		ps -o pid,comm >$name.processes
		wait $client
		kill -INT $(pidof synfin)
	fi
	wait $tracer; echo $? >$name.trace.status
	tried $name timewait "$@" synfin timewait --json
	# Where trace is attached, so is this; it was seen for all rows, and takes its time.
	[ -s $name.client ] && [ $name != root ] && [ $name != least ] || tried $name metrics "$@" synfin metrics
}

# In namespaces of its own, with a service in them; `unshare` takes the first word.
inside() {
	kinds=$1; shift
	unshare $kinds sh -c '
		ip link set lo up 2>/dev/null
		mount -t proc proc /proc
		mount -t sysfs sysfs /sys 2>/dev/null
		nc -ll -p 5002 -e cat & service=$!
		(for _ in 1 2 3 4 5 6 7 8 9; do sleep 0.3; echo hi | nc 127.0.0.1 5002 -w 1; done) >/dev/null 2>&1 & client=$!
		"$@"; status=$?
		kill $service $client; exit $status' sh "$@"
}

# With something taken away from the view of files.
without() {
	what=$1; shift
	unshare -m sh -c "$what; exec \"\$@\"" sh "$@"
}

with() { # SYSCTL VALUE COMMAND...
	name_of=/proc/sys/$1 value=$2; shift 2
	before=$(cat $name_of)
	echo $value >$name_of || return 125
	"$@"; status=$?
	echo $before 2>/dev/null >$name_of
	return $status
}

DOCKER=chown,dac_override,fsetid,fowner,mknod,net_raw,setgid,setuid,setfcap,setpcap,net_bind_service,sys_chroot,kill,audit_write
ROOT="confine memlock=-1"
LEAST="confine memlock=-1 uid=65534 caps=bpf,perfmon"

mountpoint -q /sys/fs/cgroup || mount -t cgroup2 cgroup2 /sys/fs/cgroup
nc -ll -p 5001 -e cat & server=$!
