// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "synfin",
  targets: [
    // The kernel's side: the embedded BPF object, libbpf, and the record's layout.
    .target(
      name: "CBPF",
      cSettings: [.define("_GNU_SOURCE")],
      linkerSettings: [.linkedLibrary("bpf"), .linkedLibrary("elf"), .linkedLibrary("z")]),
    // Pure: records in, facts out.
    .target(name: "Lifecycle", swiftSettings: strict),
    // Where records come from.
    .target(name: "Capture", dependencies: ["CBPF", "Lifecycle"], swiftSettings: strict),
  ],
  cLanguageStandard: .c2x  // #embed
)
