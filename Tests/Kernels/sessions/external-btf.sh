# SPDX-License-Identifier: Apache-2.0
# The same, and its BTF is in a file.
hide_btf
follow --btf /vmlinux.btf
show_btf
