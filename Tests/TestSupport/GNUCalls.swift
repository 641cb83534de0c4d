#if os(Linux)
  import Foundation

  // Calls of the C library that Swift's module of it leaves out, because its headers show them only
  // to sources that define _GNU_SOURCE. Found by name, under the names that other systems have.

  private func find<Function>(_ name: String, as type: Function.Type) -> Function {
    guard let address = dlsym(nil, name) else { preconditionFailure("no \(name) in the C library") }
    return unsafeBitCast(address, to: type)
  }

  private typealias Descriptors = UnsafeMutablePointer<Int32>
  private typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>
  private typealias Name = UnsafeMutablePointer<CChar>

  func pipe2(_ ends: inout [Int32], _ flags: Int32) -> Int32 {
    find("pipe2", as: (@convention(c) (Descriptors, Int32) -> Int32).self)(&ends, flags)
  }

  // swift-format-ignore: AlwaysUseLowerCamelCase
  func posix_openpt(_ flags: Int32) -> Int32 {
    find("posix_openpt", as: (@convention(c) (Int32) -> Int32).self)(flags)
  }

  func grantpt(_ descriptor: Int32) -> Int32 {
    find("grantpt", as: (@convention(c) (Int32) -> Int32).self)(descriptor)
  }

  func unlockpt(_ descriptor: Int32) -> Int32 {
    find("unlockpt", as: (@convention(c) (Int32) -> Int32).self)(descriptor)
  }

  // swift-format-ignore: AlwaysUseLowerCamelCase
  func ptsname_r(_ descriptor: Int32, _ name: inout [CChar], _ size: Int) -> Int32 {
    find("ptsname_r", as: (@convention(c) (Int32, Name, Int) -> Int32).self)(
      descriptor, &name, size)
  }

  // swift-format-ignore: AlwaysUseLowerCamelCase
  func posix_spawn_file_actions_addchdir_np(
    _ actions: inout posix_spawn_file_actions_t, _ path: String
  ) {
    let call = find(
      "posix_spawn_file_actions_addchdir_np",
      as: (@convention(c) (Actions, UnsafePointer<CChar>) -> Int32).self)
    _ = call(&actions, path)
  }

  /// Keeps whatever the tests were started with from a child too, where the C library can (glibc
  /// 2.34); our own descriptors are closed at exec anyway.
  func closeAllElse(_ actions: inout posix_spawn_file_actions_t) {
    guard let address = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return }
    let call = unsafeBitCast(
      address, to: (@convention(c) (Actions, Int32) -> Int32).self)
    _ = call(&actions, 3)
  }
#endif
