# SPDX-License-Identifier: Apache-2.0
# Less rights, and less to see.
. /rights.sh
row root $ROOT --
row least $LEAST --
row least-namespaces $LEAST,sys_admin,sys_ptrace --
row least-paths $LEAST,dac_read_search --
row admin confine memlock=-1 uid=65534 caps=sys_admin --
row root-admin $ROOT caps=sys_admin --
row no-perfmon confine memlock=-1 uid=65534 caps=bpf,net_admin --
row nobody confine memlock=-1 uid=65534 caps=none --
row root-nothing $ROOT caps=none --
row docker inside -pmnuif $ROOT caps=$DOCKER --
row docker-bpf inside -pmnuif $ROOT caps=$DOCKER,bpf,perfmon --
row privileged inside -pmnuif $ROOT --
row network inside -nm $ROOT --
row pid inside -pmf $ROOT --
row mount inside -m $ROOT --
row user inside -Urm confine --
row all-namespaces inside -Urmpnuif confine --
row eperm $ROOT refuse=1 --
row enosys $ROOT refuse=38 --
row memlock confine memlock=65536 uid=65534 caps=bpf,perfmon --
row memlock-root confine memlock=65536 --
row memlock-resource confine memlock=65536 uid=65534 caps=bpf,perfmon,sys_resource --
row no-btf without 'mount -t tmpfs none /sys/kernel/btf' $ROOT --
row no-btf-least without 'mount -t tmpfs none /sys/kernel/btf' $LEAST --
row no-sys without 'umount -l /sys' $ROOT --
row no-proc without 'umount -l /proc' $ROOT --
row no-dev without 'umount -l /dev' $ROOT --
row no-tracefs without 'umount -l /sys/kernel/tracing' $ROOT --
row hidepid without 'mount -o remount,hidepid=2 /proc' $LEAST --
mount -o remount,hidepid=0 /proc
kill $server
