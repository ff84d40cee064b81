package unfold.data;

import java.util.Arrays;
import java.util.stream.IntStream;
import unfold.Seed;

/**
 * Digits drawn by a pen that is not steady, in the shape of MNIST: strokes of each digit, one of two ways to
 * write some of them, slanted, stretched and bent at random, with a pen of random width, then noise.
 */
final class GeneratedDigits {
  private static final int SIDE = 28;
  /** A digit is about as large as in MNIST. */
  private static final double SCALE = 19;
  private static final int TRAIN = 60_000;
  private static final int TEST = 10_000;
  private static final int MOST_SPECKS = 12;

  /**
   * The ways to write each digit: lines of points (x, y) with x to the right and y down, both about in 0..1.
   */
  private static final double[][][][] WAYS = {
      {{arc(0.5, 0.5, 0.3, 0.45, 0, 360)}},
      {{{0.33, 0.22, 0.52, 0.05, 0.52, 0.95}}, {{0.5, 0.05, 0.5, 0.95}}},
      {{join(arc(0.5, 0.3, 0.28, 0.25, 190, 400), 0.2, 0.94, 0.82, 0.94)}},
      {{arc(0.47, 0.28, 0.27, 0.23, 200, 450), arc(0.47, 0.73, 0.3, 0.23, 270, 520)}},
      {{{0.58, 0.05, 0.18, 0.63, 0.84, 0.63}, {0.62, 0.35, 0.62, 0.95}},
          {{0.27, 0.08, 0.24, 0.5, 0.74, 0.5}, {0.74, 0.08, 0.7, 0.95}}},
      {{{0.76, 0.06, 0.32, 0.06, 0.3, 0.46}, arc(0.48, 0.68, 0.28, 0.26, 235, 500)}},
      {{{0.66, 0.05, 0.42, 0.27, 0.28, 0.52, 0.25, 0.7}, arc(0.5, 0.71, 0.25, 0.23, 180, 540)}},
      {{{0.2, 0.07, 0.8, 0.07, 0.42, 0.95}},
          {{0.2, 0.07, 0.8, 0.07, 0.42, 0.95}, {0.34, 0.5, 0.74, 0.5}}},
      {{arc(0.5, 0.28, 0.21, 0.22, 0, 360), arc(0.5, 0.73, 0.26, 0.23, 0, 360)}},
      {{arc(0.5, 0.29, 0.25, 0.23, 0, 360), {0.75, 0.29, 0.74, 0.55, 0.62, 0.95}}},
  };

  private GeneratedDigits() {}

  /** Returns as many images as MNIST has. */
  static Digits all(Origin origin) {
    Seed seed = Seed.of(1).split("generated digits");
    return new Digits(origin, draw(TRAIN, seed.split("train")), draw(TEST, seed.split("test")));
  }

  /** Draws images, each from a stream of its own, so that it does not matter which thread draws it. */
  static Images draw(int count, Seed seed) {
    byte[] pixelsNI = new byte[count * SIDE * SIDE];
    int[] labelsN = new int[count];
    IntStream.range(0, count).parallel()
        .forEach(n -> labelsN[n] = draw(pixelsNI, n * SIDE * SIDE, seed.split(n).stream("digit")));
    return new Images(SIDE, SIDE, pixelsNI, labelsN);
  }

  /** Draws one image from a place of the array on, and returns its class. */
  private static int draw(byte[] pixels, int from, Seed.Stream random) {
    int digit = random.nextInt(Images.CLASSES);
    double[] ink = new double[SIDE * SIDE];
    write(WAYS[digit][random.nextInt(WAYS[digit].length)], ink, random);
    for (int i = 0; i < ink.length; i++) {
      pixels[from + i] = (byte) (ink[i] == 0 ? 0 : 255 * ink[i] * random.nextDouble(0.8, 1));
    }
    for (int specks = random.nextInt(MOST_SPECKS + 1); specks > 0; specks--) {
      pixels[from + random.nextInt(ink.length)] = (byte) random.nextInt(256);
    }
    return digit;
  }

  private static void write(double[][] lines, double[] ink, Seed.Stream random) {
    double width = random.nextDouble(0.8, 1.15);
    double height = random.nextDouble(0.85, 1.1);
    double slant = random.nextDouble(-0.25, 0.4);
    double tilt = random.nextDouble(-0.2, 0.2);
    double bow = random.nextDouble(-0.4, 0.4);
    double sag = random.nextDouble(-0.4, 0.4);
    double left = SIDE / 2.0 + random.nextDouble(-1.5, 1.5);
    double top = SIDE / 2.0 + random.nextDouble(-1.5, 1.5);
    double pen = random.nextDouble(0.7, 1.5);
    for (double[] line : lines) {
      double fromX = 0;
      double fromY = 0;
      for (int i = 0; i < line.length; i += 2) {
        double u = line[i] - 0.5;
        double v = line[i + 1] - 0.5;
        double x = left + SCALE * (width * u - slant * v + bow * (v * v - 0.1));
        double y = top + SCALE * (height * v + tilt * u + sag * (u * u - 0.05));
        if (i > 0) {
          stroke(fromX, fromY, x, y, pen, ink);
        }
        fromX = x;
        fromY = y;
      }
    }
  }

  /** Inks the pixels within the pen's radius of a straight line, and half of one more for smooth edges. */
  private static void stroke(double fromX, double fromY, double toX, double toY, double pen, double[] ink) {
    double reach = pen + 0.5;
    double dx = toX - fromX;
    double dy = toY - fromY;
    double square = Math.max(dx * dx + dy * dy, 1e-9);
    int right = (int) Math.min(SIDE - 1, Math.max(fromX, toX) + reach);
    int bottom = (int) Math.min(SIDE - 1, Math.max(fromY, toY) + reach);
    for (int row = (int) Math.max(0, Math.min(fromY, toY) - reach); row <= bottom; row++) {
      for (int column = (int) Math.max(0, Math.min(fromX, toX) - reach); column <= right; column++) {
        double px = column + 0.5 - fromX;
        double py = row + 0.5 - fromY;
        double along = Math.max(0, Math.min(1, (px * dx + py * dy) / square));
        double acrossX = px - along * dx;
        double acrossY = py - along * dy;
        double across = acrossX * acrossX + acrossY * acrossY;
        if (across < reach * reach) {
          int i = row * SIDE + column;
          ink[i] = Math.max(ink[i], Math.min(1, reach - Math.sqrt(across)));
        }
      }
    }
  }

  /** Returns points of an ellipse between two angles in degrees, 0 at the right and 90 at the bottom. */
  private static double[] arc(double x, double y, double radiusX, double radiusY, double from, double to) {
    int pieces = 14;
    double[] points = new double[2 * (pieces + 1)];
    for (int i = 0; i <= pieces; i++) {
      double angle = StrictMath.toRadians(from + (to - from) * i / pieces);
      points[2 * i] = x + radiusX * StrictMath.cos(angle);
      points[2 * i + 1] = y + radiusY * StrictMath.sin(angle);
    }
    return points;
  }

  private static double[] join(double[] line, double... more) {
    double[] joined = Arrays.copyOf(line, line.length + more.length);
    System.arraycopy(more, 0, joined, line.length, more.length);
    return joined;
  }
}
