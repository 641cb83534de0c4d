import CKernels

/// The fixed number of records that is worked on at once, so that what they share stays in cache.
public enum RecordTile {
  /// Eight blocks of the widest kernel.
  public static let rows = Int(SP_TILE_ROWS)
}
