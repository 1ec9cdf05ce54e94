#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory of zeros that costs nothing until it is touched.
///
/// A processor of many megabytes must be there at once. What Swift's own `allocate` gives has to be
/// initialized; the C library's `calloc` hands out pages that the system clears when they are first
/// used.
enum ZeroedMemory {
  /// - Precondition: `T` may have all bits 0.
  static func allocate<T: BitwiseCopyable>(_: T.Type, count: Int) -> UnsafeMutablePointer<T> {
    guard let memory = unsafe calloc(count, MemoryLayout<T>.stride) else {
      preconditionFailure("no memory for \(count) times \(MemoryLayout<T>.stride) bytes")
    }
    return unsafe memory.bindMemory(to: T.self, capacity: count)
  }

  static func free(_ memory: UnsafeMutableRawPointer) {
    #if canImport(Glibc)
      unsafe Glibc.free(memory)
    #elseif canImport(Musl)
      unsafe Musl.free(memory)
    #elseif canImport(Darwin)
      unsafe Darwin.free(memory)
    #endif
  }
}
