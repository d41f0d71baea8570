// SPDX-License-Identifier: Apache-2.0
internal import CBPF

/// What this process may do, and gives up for good.
public enum Privileges {
  /// What a tracer that runs for long still needs once it is attached.
  ///
  /// To read, to scan again and to ask namespaces takes none since Linux 5.19; before, where
  /// `kernel.unprivileged_bpf_disabled` is set, each `bpf(2)` takes CAP_BPF. To attach anew takes
  /// CAP_BPF and CAP_PERFMON. To look into another network namespace takes CAP_SYS_ADMIN (`netns_install`),
  /// and to find it by a process of somebody else's CAP_SYS_PTRACE (`proc_ns_readlink`).
  public static let ofTracer: [Capability] = [.bpf, .perfmon, .sysAdmin, .sysPtrace]

  /// What root is used to where it writes a file: a folder that belongs to whoever reads it.
  public static let ofWriter: [Capability] = [.dacOverride]

  /// Keeps of what is held these alone, so that neither a mistake in what reads the network's bytes nor a
  /// program that it would start has more. What is not held is not gained.
  ///
  /// Linux has capabilities by thread, and a thread begins with those of who starts it: this comes before any
  /// other thread.
  ///
  /// - Returns: what is held from now on.
  public static func keep(_ capabilities: [Capability]) throws(SystemError) -> Capabilities {
    var held: UInt64 = 0
    let result = unsafe cbpf_keep_capabilities(Capabilities(capabilities).bits, &held)
    guard result == 0 else { throw SystemError("giving up capabilities", -result) }
    return Capabilities(bits: held)
  }
}
