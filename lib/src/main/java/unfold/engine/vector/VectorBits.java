package unfold.engine.vector;

import java.util.OptionalInt;

/** The vectors that kernels and programs use: their width, what masks of them cost, and how many registers hold them. */
final class VectorBits {
  /** The system property that forces a width: 128, 256 or 512. */
  static final String PROPERTY = "unfold.vector.bits";

  private VectorBits() {}

  /** Returns the width in bits: what the property says, else the machine's own, at least 128 and at most 512. */
  static int chosen() {
    return forced().orElseGet(() -> Math.max(128, Math.min(512, preferred())));
  }

  /**
   * Returns the width that the property says, if it does.
   *
   * @throws IllegalArgumentException if it is not 128, 256 or 512
   */
  static OptionalInt forced() {
    String forced = System.getProperty(PROPERTY);
    if (forced == null) {
      return OptionalInt.empty();
    }
    if (!forced.matches("128|256|512")) {
      throw new IllegalArgumentException(
          "the system property " + PROPERTY + " must be 128, 256 or 512, but was \"" + forced + "\"");
    }
    return OptionalInt.of(Integer.parseInt(forced));
  }

  /** Returns the machine's width; by reflection, since this class must load where the module is not enabled. */
  private static int preferred() {
    try {
      Class<?> shape = Class.forName("jdk.incubator.vector.VectorShape");
      return (int) shape.getMethod("vectorBitSize").invoke(shape.getMethod("preferredShape").invoke(null));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Tells whether choosing elements by a mask costs more than by arithmetic on bits: with AVX-512 JDK 17 turns masks into vectors
   * and back, elsewhere they are vectors.
   */
  static boolean masksAreSlow() {
    return chosen() == 512;
  }

  /** Returns how many vector registers there are: twice as many with AVX-512 and on ARM as with AVX2. */
  static int registers(int bits) {
    return bits == 512 || System.getProperty("os.arch").equals("aarch64") ? 32 : 16;
  }
}
