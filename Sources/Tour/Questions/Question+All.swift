// SPDX-License-Identifier: Apache-2.0

extension Question {
  /// In their order.
  package static let all: [Question] = [
    handshake, sequenceNumbers, closing, twoMSL, timeWait, exhaustion,
  ]
}
