package unfold;

/**
 * Checks of arguments: each throws an {@link IllegalArgumentException} with name, value and what is allowed.
 * Those that a training step makes allocate nothing unless they fail.
 */
public final class Check {
  private Check() {}

  /** Returns the value, which must be at least {@code low}. */
  public static int atLeast(String name, int value, int low) {
    if (value < low) {
      throw error("%s must be at least %d, but was %d", name, low, value);
    }
    return value;
  }

  /** Returns the value, which must be in {@code low..high}, both included. */
  public static int within(String name, int value, int low, int high) {
    if (value < low || value > high) {
      throw error("%s must be in %d..%d, but was %d", name, low, high, value);
    }
    return value;
  }

  /** Returns the value, which must be finite and above zero. */
  public static double positive(String name, double value) {
    that(value > 0 && Double.isFinite(value), "%s must be finite and above 0, but was %s", name, value);
    return value;
  }

  /** Returns the value, which must be neither NaN nor infinite. */
  public static double finite(String name, double value) {
    that(Double.isFinite(value), "%s must be finite, but was %s", name, value);
    return value;
  }

  /** Returns the array, all of whose numbers must be finite. */
  public static double[] finite(String name, double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(name + "[" + i + "] must be finite, but was " + values[i]);
      }
    }
    return values;
  }

  /** Returns the array, which must hold {@code size} numbers. */
  public static double[] shape(String name, double[] array, int size) {
    if (array.length != size) {
      throw error("%s must hold %d numbers, but holds %d", name, size, array.length);
    }
    return array;
  }

  /**
   * Returns the array, whose length must be the product of its sizes.
   *
   * @param name the array's name with its axis letters, as {@code hBH}
   */
  public static double[] shape(String name, double[] array, int rows, int columns) {
    long length = (long) rows * columns;
    if (array.length != length) {
      throw error("%s must hold %d x %d = %d numbers, but holds %d", name, rows, columns, length,
          array.length);
    }
    return array;
  }

  /**
   * Returns the array, whose length must be the product of its sizes.
   *
   * @param name the array's name with its axis letters, as {@code xTBI}
   */
  public static double[] shape(String name, double[] array, int steps, int rows, int columns) {
    long length = (long) steps * rows * columns;
    if (array.length != length) {
      throw error("%s must hold %d x %d x %d = %d numbers, but holds %d", name, steps, rows, columns, length,
          array.length);
    }
    return array;
  }

  /**
   * Returns how many rows an array holds, whose length must be a multiple of their width.
   *
   * @param name the array's name with its axis letters, as {@code statesNS}
   * @param width the width of a row, at least 1
   */
  public static int rows(String name, double[] array, int width) {
    atLeast("the width", width, 1);
    if (array.length % width != 0) {
      throw error("%s must hold a multiple of %d numbers, but holds %d", name, width, array.length);
    }
    return array.length / width;
  }

  /** Throws with the formatted message unless the condition holds. */
  public static void that(boolean condition, String message, Object... arguments) {
    if (!condition) {
      throw error(message, arguments);
    }
  }

  private static IllegalArgumentException error(String message, Object... arguments) {
    return new IllegalArgumentException(String.format(java.util.Locale.ROOT, message, arguments));
  }
}
