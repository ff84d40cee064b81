package unfold.engine.vector;

/** The vectors that kernels and programs use: their width, and how many registers hold them. */
final class VectorBits {
  /** The system property that forces a width: 128, 256 or 512. */
  static final String PROPERTY = "unfold.vector.bits";

  private VectorBits() {}

  /**
   * Returns the width in bits: what the property says, else the machine's own, at most 512.
   *
   * @param preferred the machine's own width in bits
   * @throws IllegalArgumentException if the property is not 128, 256 or 512
   */
  static int chosen(int preferred) {
    String forced = System.getProperty(PROPERTY);
    if (forced == null) {
      return Math.max(128, Math.min(512, preferred));
    }
    if (!forced.matches("128|256|512")) {
      throw new IllegalArgumentException(
          "the system property " + PROPERTY + " must be 128, 256 or 512, but was \"" + forced + "\"");
    }
    return Integer.parseInt(forced);
  }

  /** Returns how many vector registers there are: twice as many with AVX-512 and on ARM as with AVX2. */
  static int registers(int bits) {
    return bits == 512 || System.getProperty("os.arch").equals("aarch64") ? 32 : 16;
  }
}
