package unfold;

import java.util.random.RandomGenerator;

/**
 * The root of all randomness of an experiment, split into named streams: {@code seed.stream("data")}.
 * Streams of different names or seeds are independent; the same name and seed give the same bits on every
 * machine and JDK, in whatever order streams are asked for.
 *
 * @param value any number; the experiments use 1, 2, 3, ...
 */
public record Seed(long value) {

  /** The environment variable that {@code ./lab run --seed} sets. */
  public static final String VARIABLE = "UNFOLD_SEED";

  /** Returns the seed of a number. */
  public static Seed of(long value) {
    return new Seed(value);
  }

  /**
   * Returns the seed that the environment names, 1 if it names none.
   *
   * @throws IllegalArgumentException if the variable is no whole number
   */
  public static Seed current() {
    String text = System.getenv(VARIABLE);
    if (text == null || text.isBlank()) {
      return of(1);
    }
    try {
      return of(Long.parseLong(text.trim()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(VARIABLE + " must be a whole number, but was '" + text + "'", e);
    }
  }

  /** Returns the seed of a part of the experiment, for instance of one run of many. */
  public Seed split(String name) {
    return new Seed(mix(value, name));
  }

  /** Returns the seed of the part with this index. */
  public Seed split(int index) {
    return split(Integer.toString(index));
  }

  /** Returns a fresh generator; each call with the same name starts at the same first number. */
  public Stream stream(String name) {
    return new Stream(mix(value, name));
  }

  private static long mix(long value, String name) {
    long hash = Stream.finish(value + Stream.GOLDEN);
    for (int i = 0; i < name.length(); i++) {
      hash = Stream.finish((hash ^ name.charAt(i)) + Stream.GOLDEN);
    }
    return hash;
  }

  /**
   * SplitMix64 (Steele, Lea and Flood 2014): number k is a hash of k, so a position can be saved and restored.
   * All that the library draws is defined here and not left to the JDK, whose algorithms may change.
   */
  public static final class Stream implements RandomGenerator {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private long position;

    private Stream(long position) {
      this.position = position;
    }

    /** Returns the position, to go on from after {@link #at(long)}. */
    public long position() {
      return position;
    }

    /** Returns the stream that goes on from a position. */
    public static Stream at(long position) {
      return new Stream(position);
    }

    /** Passes over some of the 64-bit numbers, at once however many. */
    public void skip(long count) {
      position += count * GOLDEN;
    }

    /** Returns 64 random bits. */
    @Override
    public long nextLong() {
      position += GOLDEN;
      return finish(position);
    }

    /** Returns a number uniform in [0, 1), a multiple of 2^-53. */
    @Override
    public double nextDouble() {
      return (nextLong() >>> 11) * 0x1p-53;
    }

    /** Returns a number uniform in [low, high). */
    @Override
    public double nextDouble(double low, double high) {
      return low + (high - low) * nextDouble();
    }

    /** Returns a whole number uniform in [0, bound), without bias. */
    @Override
    public int nextInt(int bound) {
      Check.atLeast("bound", bound, 1);
      long bits = nextLong() >>> 32;
      if ((bound & bound - 1) == 0) {
        return (int) (bits & bound - 1);
      }
      long remainder = bits % bound;
      while (bits - remainder > (1L << 32) - bound) { // Among the last numbers, too few for all remainders.
        bits = nextLong() >>> 32;
        remainder = bits % bound;
      }
      return (int) remainder;
    }

    /** Returns a whole number uniform in [low, high). */
    @Override
    public int nextInt(int low, int high) {
      return low + nextInt(Math.subtractExact(high, low));
    }

    /** Returns a standard normal number (Box and Muller, one of the pair). */
    @Override
    public double nextGaussian() {
      double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
      return radius * StrictMath.cos(2 * StrictMath.PI * nextDouble());
    }

    private static long finish(long z) {
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      return z ^ (z >>> 31);
    }
  }
}
