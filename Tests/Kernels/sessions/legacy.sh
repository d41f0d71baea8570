# SPDX-License-Identifier: Apache-2.0
# The object for kernels without BTF, though this one has it: perf event arrays instead of a ring.
SYNFIN_SOURCE=legacy synfin doctor >doctor
echo $? >doctor.status
follow SYNFIN_SOURCE=legacy
