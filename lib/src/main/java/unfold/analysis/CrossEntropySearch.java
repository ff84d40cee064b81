package unfold.analysis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import unfold.Check;
import unfold.Seed;

/**
 * Looks for a minimum without gradients: the cross-entropy method (Rubinstein 1999) with normal
 * distributions. Each round draws candidates, and the best eighth of them gives mean and spread of the next
 * round.
 *
 * @param best the best candidate of all rounds; null if none has a value below infinity
 * @param value its value, infinity if there is none
 * @param tried how many candidates were tried
 */
public record CrossEntropySearch(double[] best, double value, int tried) {
  private static final int ELITE = 8;
  private static final double SPREAD = 1.2;
  private static final double LEAST_SPREAD = 1e-3;

  /** What is made small. */
  @FunctionalInterface
  public interface Objective {
    /** Returns the value of each candidate; NaN is worse than any number. */
    double[] of(List<double[]> candidates);
  }

  /**
   * Searches.
   *
   * @param centre the middle of the first round, one finite number a dimension
   * @param sd the spread of the first round, one number a dimension, each finite and above 0
   * @param first the number of candidates in the first round, at least {@value #ELITE}
   * @param others the number in each other round, at least {@value #ELITE}
   * @param rounds the number of rounds after the first
   */
  public static CrossEntropySearch minimize(Objective objective, double[] centre, double[] sd, int first,
      int others, int rounds, Seed seed) {
    Check.atLeast("first", first, ELITE);
    Check.atLeast("others", others, ELITE);
    Check.atLeast("rounds", rounds, 0);
    Check.finite("centre", Check.shape("centre", centre, sd.length));
    for (int d = 0; d < sd.length; d++) {
      Check.positive("sd[" + d + "]", sd[d]);
    }
    double[] mean = centre.clone();
    double[] spread = sd.clone();
    CrossEntropySearch found = new CrossEntropySearch(null, Double.POSITIVE_INFINITY, 0);
    for (int round = 0; round <= rounds; round++) {
      if (Thread.interrupted()) {
        throw new CancellationException("search interrupted after " + found.tried + " candidates");
      }
      List<double[]> drawn = draw(mean, spread, round == 0 ? first : others, seed.stream("round " + round));
      double[] values = Check.shape("the objective's values", objective.of(drawn), drawn.size());
      List<Integer> order = IntStream.range(0, drawn.size()).boxed()
          .sorted(Comparator.comparingDouble(i -> values[i])).toList();
      int least = order.get(0);
      boolean better = values[least] < found.value;
      found = new CrossEntropySearch(better ? drawn.get(least) : found.best,
          better ? values[least] : found.value, found.tried + drawn.size());
      List<double[]> elite = order.stream().limit(drawn.size() / ELITE).map(drawn::get).toList();
      for (int d = 0; d < sd.length; d++) {
        int dimension = d;
        Moments moments = Moments.of(elite.stream().mapToDouble(c -> c[dimension]).toArray());
        mean[d] = moments.mean();
        spread[d] = SPREAD * moments.sd() + LEAST_SPREAD;
      }
    }
    return found;
  }

  private static List<double[]> draw(double[] mean, double[] spread, int count, Seed.Stream random) {
    List<double[]> drawn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] candidate = new double[mean.length];
      for (int d = 0; d < mean.length; d++) {
        candidate[d] = mean[d] + spread[d] * random.nextGaussian();
      }
      drawn.add(candidate);
    }
    return drawn;
  }
}
