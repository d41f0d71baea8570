// SPDX-License-Identifier: Apache-2.0

/// A value that is kept once, however often what has it is moved: a picture sorts and groups its bars, and
/// the story of a connection is some 500 bytes.
final class Box<Value: Sendable>: Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}
