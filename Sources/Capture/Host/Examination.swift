// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc
internal import Lifecycle

/// Everything that decides what synfin can do on this host: asked one by one, and then tried.
public struct Examination: Sendable {
  public let checks: [Check]
  /// Why tracing is refused; `nil` where it works.
  public let refusal: Refusal?
  /// libbpf's own words.
  public let log: String

  /// Loads and attaches the programs for a moment, and takes them away again.
  ///
  /// - Parameters:
  ///   - source: which object, where that is not left to the host.
  ///   - types: a file with the types of this kernel.
  public static func run(_ source: SourceChoice? = nil, btf types: String? = nil) -> Examination {
    cbpf_log_begin()
    let host = Host.look()
    var checks = [kernel(host), btf(host)]
    checks += tracepoints(host)
    let error = -cbpf_probe_ring_buffer()
    checks += calls(host, error)
    checks.append(trampolines(host, canCall: ![EPERM, EACCES, ENOSYS].contains(error)))
    checks += capabilities(host)
    checks += [memoryLock(host), lockdown(host), classicTracepoints(host)]
    checks += namespaces(host) + host.visibility
    let asked = LiveSource.log()

    do throws(Refusal) {
      var options = CaptureOptions()
      options.source = source
      options.btf = types
      let source = try LiveSource(options)
      checks.append(
        Check("transitions", true, "loaded and attached", decides: "everything"))
      checks.append(Check("source", true, source.taken, decides: "how much is told"))
      checks += tiers(of: source)
      return Examination(checks: checks, refusal: nil, log: asked + LiveSource.log())
    } catch {
      checks.append(
        Check("transitions", false, error.sentence, decides: "everything"))
      return Examination(checks: checks, refusal: error, log: asked + error.log)
    }
  }

  /// What was loaded and attached beside the transitions.
  private static func tiers(of source: borrowing LiveSource) -> [Check] {
    let told: [(Tiers, String, String, String)] = [
      (.resets, "resets", "refused; -v says why", "refused? who reset?"),
      (.minis, "mini sockets", "refused; needs Linux 6.11", "ends after close()"),
      (.accepts, "accepts", "refused; -v says why", "owners of accepted"),
      (.scans, "scan", "refused; -v says why", "what was there before"),
    ]
    return told.map { tier, name, refusal, decides in
      let isTold = source.origin.tiers.contains(tier)
      let detail = tier == .accepts && isTold ? source.acceptHook : "loaded and attached"
      let refusal =
        source.origin.tiers.contains(.statesOnly) ? "not by classic tracepoints" : refusal
      return Check(name, isTold, isTold ? detail : refusal, decides: decides)
    }
  }

  private static func kernel(_ host: Host) -> Check {
    Check(
      "kernel", host.version.map { $0 >= Host.oldest },
      "Linux \(host.release) \(host.architecture)",
      decides: "5.10: more than states")
  }

  private static func btf(_ host: Host) -> Check {
    let detail = host.btfError == 0 ? Host.btfPath : SystemError.text(host.btfError)
    return Check("BTF", host.btfError == 0, detail, decides: "more than states")
  }

  /// Each tracepoint with a BTF-typed program has a typedef of its own in the kernel's BTF.
  private static func tracepoints(_ host: Host) -> [Check] {
    let kernel = unsafe host.btfError == 0 ? btf__load_vmlinux_btf() : nil
    defer { unsafe btf__free(kernel) }
    let hooks = [
      ("sock:inet_sock_set_state", "inet_sock_set_state", "transitions"),
      ("tcp:tcp_receive_reset", "tcp_receive_reset", "resets"),
      ("tcp:tcp_send_reset", "tcp_send_reset", "resets"),
      ("skb:kfree_skb", "kfree_skb", "mini sockets"),
    ]
    return hooks.map { name, hook, tier in
      guard let kernel = unsafe kernel else {
        return Check(name, .unknown, "no BTF to look it up in", decides: tier)
      }
      let id = unsafe btf__find_by_name_kind(kernel, "btf_trace_\(hook)", UInt32(BTF_KIND_TYPEDEF))
      return Check(name, id > 0, id > 0 ? "in the kernel's BTF" : "not there", decides: tier)
    }
  }

  /// Whether a ring buffer can be made, and with it whether the system call can be used at all.
  static func calls(_ host: Host, _ error: CInt) -> [Check] {
    let isPermitted = host.capabilities?.missingForTracing.isEmpty ?? true
    let call =
      switch error {
      case EPERM, EACCES:
        isPermitted
          ? Check(
            "bpf(2)", .no,
            "refused: \(SystemError.text(error))\(host.isFiltered == true ? filter : "")",
            decides: "everything")
          : Check("bpf(2)", .unknown, "not permitted to ask", decides: "everything")
      case ENOSYS:
        Check(
          "bpf(2)", .no, "\(SystemError.text(error))\(host.isFiltered == true ? filter : "")",
          decides: "everything")
      default: Check("bpf(2)", .yes, "answers", decides: "everything")
      }
    let ring =
      switch error {
      case 0: Check("ring buffer", .yes, "can be made", decides: "more than states")
      case EINVAL: Check("ring buffer", .no, "no such type of map", decides: "more than states")
      case EPERM, EACCES, ENOSYS:
        Check("ring buffer", .unknown, "not permitted to ask", decides: "more than states")
      default: Check("ring buffer", .unknown, SystemError.text(error), decides: "more than states")
      }
    return [call, ring]
  }

  private static let filter = ", under a filter of system calls (seccomp)"

  private static func trampolines(_ host: Host, canCall: Bool) -> Check {
    let name = "trampolines"
    let decides = "what accepts cost"
    if host.capabilities?.missingForTracing.isEmpty == false || !canCall {
      return Check(name, .unknown, "not permitted to ask", decides: decides)
    }
    var cast: CInt = 0
    let result = unsafe cbpf_probe_trampoline("inet_csk_accept", &cast)
    if result >= 0 { return Check(name, .yes, "fentry attaches", decides: decides) }
    switch -result {
    case EPERM, EACCES, ENOTSUP, 524 /* ENOTSUPP */, EINVAL, EBUSY:
      return Check(
        name, .no, "refused: \(SystemError.text(-result))", decides: decides)
    default: return Check(name, .unknown, SystemError.text(-result), decides: decides)
    }
  }

  private static func capabilities(_ host: Host) -> [Check] {
    let uses: [(Capability, String)] = [
      (.bpf, "loading, or CAP_SYS_ADMIN"),
      (.perfmon, "loading, or CAP_SYS_ADMIN"),
      (.sysAdmin, "what was there before, elsewhere"),
      (.sysPtrace, "where others' processes are"),
      (.sysNice, "no loss under full load"),
    ]
    return uses.map { capability, decides in
      guard let held = host.capabilities else {
        return Check(
          capability.name, .unknown, "/proc/self/status cannot be read", decides: decides)
      }
      let isHeld = held.contains(capability)
      // The kernel asks for them in the initial user namespace (bpf_capable, perfmon_capable).
      if isHeld, host.isInitialUserNamespace == false {
        return Check(
          capability.name, .no, "held in this user namespace alone", decides: decides)
      }
      return Check(capability.name, isHeld, isHeld ? "held" : "not held", decides: decides)
    }
  }

  private static func memoryLock(_ host: Host) -> Check {
    let name = "memory lock"
    let decides = "loading, before 5.11"
    switch host.limitsLockedMemory {
    case false?:
      return Check(name, .yes, "counts to the cgroup", decides: decides)
    case true? where host.memoryLock == .max:
      return Check(name, .yes, "unlimited", decides: decides)
    case true? where host.canRaiseMemoryLock:
      return Check(name, .yes, "\(host.memoryLock) bytes, and can be raised", decides: decides)
    case true?:
      return Check(
        name, !host.isMemoryLockTooSmall, "\(host.memoryLock) bytes, for good", decides: decides)
    case nil: return Check(name, .unknown, "no version in \(host.release)", decides: decides)
    }
  }

  private static func lockdown(_ host: Host) -> Check {
    let name = "no lockdown"
    let decides = "everything"
    guard let mode = host.lockdown else {
      return Check(
        name, .unknown, "no securityfs, or no lockdown", decides: decides)
    }
    return Check(name, mode != "confidentiality", "mode \(mode)", decides: decides)
  }

  /// What classic tracepoints take: their numbers, which tracefs has, and perf_event_open(2).
  private static func classicTracepoints(_ host: Host) -> Check {
    let name = "classic tracepoints"
    let decides = "accepts without trampolines, all without BTF"
    var isKnown = false
    let result = unsafe cbpf_probe_tracepoint(Plan.acceptEvents[0], &isKnown)
    if result == 0 { return Check(name, .yes, "can be opened", decides: decides) }
    var detail =
      (isKnown ? "perf_event_open: " : "tracefs: ") + SystemError.text(-result)
    if isKnown, let paranoid = host.perfEventParanoid, paranoid > 2 {
      detail += ", for kernel.perf_event_paranoid is \(paranoid)"
    }
    return Check(name, .no, detail, decides: decides)
  }

  private static func namespaces(_ host: Host) -> [Check] {
    [
      Check(
        "initial user namespace", host.isInitialUserNamespace, place(host.isInitialUserNamespace),
        decides: "everything"),
      Check(
        "network namespace", host.networkNamespace != nil,
        host.networkNamespace.map { "number \($0)" } ?? "/proc/self/ns/net cannot be read",
        decides: "nothing: all are traced"),
    ]
  }

  private static func place(_ isInitial: Bool?) -> String {
    switch isInitial {
    case true?: "it is"
    case false?: "a container's"
    case nil: "/proc/self/ns cannot be read"
    }
  }
}
