# SPDX-License-Identifier: Apache-2.0
# What sessions are made of. A session runs in a folder that is its own; what it writes there, the host gets.

# Waits until there is a line like this in a file, or the process is gone.
wait_for() { # PATTERN FILE PID
	for _ in $(seq 600); do
		grep -q "$1" "$2" 2>/dev/null && return
		kill -0 "$3" 2>/dev/null || { grep -q "$1" "$2"; return; }
		sleep 0.05
	done
	return 1
}

# tracefs's own count of each transition, from a buffer that is nobody else's.
ORACLE=/sys/kernel/tracing/instances/oracle
oracle_begin() { # EVENT, as sock/inet_sock_set_state
	mkdir "$ORACLE" || return
	echo 16384 >"$ORACLE/buffer_size_kb"
	echo 1 >"$ORACLE/events/$1/enable"
}
oracle_end() {
	echo 0 >"$ORACLE/events/enable"
	awk '/protocol=/ && !/protocol=IPPROTO_TCP/ { next }
		/oldstate=TCP_/ {
			match($0, /oldstate=TCP_[A-Z_0-9]*/); old = substr($0, RSTART + 13, RLENGTH - 13)
			match($0, /newstate=TCP_[A-Z_0-9]*/); new = substr($0, RSTART + 13, RLENGTH - 13)
			edges[old " " new]++
		}
		END { for (edge in edges) print edge, edges[edge] }' "$ORACLE/trace" >oracle
	cat "$ORACLE"/per_cpu/cpu*/stats >oracle.stats
	rmdir "$ORACLE"
}

# Follows all that `traffic` makes, by trace and by metrics. NAME=VALUE is put into their environment, all
# else is an option of both. EVENT says which event tracefs is to count.
follow() {
	set_in= options=
	for word; do
		case $word in
		[A-Z]*=*) set_in="$set_in $word" ;;
		*) options="$options $word" ;;
		esac
	done
	go=/tmp/go
	rm -f $go && mkfifo $go
	traffic <$go >deeds 2>deeds.err &
	traffic=$!
	exec 9>$go
	wait_for '"pid"' deeds $traffic || return
	# With --btf they begin with a connection of their own, to try the types: trace last, and tracefs behind it.
	env $set_in synfin metrics --json --duration 600 $options >metrics.json 2>metrics.err &
	scraped=$!
	wait_for '^synfin: attached' metrics.err $scraped || return
	env $set_in synfin trace --json --transitions -v $options >trace.json 2>trace.err &
	tracer=$!
	wait_for '^synfin: attached' trace.err $tracer || return
	[ -n "$EVENT" ] || EVENT=sock/inet_sock_set_state
	[ -d "/sys/kernel/tracing/events/$EVENT" ] || EVENT=tcp/tcp_set_state
	oracle_begin "$EVENT"
	echo >&9
	wait_for '"done"' deeds $traffic || return
	# Of one moment, if the kernel's number is the same on both sides of the count.
	for _ in 1 2 3 4 5; do
		grep TCP: /proc/net/sockstat >sockstat
		synfin timewait --json >timewait.json 2>timewait.err
		grep TCP: /proc/net/sockstat >sockstat.after
		cmp -s sockstat sockstat.after && break
	done
	cat /proc/net/tcp /proc/net/tcp6 >tables
	for process in $scraped $tracer; do kill -INT $process; done
	wait $tracer; echo $? >trace.status
	wait $scraped; echo $? >metrics.status
	oracle_end
	exec 9>&-
	wait $traffic
	rm $go
}

# Hides the kernel's own BTF from here on, and keeps it in a file.
hide_btf() {
	[ -e /vmlinux.btf ] || cat /sys/kernel/btf/vmlinux >/vmlinux.btf
	is_hidden || mount -t tmpfs none /sys/kernel/btf
}
show_btf() { ! is_hidden || umount /sys/kernel/btf; }
is_hidden() { grep -q " /sys/kernel/btf " /proc/mounts; }
