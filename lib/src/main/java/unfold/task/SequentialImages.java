package unfold.task;

import java.util.Arrays;
import java.util.stream.IntStream;
import unfold.Check;
import unfold.Seed;
import unfold.engine.Batch;
import unfold.engine.Loss;

/**
 * Images seen pixel by pixel, row by row, one input a step, their class to come out at the last step. MNIST's
 * 28 x 28 pixels make 784 steps.
 *
 * <p>A pixel's value, 0..255, is given as (value / 255 - 0.1307) / 0.3081, MNIST's mean and standard
 * deviation, as the programs of Mohamed and Claudel do ("MCRM: Mother Compact Recurrent Memory", section 4,
 * sequential MNIST). The paper's text asks for the image back; what it reports, the accuracy, is of the
 * class.
 */
public final class SequentialImages extends SequenceSet {
  /** The number of classes. */
  public static final int CLASSES = 10;
  private static final double MEAN = 0.1307;
  private static final double DEVIATION = 0.3081;

  private final byte[] pixelsNI;
  private final int[] labels;
  private final int side;
  /** How many pixels to a side make one step's mean. */
  private final int block;
  /** For each step the top left pixel of its block. */
  private final int[] corners;

  private SequentialImages(byte[] pixelsNI, int[] labels, int side, int block, int[] corners) {
    super(labels.length);
    this.pixelsNI = pixelsNI;
    this.labels = labels;
    this.side = side;
    this.block = block;
    this.corners = corners;
  }

  /**
   * Returns square images as sequences; neither array is copied.
   *
   * @param pixelsNI the images one after the other, row by row, a byte a pixel, 0..255 without sign
   * @param labels their classes, each in 0..9
   * @throws IllegalArgumentException if the numbers of pixels and labels do not fit, or a label is out of
   *     range
   */
  public static SequentialImages of(byte[] pixelsNI, int[] labels) {
    Check.atLeast("the number of images", labels.length, 1);
    Check.that(pixelsNI.length > 0 && pixelsNI.length % labels.length == 0,
        "pixelsNI must hold a multiple of %d pixels, but holds %d", labels.length, pixelsNI.length);
    int pixels = pixelsNI.length / labels.length;
    int side = (int) Math.sqrt(pixels);
    Check.that(side * side == pixels, "images must be square, but have %d pixels", pixels);
    for (int label : labels) {
      Check.within("a label", label, 0, CLASSES - 1);
    }
    return new SequentialImages(pixelsNI, labels, side, 1, corners(side, 1));
  }

  private static int[] corners(int side, int block) {
    int count = side / block;
    return IntStream.range(0, count * count).map(i -> i / count * block * side + i % count * block).toArray();
  }

  @Override
  public SequentialImages first(int count) {
    Check.within("the number of sequences", count, 1, size());
    return new SequentialImages(pixelsNI, Arrays.copyOf(labels, count), side, block, corners);
  }

  /**
   * Returns these images made smaller, each step the mean of a block of pixels, in the order of rows.
   *
   * @param side the new side, a divisor of the images' side: 14 makes MNIST 196 steps
   */
  public SequentialImages shrunkTo(int side) {
    Check.that(side >= 1 && this.side % side == 0, "the side must divide %d, but was %d", this.side, side);
    int block = this.side / side;
    return new SequentialImages(pixelsNI, labels, this.side, block, corners(this.side, block));
  }

  /**
   * Returns these images with their steps in another order, the same for all images and for every set of the
   * seed (Le et al. 2015, permuted MNIST).
   */
  public SequentialImages permuted(Seed seed) {
    int[] rows = corners(side, block);
    int[] order = permutation(rows.length, seed.stream("pixels"));
    return new SequentialImages(pixelsNI, labels, side, block,
        Arrays.stream(order).map(i -> rows[i]).toArray());
  }

  /** Returns the number of steps T, one a pixel or block. */
  public int steps() {
    return corners.length;
  }

  /** Returns the number of inputs, 1. */
  public int inputs() {
    return 1;
  }

  /** Returns the number of classes, 10. */
  public int outputs() {
    return CLASSES;
  }

  /** Returns what training makes small: the cross-entropy at the last step. */
  public Loss loss() {
    return Loss.SOFTMAX_CROSS_ENTROPY;
  }

  /** Returns how many images there are of each class. */
  public int[] counts() {
    int[] counts = new int[CLASSES];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  /**
   * Returns what a network that sees nothing reaches: as loss the entropy of the classes, about ln 10, as
   * accuracy the share of the most frequent.
   */
  public Score baseline() {
    double[] counts = Arrays.stream(counts()).asDoubleStream().toArray();
    return new Score(Answers.entropy(counts), Arrays.stream(counts).max().getAsDouble() / size());
  }

  @Override
  public Batch batch(int... which) {
    checkIndices(which);
    int size = which.length;
    int steps = steps();
    double[] xTBI = new double[steps * size];
    int[] cTB = new int[steps * size];
    double scale = 1 / (255.0 * block * block * DEVIATION);
    double shift = MEAN / DEVIATION;
    for (int b = 0; b < size; b++) {
      int image = which[b] * side * side;
      for (int t = 0; t < steps; t++) {
        int sum = 0;
        for (int row = 0; row < block; row++) {
          for (int column = 0; column < block; column++) {
            sum += pixelsNI[image + corners[t] + row * side + column] & 0xff;
          }
        }
        xTBI[t * size + b] = sum * scale - shift;
      }
      cTB[(steps - 1) * size + b] = labels[which[b]];
    }
    return Batch.of(steps, size, xTBI).towards(cTB).weighing(lastStepOnly(steps, size));
  }

  @Override
  protected int firstNamed() {
    return steps();
  }
}
