// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc
internal import Lifecycle

/// libbpf's object with its programs and maps: opened, loaded, and closed with this value.
@safe
struct BPFObject: ~Copyable {
  private let object: OpaquePointer

  /// - Parameters:
  ///   - bytes: an ELF object, which must live as long as this.
  ///   - types: a file with the kernel's types, instead of its own BTF.
  init(_ bytes: UnsafeRawBufferPointer, types: String? = nil) throws(SystemError) {
    guard let base = bytes.baseAddress,
      let object = unsafe cbpf_object_open(base, bytes.count, types)
    else { throw SystemError.last("opening the BPF object") }
    unsafe self.object = object
  }

  /// The object that is compiled in.
  static var embedded: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: cbpf_embedded_bytes(), count: cbpf_embedded_size())
  }

  /// The one whose types are read in a file.
  static var raw: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: cbpf_raw_bytes(), count: cbpf_raw_size())
  }

  /// The one for kernels whose types are not known.
  static var legacy: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: cbpf_legacy_bytes(), count: cbpf_legacy_size())
  }

  deinit { unsafe bpf_object__close(object) }

  func load() throws(SystemError) {
    let result = unsafe bpf_object__load(object)
    if result != 0 { throw SystemError("loading the BPF programs", -result) }
  }

  /// The names of all programs in it.
  var programs: [String] {
    var names: [String] = []
    var next = unsafe bpf_object__next_program(object, nil)
    while let program = unsafe next {
      names.append(unsafe String(cString: bpf_program__name(program)))
      unsafe next = bpf_object__next_program(object, program)
    }
    return names
  }

  func map(_ name: String) throws(SystemError) -> BPFMap {
    guard let map = unsafe bpf_object__find_map_by_name(object, name) else {
      throw SystemError("finding the map \(name)", ENOENT)
    }
    return unsafe BPFMap(map: map)
  }

  func program(_ name: String) throws(SystemError) -> BPFProgram {
    guard let program = unsafe bpf_object__find_program_by_name(object, name) else {
      throw SystemError("finding the program \(name)", ENOENT)
    }
    return unsafe BPFProgram(program: program, name: name)
  }
}

/// A map of a ``BPFObject``, which must outlive it.
@safe
struct BPFMap {
  fileprivate let map: OpaquePointer

  var descriptor: CInt { unsafe bpf_map__fd(map) }
  var maxEntries: Int { unsafe Int(bpf_map__max_entries(map)) }

  /// Before load.
  func setMaxEntries(_ count: Int) throws(SystemError) {
    let result = unsafe bpf_map__set_max_entries(map, UInt32(count))
    if result != 0 { throw SystemError("setting a map's size", -result) }
  }

  /// Once loaded: inserts or replaces an entry. Returns whether there was room.
  func set<Key: BitwiseCopyable, Value: BitwiseCopyable>(_ key: Key, to value: Value) -> Bool {
    var (key, value) = (key, value)
    return unsafe bpf_map_update_elem(descriptor, &key, &value, 0) == 0
  }

  /// Before load: whether there is to be such a map at all.
  func setMade(_ isMade: Bool) {
    unsafe _ = bpf_map__set_autocreate(map, isMade)
  }

  /// Before load: what the map's only value is to be.
  func setInitialValue<Value: BitwiseCopyable>(_ value: Value) throws(SystemError) {
    let result = unsafe withUnsafeBytes(of: value) { bytes in
      unsafe bpf_map__set_initial_value(map, bytes.baseAddress, bytes.count)
    }
    if result != 0 { throw SystemError("setting a map's value", -result) }
  }
}

/// A program of a ``BPFObject``, which must outlive it.
@safe
struct BPFProgram {
  private let program: OpaquePointer
  let name: String

  fileprivate init(program: OpaquePointer, name: String) {
    unsafe self.program = program
    self.name = name
  }

  /// Before load: whether the kernel is to see this program at all.
  func setLoaded(_ isLoaded: Bool) {
    unsafe _ = bpf_program__set_autoload(program, isLoaded)
  }

  /// Before load: by which of the kernel's functions it gives a pointer its type.
  func setCast(_ function: CInt) throws(SystemError) {
    let result = unsafe cbpf_set_cast(program, function)
    if result != 0 { throw SystemError("preparing \(name)", -result) }
  }

  func attach() throws(SystemError) -> BPFLink {
    guard let link = unsafe bpf_program__attach(program) else {
      throw SystemError.last("attaching \(name)")
    }
    return unsafe BPFLink(link: link)
  }

  /// To a classic tracepoint, such as `syscalls/sys_exit_accept`.
  func attach(to tracepoint: String) throws(SystemError) -> BPFLink {
    guard let link = unsafe cbpf_attach_tracepoint(program, tracepoint) else {
      throw SystemError.last("attaching \(name)")
    }
    return unsafe BPFLink(link: link)
  }

  /// Runs it once, without a tracepoint; `false` where the kernel cannot.
  func run(_ argument: UInt64) -> Bool {
    unsafe cbpf_run(bpf_program__fd(program), argument) == 0
  }

  /// An iterator's, over what the calling thread's namespaces show.
  func iterate() throws(SystemError) -> BPFLink {
    guard let link = unsafe bpf_program__attach_iter(program, nil) else {
      throw SystemError.last("attaching \(name)")
    }
    return unsafe BPFLink(link: link)
  }

  /// How often the kernel skipped it because it was running on that CPU (`recursion_misses`, 5.12).
  func recursionMisses() -> UInt64 { info?.recursion_misses ?? 0 }

  /// How often it ran, and for how long; 0 without `kernel.bpf_stats_enabled`.
  func runs() -> ProgramRuns? {
    info.map { ProgramRuns(name: name, runs: $0.run_cnt, nanoseconds: $0.run_time_ns) }
  }

  private var info: bpf_prog_info? {
    var info = bpf_prog_info()
    var length = UInt32(MemoryLayout<bpf_prog_info>.size)
    let result = unsafe bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &length)
    return result == 0 ? info : nil
  }
}

/// An attachment: the program runs at its hook as long as this value lives.
@safe
struct BPFLink: ~Copyable {
  private let link: OpaquePointer

  fileprivate init(link: OpaquePointer) { unsafe self.link = link }

  /// A new pass of an iterator, as a file to be read; -1 where the kernel refuses.
  func openIterator() -> CInt { unsafe bpf_iter_create(bpf_link__fd(link)) }

  deinit { unsafe _ = bpf_link__destroy(link) }
}
