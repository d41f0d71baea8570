// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Timeline

struct ColumnsTests {
  private func columns(_ lines: String...) -> (Columns, [String]) {
    var (columns, texts) = (Columns(), TextTable())
    for line in lines { columns.add(Array(line.utf8), &texts) }
    return (columns, texts.texts.map { String(decoding: $0, as: UTF8.self) })
  }

  private func cells(_ key: String, of columns: Columns) -> [UInt8]? {
    columns.columns.first { $0.key.elementsEqual(key.utf8) }?.numbers.bytes
  }

  @Test func aCellIsNothingANumberOrAText() {
    let (columns, texts) = columns(
      #"{"a":null,"b":5,"c":"x"}"#, #"{"a":true,"b":3,"c":"x"}"#, #"{"a":null,"b":null,"c":"y"}"#)
    #expect(cells("a", of: columns) == [0, 2 << 1, 0])
    // +5 and -2, folded, with the lowest bit set.
    #expect(cells("b", of: columns) == [10 << 1 | 1, 3 << 1 | 1, 0])
    #expect(cells("c", of: columns) == [1 << 1, 1 << 1, 3 << 1])
    #expect(texts == [#""x""#, "true", #""y""#])
  }

  @Test func aKeyThatComesLateWasNullBefore() {
    let (columns, _) = columns(#"{"a":1}"#, #"{"a":1,"b":2}"#, #"{"a":1}"#)
    #expect(cells("b", of: columns) == [0, 4 << 1 | 1, 0])
    #expect(columns.count == 3)
  }

  @Test func anEndpointIsAnAddressAndAPort() {
    let (columns, texts) = columns(#"{"local":"[2001:db8::1]:443"}"#, #"{"local":"10.0.0.1:80"}"#)
    #expect(texts == [#""[2001:db8::1]""#, #""10.0.0.1""#])
    #expect(cells("local_port", of: columns)?.count == 4, "443 and 363 less")
  }

  @Test func whatANumberOfThePageCannotHoldIsAText() {
    let (columns, texts) = columns(#"{"a":18446744073709551615}"#)
    #expect(cells("a", of: columns) == [1 << 1])
    #expect(texts == [#""18446744073709551615""#])
  }

  @Test func bracesInNamesEndNothing() {
    let (columns, texts) = columns(#"{"owner":{"pid":1,"comm":"a\"},{]"},"b":"\\"}"#)
    #expect(texts == [#"{"pid":1,"comm":"a\"},{]"}"#, #""\\""#])
    #expect(cells("b", of: columns) == [2 << 1])
  }

  @Test func statesAreCountedPairs() {
    let (columns, texts) = columns(#"{"states":[["CLOSE_WAIT",null],["LAST_ACK",7]]}"#)
    #expect(texts == [#""CLOSE_WAIT""#, #""LAST_ACK""#])
    #expect(cells("states", of: columns) == [2, 1 << 1, 0, 2 << 1, 14 << 1 | 1])
  }

  @Test(
    arguments: [(0, [0]), (127, [127]), (128, [128, 1]), (300, [172, 2])] as [(UInt64, [UInt8])])
  func packsNumbers(_ number: UInt64, _ bytes: [UInt8]) {
    var numbers = PackedNumbers()
    numbers.append(number)
    #expect(numbers.bytes == bytes)
  }
}
