package unfold.engine;

import java.util.stream.IntStream;
import unfold.Seed;

/** Numbers for tests, the same at every run. */
public final class Drawn {
  private Drawn() {
  }

  public static double[] normal(int count, double scale, String name) {
    Seed.Stream random = Seed.of(7).stream(name);
    return IntStream.range(0, count).mapToDouble(i -> scale * random.nextGaussian()).toArray();
  }

  /** Returns normal inputs, symbols for an embedding, with targets for the network's loss at every step. */
  public static Batch batch(Architecture a, int steps, int size) {
    Seed.Stream random = Seed.of(5).stream("targets");
    Batch batch = a.embedded()
        ? Batch.of(steps, size, IntStream.range(0, steps * size).map(i -> random.nextInt(a.inputs())).toArray())
        : Batch.of(steps, size, normal(steps * size * a.inputs(), 1, "x"));
    return a.loss() == Loss.SOFTMAX_CROSS_ENTROPY
        ? batch.towards(IntStream.range(0, steps * size).map(i -> random.nextInt(a.outputs())).toArray())
        : batch.towards(IntStream.range(0, steps * size * a.outputs()).mapToDouble(i -> random.nextInt(2)).toArray());
  }
}
