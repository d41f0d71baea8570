# SPDX-License-Identifier: Apache-2.0
# As on any host.
synfin doctor >doctor
echo $? >doctor.status
follow
