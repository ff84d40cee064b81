package unfold.task;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.stream.IntStream;
import unfold.Check;
import unfold.Seed;
import unfold.engine.Batch;

/**
 * The delayed flip-flop: each of some channels receives, at random times, a spike of +1 or -1, and its output
 * holds the sign of the last one, changed {@code delay} steps after it came.
 *
 * <pre>{@code
 * FlipFlop task = FlipFlop.of(3).delay(8);
 * FlipFlop.Streams streams = task.streams(64, seed.split("training"));
 * training.run(updates, (run, update) -> streams.window(10 * update, 10));
 * }</pre>
 *
 * <p>Paper: "An Investigation of Memory in Recurrent Neural Networks", section 3 and Figure 1. A channel spikes at each
 * step with the same probability, so that the intervals are those of a Poisson process in discrete time. What the
 * paper leaves open: its "lambda = 50" is taken as the mean interval of one channel; all channels spike at step 0,
 * and before the first answer is due, the target is 0.
 */
public final class FlipFlop {
  /** The mean number of steps between two spikes of a channel in the paper. */
  public static final double MEAN_INTERVAL = 50;

  /** So many corners, 2 to their power, can be counted. */
  private static final int MOST_CHANNELS = 30;

  private final int channels;
  private final int delay;
  private final double rate;

  private FlipFlop(int channels, int delay, double rate) {
    this.channels = channels;
    this.delay = delay;
    this.rate = rate;
  }

  /**
   * Returns the task without a delay, with a spike every {@value #MEAN_INTERVAL} steps of a channel in the mean.
   *
   * @param channels the number of channels, in 1..30: of inputs I and of outputs O
   */
  public static FlipFlop of(int channels) {
    return new FlipFlop(Check.within("channels", channels, 1, MOST_CHANNELS), 0, 1 / MEAN_INTERVAL);
  }

  /**
   * Returns this task with a delay.
   *
   * @param steps from a spike to the change of the output, at least 0
   */
  public FlipFlop delay(int steps) {
    return new FlipFlop(channels, Check.atLeast("delay", steps, 0), rate);
  }

  /**
   * Returns this task with spikes more or less often.
   *
   * @param rate the probability of a spike on a channel at a step, above 0 and at most 1
   */
  public FlipFlop rate(double rate) {
    Check.that(rate > 0 && rate <= 1, "rate must be above 0 and at most 1 spike a step, but was %s", rate);
    return new FlipFlop(channels, delay, rate);
  }

  /** Returns the number of channels. */
  public int channels() {
    return channels;
  }

  /** Returns the steps from a spike to the change of the output. */
  public int delay() {
    return delay;
  }

  /** Returns the probability of a spike on a channel at a step. */
  public double rate() {
    return rate;
  }

  /**
   * Draws endless streams; the same seed gives the same ones.
   *
   * @param count how many, at least 1: the number of sequences B of their batches
   */
  public Streams streams(int count, Seed seed) {
    return new Streams(this, Check.atLeast("the number of streams", count, 1), seed);
  }

  /**
   * Draws one sequence from step 0 on.
   *
   * @param steps the number of steps T, above the delay
   */
  public Batch sequence(int steps, Seed seed) {
    Check.that(steps > delay, "a sequence must be longer than the delay of %d steps, but has %d", delay, steps);
    return streams(1, seed).window(0, steps);
  }

  /**
   * Returns the share of outputs whose sign is that of their target, over all steps and channels that have one; NaN if
   * none has, as from step 0 to the delay.
   *
   * @param yTBO outputs
   * @param batch the sequences with their targets
   */
  public double accuracy(double[] yTBO, Batch batch) {
    Check.shape("yTBO", yTBO, batch.steps(), batch.size(), channels);
    int right = 0;
    int asked = 0;
    for (int i = 0; i < yTBO.length; i++) {
      double target = batch.yTBO()[i];
      asked += target != 0 ? 1 : 0;
      right += target * yTBO[i] > 0 ? 1 : 0;
    }
    return (double) right / asked;
  }

  /**
   * Returns the share of answers that come at the right step and are held until the next one is due; NaN if none is
   * due. An answer is what a channel's target asks for between two of its changes: one output of the wrong sign, at
   * its first step or later, spoils it. The steps are so many more than the answers that {@link #accuracy} hardly
   * shows whether answers are late.
   *
   * @param yTBO outputs
   * @param batch the sequences with their targets
   */
  public double answered(double[] yTBO, Batch batch) {
    Check.shape("yTBO", yTBO, batch.steps(), batch.size(), channels);
    int width = batch.size() * channels;
    int answers = 0;
    int spoilt = 0;
    for (int i = 0; i < width; i++) {
      double held = 0;
      boolean right = true;
      for (int at = i; at < yTBO.length; at += width) {
        double target = batch.yTBO()[at];
        boolean begins = target != held;
        answers += begins && target != 0 ? 1 : 0;
        boolean wrong = target != 0 && !(target * yTBO[at] > 0);
        spoilt += wrong && (begins || right) ? 1 : 0;
        right = !wrong && (begins || right);
        held = target;
      }
    }
    return (double) (answers - spoilt) / answers;
  }

  /**
   * Returns which corner of the cube outputs or targets are at: bit k of the number is set where channel k is
   * positive.
   *
   * @param yTBO outputs or targets
   * @param at where the channels of a step begin
   */
  public int corner(double[] yTBO, int at) {
    int corner = 0;
    for (int k = 0; k < channels; k++) {
      corner |= yTBO[at + k] > 0 ? 1 << k : 0;
    }
    return corner;
  }

  /**
   * Returns the steps of the spikes that switch the memory from a corner to one that differs in one channel.
   *
   * @param sequence a batch of one sequence
   * @param from the corner before, as {@link #corner} counts them
   * @param to the corner after
   * @param before how many steps before the spike no other may have come; at least the delay, so that the output is at rest
   * @param after how many steps after it no other may come
   */
  public int[] switches(Batch sequence, int from, int to, int before, int after) {
    Check.that(sequence.size() == 1, "switches are looked for in one sequence, but there are %d", sequence.size());
    Check.within("from", from, 0, (1 << channels) - 1);
    Check.within("to", to, 0, (1 << channels) - 1);
    Check.that(Integer.bitCount(from ^ to) == 1, "the corners must differ in one channel, but are %d and %d", from, to);
    int channel = Integer.numberOfTrailingZeros(from ^ to);
    return singleSpikes(sequence, from, channel, (to >> channel & 1) == 1 ? 1 : -1, before, after);
  }

  /**
   * Returns the steps of the spikes whose sign their channel holds already, while the memory is at a corner.
   *
   * @param sequence a batch of one sequence
   * @param corner the corner, as {@link #corner} counts them
   * @param channel the channel of the spike, from 0
   * @param before how many steps before the spike no other may have come; at least the delay
   * @param after how many steps after it no other may come
   */
  public int[] repeats(Batch sequence, int corner, int channel, int before, int after) {
    Check.that(sequence.size() == 1, "repeats are looked for in one sequence, but there are %d", sequence.size());
    Check.within("corner", corner, 0, (1 << channels) - 1);
    Check.within("channel", channel, 0, channels - 1);
    return singleSpikes(sequence, corner, channel, (corner >> channel & 1) == 1 ? 1 : -1, before, after);
  }

  /** The steps of spikes of a sign on a channel, alone for some steps and with the target at a corner before. */
  private int[] singleSpikes(Batch sequence, int from, int channel, double sign, int before, int after) {
    Check.atLeast("before", before, Math.max(1, delay));
    Check.atLeast("after", after, 0);
    return IntStream.range(before, sequence.steps() - after).filter(t ->
        sequence.xTBI()[t * channels + channel] == sign && corner(sequence.yTBO(), (t - 1) * channels) == from
            && spikes(sequence, t - before, t + after) == 1).toArray();
  }

  private int spikes(Batch sequence, int first, int last) {
    int spikes = 0;
    for (int i = first * channels; i < (last + 1) * channels; i++) {
      spikes += sequence.xTBI()[i] != 0 ? 1 : 0;
    }
    return spikes;
  }

  /** Returns {@code flip-flop of 3 channels, delay 8, a spike in 50 steps}. */
  @Override
  public String toString() {
    return "flip-flop of " + channels + " channels, delay " + delay + ", a spike in "
        + new BigDecimal(1 / rate).round(new MathContext(3)).stripTrailingZeros().toPlainString()
        + " steps";
  }

  /**
   * Streams without an end, any part of which can be asked for: every spike is a function of its stream, channel
   * and step.
   */
  public static final class Streams {
    private final FlipFlop task;
    private final int count;
    /** Where the random numbers of each channel of each stream begin. */
    private final long[] begin;

    private Streams(FlipFlop task, int count, Seed seed) {
      this.task = task;
      this.count = count;
      begin = new long[Math.multiplyExact(count, task.channels)];
      for (int i = 0; i < begin.length; i++) {
        begin[i] = seed.split("spikes").stream(Integer.toString(i)).position();
      }
    }

    /**
     * Returns the steps {@code start..start + steps - 1} of all streams, with their targets.
     *
     * @param start the first step, at least 0
     * @param steps how many steps T, at least 1
     */
    public Batch window(int start, int steps) {
      Check.atLeast("start", start, 0);
      Check.atLeast("steps", steps, 1);
      double[] xTBI = new double[Math.multiplyExact(steps, begin.length)];
      double[] yTBO = new double[xTBI.length];
      for (int i = 0; i < begin.length; i++) {
        int held = lastBefore(i, start - task.delay);
        for (int t = 0; t < steps; t++) {
          int due = spike(i, start + t - task.delay);
          held = due != 0 ? due : held;
          xTBI[t * begin.length + i] = spike(i, start + t);
          yTBO[t * begin.length + i] = held;
        }
      }
      return Batch.of(steps, count, xTBI).towards(yTBO);
    }

    /** The sign of a channel's last spike before a step; 0 if there was none. */
    private int lastBefore(int channel, int step) {
      int held = 0;
      for (int t = step - 1; t >= 0 && held == 0; t--) {
        held = spike(channel, t);
      }
      return held;
    }

    /** What a channel receives at a step: 0, 1 or -1. */
    private int spike(int channel, int step) {
      if (step < 0) {
        return 0;
      }
      Seed.Stream random = Seed.Stream.at(begin[channel]);
      random.skip(step);
      long bits = random.nextLong();
      boolean spikes = step == 0 || (bits >>> 11) * 0x1p-53 < task.rate;
      return spikes ? (bits & 1) != 0 ? 1 : -1 : 0;
    }
  }
}
