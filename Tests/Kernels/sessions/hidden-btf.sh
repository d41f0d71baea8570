# SPDX-License-Identifier: Apache-2.0
# A kernel that was built without BTF, as far as anybody can see.
hide_btf
synfin doctor >doctor
echo $? >doctor.status
follow
show_btf
