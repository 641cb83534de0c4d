/// The value of an IEEE half-precision number, exactly. (`Float16` is not on every platform.)
@inlinable
public func float(ofHalf bits: UInt16) -> Float {
  let sign = UInt32(bits >> 15) << 31
  let exponent = UInt32(bits >> 10) & 31
  let fraction = UInt32(bits) & 1023
  switch exponent {
  case 0:  // zero and subnormal numbers, multiples of 2⁻²⁴
    return Float(bitPattern: sign | (Float(fraction) * 0x1p-24).bitPattern)
  case 31:
    let quiet: UInt32 = fraction == 0 ? 0 : 1 << 22
    return Float(bitPattern: sign | 255 << 23 | quiet | fraction << 13)
  default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
  }
}
