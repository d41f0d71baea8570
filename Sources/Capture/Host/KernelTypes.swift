// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc

/// A file with the types of a kernel, as BTF (`pahole -J`, BTFHub).
public enum KernelTypes {
  /// Why a file has none, in a sentence; `nil` where it has. Of which kernel, it does not say.
  public static func lack(in path: String) -> String? {
    var status = stat()
    if unsafe stat(path, &status) != 0 {
      return "'\(path)' cannot be read: \(SystemError.text(errno))"
    }
    // What libbpf says of it is no message of the programs'.
    cbpf_log_begin()
    let result = unsafe cbpf_check_types(path)
    switch -result {
    case 0: return nil
    case ENOENT: return "'\(path)' has BTF without the types of TCP: it is not of a kernel"
    case EACCES, EPERM: return "'\(path)' cannot be read: \(SystemError.text(-result))"
    default: return "'\(path)' is no BTF, as pahole -J makes it of a kernel's debug information"
    }
  }
}
