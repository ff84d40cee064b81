package unfold.task;

import java.util.Arrays;
import java.util.stream.IntStream;
import unfold.Check;
import unfold.Seed;
import unfold.engine.Batch;
import unfold.engine.Contract;
import unfold.engine.Program;

/** A finite set of sequences of one length, each with what should come out. */
public abstract class SequenceSet implements TestSet {
  /** Sequences that are measured at once. */
  private static final int AT_ONCE = 128;

  private final int size;

  /** Makes a set of so many sequences, at least 1. */
  protected SequenceSet(int size) {
    this.size = Check.atLeast("the number of sequences", size, 1);
  }

  /** Returns the number of sequences. */
  public final int size() {
    return size;
  }

  /**
   * Returns some of the sequences with their targets: a pure function.
   *
   * @param which the sequences, each in 0..size-1
   */
  public abstract Batch batch(int... which);

  /**
   * Returns the first step, 1, 2, ..., whose classes count in {@link Score#accuracy}: here all steps that
   * weigh.
   */
  protected int firstNamed() {
    return 1;
  }

  /** Returns the set of the first so many sequences. */
  public SequenceSet first(int count) {
    Check.within("the number of sequences", count, 1, size);
    SequenceSet all = this;
    return new SequenceSet(count) {
      @Override
      public Batch batch(int... which) {
        checkIndices(which);
        return all.batch(which);
      }

      @Override
      protected int firstNamed() {
        return all.firstNamed();
      }
    };
  }

  /** Throws unless there is an index and all are of this set. */
  protected final void checkIndices(int[] which) {
    Check.atLeast("the number of sequences", which.length, 1);
    for (int i : which) {
      Check.within("the index of a sequence", i, 0, size - 1);
    }
  }

  /**
   * Returns these sequences as batches in an order drawn anew each epoch; the last is smaller if B does not
   * divide their number.
   *
   * @param batchSize the number of sequences B of a batch, at least 1
   */
  public TrainingSet shuffled(int batchSize, Seed seed) {
    return new Order(this, batchSize, seed);
  }

  /**
   * Returns these sequences as batches in their own order, the same each epoch, as MCRM's programs take them.
   */
  public TrainingSet inOrder(int batchSize) {
    return new Order(this, batchSize, null);
  }

  @Override
  public Score score(Program program, double[] theta) {
    Contract contract = new Contract(program.architecture());
    Tally tally = new Tally(program.architecture().loss(), program.architecture().outputs(), firstNamed());
    for (int from = 0; from < size; from += AT_ONCE) {
      Batch batch = batch(IntStream.range(from, Math.min(size, from + AT_ONCE)).toArray());
      contract.checkLoss(theta, batch);
      tally.add(batch, program.run(theta, batch, false).yTBO());
    }
    return tally.score();
  }

  /** The sequences of a set in some order, cut into batches. */
  private static final class Order implements TrainingSet {
    /** An epoch's order. */
    private record Shuffle(int epoch, int[] order) {}

    private final SequenceSet set;
    private final int batchSize;
    private final Seed seed;
    /** The newest epoch's, which is asked for again and again. */
    private volatile Shuffle newest = new Shuffle(-1, null);

    Order(SequenceSet set, int batchSize, Seed seed) {
      this.set = set;
      this.batchSize = Check.atLeast("the number of sequences of a batch", batchSize, 1);
      this.seed = seed;
    }

    @Override
    public int batches() {
      return (set.size + batchSize - 1) / batchSize;
    }

    @Override
    public Batch batch(int epoch, int index) {
      Check.atLeast("the epoch", epoch, 0);
      Check.within("the index of a batch", index, 0, batches() - 1);
      int from = index * batchSize;
      int to = Math.min(set.size, from + batchSize);
      if (seed == null) {
        return set.batch(IntStream.range(from, to).toArray());
      }
      Shuffle shuffle = newest;
      if (shuffle.epoch != epoch) {
        shuffle = new Shuffle(epoch, permutation(set.size, seed.split(epoch).stream("order")));
        newest = shuffle;
      }
      return set.batch(Arrays.copyOfRange(shuffle.order, from, to));
    }
  }

  /** Draws an order of 0..n-1, all alike (Fisher and Yates). */
  static int[] permutation(int n, Seed.Stream random) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** Weights that count the last of T steps alone. */
  static double[] lastStepOnly(int steps, int size) {
    double[] wTB = new double[steps * size];
    Arrays.fill(wTB, (steps - 1) * size, steps * size, 1);
    return wTB;
  }
}
