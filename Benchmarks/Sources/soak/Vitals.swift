// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Harness

/// What the daemon takes of the host at one moment.
struct Vitals {
  let at = now()
  /// Bytes: resident, and the part of it that is its own alone.
  let resident, own: Double
  let threads, descriptors: Int
  let cpuSeconds: Double

  init(_ process: Process) throws(Trouble) {
    guard let resident = process.memory("VmRSS"), let own = process.memory("RssAnon") else {
      throw .failed("the daemon has gone")
    }
    (self.resident, self.own) = (resident, own)
    threads = process.threads
    descriptors = process.descriptors
    cpuSeconds = process.cpuSeconds
  }
}
