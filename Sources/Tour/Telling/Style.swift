// SPDX-License-Identifier: Apache-2.0

/// Colours of a terminal (ECMA-48, SGR), or none.
struct Style {
  let isOn: Bool

  func bold(_ text: String) -> String { sgr("1", text) }

  func answer(_ answer: Check.Answer, _ text: String) -> String {
    switch answer {
    case .yes: sgr("32", text)
    case .no: sgr("1;31", text)
    case .unknown: sgr("33", text)
    }
  }

  private func sgr(_ code: String, _ text: String) -> String {
    isOn ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
  }
}
