// SPDX-License-Identifier: Apache-2.0
import Lifecycle

extension RawRepresentable where RawValue == UInt8 {
  /// Every word there is, without the product having to list them.
  static var all: [Self] { (0...UInt8.max).compactMap(Self.init(rawValue:)) }
}

extension ConnectionEnd {
  /// The same end with each word that can stand in the last column: every close with every first
  /// FIN, every open that failed, and every state that it may still be in.
  var withEachWord: [ConnectionEnd] {
    var ends: [ConnectionEnd] = []
    for close in Close.all {
      for firstFIN in [nil] + FirstFIN.all.map(Optional.some) {
        var end = self
        end.verdict.close = close
        end.verdict.firstFIN = firstFIN
        ends.append(end)
      }
    }
    for result in OpenResult.all {
      var end = self
      end.verdict.openResult = result
      ends.append(end)
    }
    for state in TCPState.all {
      var end = self
      end.connection.state = state
      end.verdict.close = nil
      ends.append(end)
    }
    return ends
  }
}
