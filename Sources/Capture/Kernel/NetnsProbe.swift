// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Lifecycle

/// Asks a network namespace about itself, by the address of its `struct net`: what it counts and
/// allows, and whether it is still there. It is neither entered nor kept alive by that.
struct NetnsProbe {
  private let program: BPFProgram
  private let answers: BPFMap

  init(_ program: BPFProgram, answers: BPFMap) {
    self.program = program
    self.answers = answers
  }

  func ask(_ name: NamespaceName) -> NamespaceFacts? {
    guard name.address != 0, program.run(name.address) else { return nil }
    var answer = synfin_netns()
    var key: UInt32 = 0
    guard unsafe bpf_map_lookup_elem(answers.descriptor, &key, &answer) == 0,
      answer.net == name.address
    else { return nil }
    return NamespaceFacts(
      inode: answer.inum, cookie: answer.cookie, at: answer.at, jiffies: answer.jiffies,
      isUsed: answer.users > 0, minis: answer.tw_count < 0 ? nil : Int(answer.tw_count),
      limit: answer.tw_limit < 0 ? nil : Int(answer.tw_limit),
      ports: answer.port_low...max(answer.port_low, answer.port_high))
  }
}
