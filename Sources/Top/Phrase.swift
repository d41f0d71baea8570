// SPDX-License-Identifier: Apache-2.0
internal import Lifecycle
internal import Metrics
internal import Report

/// Words with a count, for sentences.
struct Phrase {
  let words: String
  let count: UInt64

  static func list(_ phrases: [Phrase], separator: String) -> String {
    phrases.map { "\($0.words) \($0.count)" }.joined(separator: separator)
  }
}

extension Counters {
  /// How opens failed, by the words of `open_result`, most first.
  var failurePhrases: [Phrase] {
    failures.counted.sorted { $0.count > $1.count }
      .map { Phrase(words: "\($0.word.name)", count: $0.count) }
  }

  /// How connections ended, by kind and who closed first, most first.
  var closePhrases: [Phrase] {
    closes.counted.map { close, first, count in
      Phrase(words: "\(close.name)" + (first.map { " \($0.name)" } ?? ""), count: count)
    }
  }

  /// Both, in few words.
  var endings: [Phrase] { failurePhrases + closePhrases }

  var rttUnknownPhrases: [Phrase] {
    rttUnknown.counted.map { Phrase(words: "\($0.word.name)", count: $0.count) }
  }
}

extension Live {
  /// The states that connections are in now, most first.
  var statePhrases: [Phrase] {
    states.counted.sorted { $0.count > $1.count }
      .map { Phrase(words: "\($0.word.name)", count: $0.count) }
  }
}
