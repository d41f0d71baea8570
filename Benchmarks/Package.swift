// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// A package of its own, so that building the product never builds this.
let package = Package(
  name: "synfin-benchmarks",
  targets: [
    // The few system calls that Swift's Glibc module cannot say.
    .target(name: "CLinux"),
    // Clock, loopback sockets, number text and the one-line JSON that the executables exchange.
    .target(name: "Common", swiftSettings: strict),
    // The load: a known number of connections.
    .executableTarget(name: "storm", dependencies: ["CLinux", "Common"], swiftSettings: strict),
    // What one system call takes: what those pay that make no connection.
    .executableTarget(name: "calls", dependencies: ["CLinux", "Common"], swiftSettings: strict),
    // The leanest tracer: what every price is compared with. Its .bpf.c is the Makefile's.
    .executableTarget(
      name: "floor", exclude: ["floor.bpf.c"],
      linkerSettings: [.linkedLibrary("bpf"), .linkedLibrary("elf"), .linkedLibrary("z")]),
    // Children, files and /proc, for those that start the others.
    .target(name: "Harness", dependencies: ["CLinux", "Common"], swiftSettings: strict),
    // The judge: runs all of them interleaved and prints the table.
    .executableTarget(
      name: "bench", dependencies: ["CLinux", "Common", "Harness"], swiftSettings: strict),
    .systemLibrary(name: "CZlib"),
    // A daemon under load for as long as one likes, and whether it stays what it was.
    .executableTarget(
      name: "soak", dependencies: ["CLinux", "Common", "CZlib", "Harness"], swiftSettings: strict),
  ],
  cLanguageStandard: .gnu2x
)
