# SPDX-License-Identifier: Apache-2.0
# A host that allows less: sysctls and lockdown.
. /rights.sh
row root $ROOT --
row paranoid-2 with kernel/perf_event_paranoid 2 $LEAST --
row paranoid-3 with kernel/perf_event_paranoid 3 $LEAST --
row paranoid-2-legacy with kernel/perf_event_paranoid 2 env SYNFIN_SOURCE=legacy $LEAST,dac_read_search --
row paranoid-3-admin with kernel/perf_event_paranoid 3 env SYNFIN_SOURCE=legacy $LEAST,dac_read_search,sys_admin --
row paranoid-3-legacy with kernel/perf_event_paranoid 3 env SYNFIN_SOURCE=legacy $LEAST,dac_read_search --
row kptr with kernel/kptr_restrict 2 $LEAST --
row harden with net/core/bpf_jit_harden 2 $LEAST --
row unprivileged-0 with kernel/unprivileged_bpf_disabled 0 $LEAST --
row unprivileged-2 with kernel/unprivileged_bpf_disabled 2 $LEAST --
# From here on there is no way back.
echo 1 >/proc/sys/kernel/unprivileged_bpf_disabled
row unprivileged-1 $LEAST --
echo integrity >/sys/kernel/security/lockdown
row integrity $LEAST --
echo confidentiality >/sys/kernel/security/lockdown
row confidentiality $ROOT --
row confidentiality-unseen without 'umount -l /sys/kernel/security' $ROOT --
kill $server
