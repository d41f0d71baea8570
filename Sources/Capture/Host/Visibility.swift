// SPDX-License-Identifier: Apache-2.0

extension Host {
  /// What can be seen from here of the rest of the host: what `doctor` says of it, and `trace -v`.
  var visibility: [Check] { [pids, otherNamespaces, Cgroups.check(self)] }

  /// What of it is less than all, in sentences.
  var shortSight: [String] {
    visibility.filter { $0.answer != .yes }.map { "\($0.name): \($0.answer), \($0.detail)" }
  }

  /// Records have a process by its number in the initial PID namespace (`task_struct.tgid`).
  private var pids: Check {
    let detail =
      switch isInitialPIDNamespace {
      case true?: "it is"
      case false?: "a container's: pids are the host's, as in the initial one"
      case nil: "/proc/self/ns/pid cannot be read: pids are the initial one's"
      }
    return Check(
      "initial PID namespace", isInitialPIDNamespace, detail, decides: "whose pids are shown")
  }

  /// Whether others' network namespaces can be found, by their processes, and entered.
  private var otherNamespaces: Check {
    var reasons: [String] = []
    for capability in [Capability.sysAdmin, .sysPtrace]
    where capabilities?.contains(capability) == false { reasons.append("no \(capability.name)") }
    if isInitialPIDNamespace == false { reasons.append("no processes from outside in /proc") }
    if hidesProcesses == true { reasons.append("others' processes are hidden (hidepid)") }
    let isKnown = capabilities != nil && isInitialPIDNamespace != nil
    return Check(
      "other network namespaces", reasons.isEmpty ? (isKnown ? true : nil) : false,
      reasons.isEmpty
        ? (isKnown ? "can be entered" : "/proc/self cannot be read")
        : "not looked into: \(reasons.joined(separator: ", "))",
      decides: "what was there before, elsewhere")
  }
}
