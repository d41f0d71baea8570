// SPDX-License-Identifier: Apache-2.0
import CBPF
import Testing

@testable import Capture

/// What the legacy object must not have, for kernels that know nothing of it would refuse it whole: read from
/// the file itself.
struct LegacyELFTests {
  private let elf: ELF

  init() throws { elf = try #require(unsafe ELF(BPFObject.legacy)) }

  /// 5.2: global data.
  @Test func hasNoGlobalData() {
    let names = elf.sections.map(\.name)
    #expect(names.contains(".maps") && names.contains("license"))
    for data in [".data", ".bss", ".rodata", ".kconfig", ".ksyms"] {
      #expect(!names.contains { $0.hasPrefix(data) }, "\(data)")
    }
  }

  /// A single one would make libbpf ask for the kernel's BTF.
  @Test func hasNoRelocationOfFields() throws {
    let section = try #require(elf.sections.first { $0.name == ".BTF.ext" })
    let header = try #require(section.extHeader)
    #expect(header.magic == 0xEB9F)
    #expect(header.length >= 32)
    #expect(header.relocationLength == 0)
  }

  /// The same of the other object, so that this test is one.
  @Test func otherObjectHasThem() throws {
    let elf = try #require(unsafe ELF(BPFObject.embedded))
    let section = try #require(elf.sections.first { $0.name == ".BTF.ext" })
    #expect((section.extHeader?.relocationLength ?? 0) > 0)
    #expect(elf.sections.contains { $0.name.hasPrefix(".rodata") })
  }

  /// 4096 instructions (BPF_MAXINSNS), no jump backwards (5.3), no atomic but addition (5.12), no call but
  /// those of helpers that 4.15 has.
  @Test func programsAreOf415() {
    // bpf_map_lookup_elem, _update_elem, _delete_elem, ktime_get_ns, get_current_pid_tgid,
    // get_current_comm, perf_event_output
    let helpers: Set<Int32> = [1, 2, 3, 5, 14, 16, 25]
    let programs = elf.sections.filter { $0.isCode && $0.size > 0 }
    #expect(programs.count == 6)
    for section in programs {
      let count = section.size / 8
      #expect(count < 4096)
      for index in 0..<count {
        let code = unsafe section.bytes[index * 8]
        let offset = unsafe section.bytes.loadUnaligned(
          fromByteOffset: index * 8 + 2, as: Int16.self)
        let value = unsafe section.bytes.loadUnaligned(
          fromByteOffset: index * 8 + 4, as: Int32.self)
        switch code & 0x07 {
        case 0x05 where code == 0x85:
          let isHelper = unsafe section.bytes[index * 8 + 1] >> 4 == 0
          #expect(isHelper && helpers.contains(value), "\(section.name): helper \(value)")
        case 0x05 where code != 0x95: #expect(offset >= 0, "\(section.name): a loop")
        // JMP32 is of 5.1, and clang's v3.
        case 0x06: Issue.record("\(section.name): a 32-bit jump")
        case 0x03 where code & 0xe0 == 0xc0: Issue.record("\(section.name): an atomic")
        default: break
        }
      }
    }
  }

  @Test func licenceIsTheOneThatHelpersAsk() throws {
    let section = try #require(elf.sections.first { $0.name == "license" })
    let text = unsafe String(decoding: section.bytes.prefix(3), as: UTF8.self)
    #expect(text == "GPL")
  }

}

/// `struct btf_ext_header` (libbpf's btf.h).
private struct ExtHeader: BitwiseCopyable {
  var magic: UInt16 = 0
  var version: UInt8 = 0
  var flags: UInt8 = 0
  var length: UInt32 = 0
  var functionOffset: UInt32 = 0
  var functionLength: UInt32 = 0
  var lineOffset: UInt32 = 0
  var lineLength: UInt32 = 0
  var relocationOffset: UInt32 = 0
  var relocationLength: UInt32 = 0
}

/// The sections of a 64-bit ELF file (elf(5)).
@safe
private struct ELF {
  @safe
  struct Section {
    let name: String
    let isCode: Bool
    let bytes: UnsafeRawBufferPointer
    var size: Int { unsafe bytes.count }
    var extHeader: ExtHeader? {
      size < 32 ? nil : unsafe bytes.loadUnaligned(as: ExtHeader.self)
    }
  }

  let sections: [Section]

  init?(_ file: UnsafeRawBufferPointer) {
    guard file.count > 64, unsafe file.loadUnaligned(as: UInt32.self).bigEndian == 0x7F45_4C46
    else {
      return nil
    }
    let start = unsafe Int(file.loadUnaligned(fromByteOffset: 40, as: UInt64.self))
    let count = unsafe Int(file.loadUnaligned(fromByteOffset: 60, as: UInt16.self))
    let names = unsafe Int(file.loadUnaligned(fromByteOffset: 62, as: UInt16.self))
    func header<Field: BitwiseCopyable>(_ index: Int, _ offset: Int, _: Field.Type) -> Field {
      unsafe file.loadUnaligned(fromByteOffset: start + index * 64 + offset, as: Field.self)
    }
    func content(_ index: Int) -> UnsafeRawBufferPointer {
      let offset = Int(header(index, 24, UInt64.self))
      return unsafe UnsafeRawBufferPointer(
        rebasing: file[offset..<offset + Int(header(index, 32, UInt64.self))])
    }
    let texts = unsafe content(names)
    sections = (1..<count).map { index in
      let name = unsafe texts[Int(header(index, 0, UInt32.self))...].prefix { $0 != 0 }
      // SHF_EXECINSTR
      return unsafe Section(
        name: String(decoding: name, as: UTF8.self),
        isCode: header(index, 8, UInt64.self) & 4 != 0, bytes: content(index))
    }
  }
}
