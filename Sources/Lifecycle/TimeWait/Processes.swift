// SPDX-License-Identifier: Apache-2.0

/// Processes, each kept once under a number, for as long as anything has the number: thousands of mini
/// sockets are of a few processes, and a server that forks for each connection has one for each.
struct Processes {
  private var kept: [(process: Process, count: Int)] = [(.none, 0)]
  private var numbers: [UInt32: UInt32] = [:]
  private var free: [UInt32] = []

  /// Number 0 is nobody.
  subscript(number: UInt32) -> Process { kept[Int(number)].process }

  /// How many there are.
  var count: Int { kept.count - 1 - free.count }

  mutating func retain(_ process: Process) -> UInt32 {
    guard process.isKnown else { return 0 }
    // A pid that was used again has another name, or is taken for the one it was.
    if let number = numbers[process.pid], kept[Int(number)].process == process {
      kept[Int(number)].count += 1
      return number
    }
    let number: UInt32
    if let last = free.popLast() {
      number = last
      kept[Int(number)] = (process, 1)
    } else {
      number = UInt32(kept.count)
      kept.append((process, 1))
    }
    numbers[process.pid] = number
    return number
  }

  mutating func release(_ number: UInt32) {
    guard number != 0 else { return }
    kept[Int(number)].count -= 1
    guard kept[Int(number)].count == 0 else { return }
    let pid = kept[Int(number)].process.pid
    if numbers[pid] == number { numbers[pid] = nil }
    free.append(number)
  }
}
